/** Says once that Redis has gone silent, however many connections notice it, and once that all of them are answered again. */
import type { Logger } from "pino";
import { checkedLogger } from "../option-checks.ts";
import type { LifelineEvents } from "./lifeline.ts";

export class SilenceLog {
  readonly #log: Logger;
  readonly #silent = new Set<LifelineEvents>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /**
   * One for a logger that was given, if one was.
   *
   * @throws ConfigError when it is none
   */
  static to(logger: Logger | undefined): SilenceLog | undefined {
    if (logger === undefined) return undefined;
    return new SilenceLog(checkedLogger(logger));
  }

  /** For one connection, by what it is for. */
  of(connection: string): LifelineEvents {
    const events: LifelineEvents = {
      silent: ({ message }) => {
        if (this.#silent.size === 0) this.#log.warn({ connection }, message);
        this.#silent.add(events);
      },
      back: () => {
        this.#silent.delete(events);
        if (this.#silent.size === 0) this.#log.info({ connection }, "Redis answers again");
      },
      // A worker that stops has no more to say of it.
      ended: () => void this.#silent.delete(events),
    };
    return events;
  }
}
