/**
 * Services in the order in which they start; they are quieted and stopped in reverse. Each is waited for before the
 * next one is asked, and none for longer than the limit: a service that hangs holds up a worker so long and no longer.
 */
import type { Logger } from "pino";
import type { ErrorHandler } from "../run/hooks.ts";
import type { Service } from "./service.ts";
import { within } from "../within.ts";

// Of a start for each service; of a quiet and of a stop for all of them. As long as a job has to unwind.
const LIMIT_MS = 3_000;

interface Entry {
  readonly service: Service;
  /** What it is called in the log. */
  readonly label: string;
}

export interface ServiceListOptions {
  readonly log: Logger;
  readonly report: ErrorHandler;
  /** @default 3_000 */
  readonly limitMs?: number;
}

export class ServiceList {
  readonly #log: Logger;
  readonly #report: ErrorHandler;
  readonly #limitMs: number;
  readonly #entries: Entry[] = [];
  #isStopping = false;

  constructor({ log, report, limitMs = LIMIT_MS }: ServiceListOptions) {
    this.#log = log;
    this.#report = report;
    this.#limitMs = limitMs;
  }

  add(service: Service, label: string): void {
    this.#entries.push({ service, label });
  }

  async start(): Promise<void> {
    for (const entry of this.#entries) {
      // What began after the stop would never end.
      if (this.#isStopping) return;
      await this.#ask(entry, "start", this.#limitMs);
    }
  }

  quiet(): Promise<void> {
    return this.#down("quiet");
  }

  stop(): Promise<void> {
    this.#isStopping = true;
    return this.#down("stop");
  }

  async #down(verb: "quiet" | "stop"): Promise<void> {
    const endMs = performance.now() + this.#limitMs;
    // The last ones are asked as well when the time is over, and not waited for.
    for (const entry of this.#entries.toReversed()) await this.#ask(entry, verb, endMs - performance.now());
  }

  async #ask(entry: Entry, verb: "start" | "quiet" | "stop", limitMs: number): Promise<void> {
    const { service, label } = entry;
    if (verb === "quiet" && !service.quiet) return;
    const work = (async () => {
      try {
        await service[verb]?.();
      } catch (error) {
        this.#report(error, { context: `Could not ${verb} ${label}; the worker goes on` });
      }
      return true;
    })();
    if (await within(Math.max(0, limitMs), work)) return;
    this.#log.warn(`The ${verb} of ${label} has not ended in time; the worker goes on`);
  }
}
