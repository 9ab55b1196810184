/** The lines that Sidekiq writes of every job: `start`, then `done`, `fail` or a verdict, with the seconds it took. */
import { symbols } from "pino";
import type { Logger } from "pino";
import type { Verdict } from "@tsq/core";
import { clip, displayClass } from "@tsq/core/protocol";
import { logError } from "../report/log-error.ts";
import type { LogDestination } from "../report/log-destination.ts";
import { jobLinesOf } from "../report/plain-log.ts";
import type { WriteJobLine } from "../report/plain-log.ts";
import type { RunningJob } from "./running-job.ts";

export class JobLogger {
  readonly #log: Logger;
  readonly #destination: Partial<LogDestination> | undefined;
  readonly #write: WriteJobLine | undefined;

  constructor(log: Logger) {
    this.#log = log;
    // Of a logger of the caller's own this is something else, which decides by itself when it writes.
    this.#destination = (log as { [symbols.streamSym]?: Partial<LogDestination> })[symbols.streamSym];
    this.#write = jobLinesOf(log);
  }

  /** Writes the lines of those that are to start: a job may end the process, or let nothing else run in it. */
  begin(): void {
    try {
      this.#destination?.writeNow?.();
    } catch {
      // Those jobs must start all the same. What is wrong with the log its next line tells.
    }
  }

  start(job: RunningJob): void {
    if (!this.#log.isLevelEnabled("info")) return;
    if (this.#write && isUsual(job)) this.#write(job.payload.jid, displayClass(job.payload), "start");
    // Built by hand: a child logger per job would cost more than fetching it.
    else this.#log.info(context(job), "start");
  }

  done(job: RunningJob, elapsedMs: number): void {
    if (!this.#log.isLevelEnabled("info")) return;
    const elapsed = seconds(elapsedMs);
    if (this.#write && isUsual(job)) this.#write(job.payload.jid, displayClass(job.payload), "done", elapsed);
    else this.#log.info({ ...context(job), elapsed }, "done");
  }

  /** A line of its own in place of `done`, for a run that ended otherwise and did not fail of itself. */
  say(job: RunningJob, elapsedMs: number, what: "cancelled" | "late" | Verdict): void {
    if (typeof what === "string") this.#log.info({ ...context(job), elapsed: seconds(elapsedMs) }, what);
    else {
      const { kind, ...own } = what;
      // As the messages of errors are cut.
      if ("reason" in own && own.reason !== undefined) Object.assign(own, { reason: clip(own.reason) });
      this.#log[kind === "kill" ? "warn" : "info"](
        { ...context(job), ...own, elapsed: seconds(elapsedMs) },
        kind,
      );
    }
  }

  /** Of a job for others: in how many seconds it is tried again, and how often it was handed on, with this time. */
  handOn(
    job: RunningJob,
    elapsedMs: number,
    waits: { readonly seconds: number; readonly times: number },
  ): void {
    const line = { ...context(job), elapsed: seconds(elapsedMs), in: waits.seconds, times: waits.times };
    this.#log.info(line, "handed on");
  }

  fail(job: RunningJob, elapsedMs: number, error: unknown): void {
    logError(this.#log, "warn", "fail", error, { ...context(job), elapsed: seconds(elapsedMs) });
  }
}

/** Its lines have nothing but its jid and its class. */
const isUsual = ({ payload }: RunningJob): boolean =>
  typeof payload.jid === "string" && payload["bid"] === undefined && payload.tags === undefined;

/** `bid` and `tags` as Sidekiq's `logged_job_attributes`. */
const context = ({ payload }: RunningJob): Record<string, unknown> => {
  const line: Record<string, unknown> = { jid: payload.jid, class: displayClass(payload) };
  if (payload["bid"] !== undefined) line["bid"] = payload["bid"];
  if (payload.tags !== undefined) line["tags"] = payload.tags;
  return line;
};

const seconds = (ms: number): number => Math.round(ms) / 1_000;
