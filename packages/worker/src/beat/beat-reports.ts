/** What follows from a beat: what it found out in Redis is told to the parts of the worker that it concerns. */
import type { Logger } from "pino";
import type { BeatReport } from "./beat.ts";
import type { Spelling } from "./spelling.ts";
import type { Hold, Holds } from "../fetch/holds.ts";

const SLOW_RTT_US = 50_000;

export interface BeatReportsOptions {
  readonly log: Logger;
  readonly spelling: Spelling;
  readonly holds: Holds;
  /** Redis has heard that this process lives. */
  readonly heard: () => void;
  readonly tell: (event: "heartbeat" | "beat", report: BeatReport) => void;
  /** What a page or another process asks of this one. */
  readonly signalled: (signal: string) => void;
}

export class BeatReports {
  readonly #options: BeatReportsOptions;
  #paused: Hold | undefined;

  constructor(options: BeatReportsOptions) {
    this.#options = options;
  }

  take(report: BeatReport): void {
    const { log, spelling, holds, heard, tell, signalled } = this.#options;
    heard();
    spelling.heard(report.generations);
    const before = this.#paused;
    // First the new one: a queue in both is held all the while.
    this.#paused = holds.hold(report.paused);
    before?.release();
    if (report.rttUs > SLOW_RTT_US)
      log.warn({ rttUs: report.rttUs }, "Redis answers slowly; ideal is below 1,000 µs");
    if (report.isNew) tell("heartbeat", report);
    tell("beat", report);
    if (report.signal) signalled(report.signal);
  }
}
