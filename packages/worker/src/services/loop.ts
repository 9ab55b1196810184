/**
 * A service that does one thing again and again: waits, runs it once, asks how long to wait. A run that fails is told
 * of and comes again; one that is under way at the stop is waited for, if it can end.
 */
import { ConfigError } from "@tsq/core";
import { LONGEST_TIMER_MS } from "@tsq/core/protocol";
import type { Witness } from "@tsq/core/protocol";
import type { Service } from "./service.ts";
import { readableError } from "../report/readable-error.ts";
import { within } from "../within.ts";

const STOP_WITHIN_MS = 3_000;

/** What is done again and again, and when. */
export interface LoopSpec {
  readonly name: string;
  /** Milliseconds from the start to the first run. @default 0 */
  firstMs?(): number | undefined;
  /** Milliseconds from the end of a run to the next. Those of a loop that many processes run should be spread. */
  nextMs(): number | Promise<number>;
  /** Milliseconds from a run that failed, or whose `nextMs` did, to the next. @default 5_000 */
  retryMs?(): number | undefined | Promise<number | undefined>;
  runOnce(): unknown;
}

export interface LoopOptions extends LoopSpec {
  /** Told of every run: what goes wrong for an hour has one line in the log, and one when it is over. */
  readonly witness: Witness;
  /** Whether a run that needs a server can end. */
  readonly isReachable: () => boolean;
}

const RETRY_MS = 5_000;

export class Loop implements Service {
  readonly #options: LoopOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** A run that is under way should end soon. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** @throws ConfigError when `firstMs` answers no wait; what `firstMs` throws */
  start(): void {
    const firstMs: unknown = this.#options.firstMs?.();
    // Nobody waits for it.
    if (firstMs instanceof Promise) firstMs.catch(() => {});
    this.#schedule(this.#checked("firstMs", firstMs ?? 0));
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    // Without a server the run cannot end.
    if (this.#running && this.#options.isReachable()) await within(STOP_WITHIN_MS, this.#running);
  }

  #schedule(afterMs: number): void {
    if (this.#isStopped) return;
    const begin = (): void => {
      this.#running = this.#run();
    };
    this.#timer = setTimeout(begin, Math.min(afterMs, LONGEST_TIMER_MS));
  }

  /** Never rejects: nobody waits for it, and the process would end by it. */
  async #run(): Promise<void> {
    this.#schedule(await this.#once());
  }

  /** Milliseconds until the next run. */
  async #once(): Promise<number> {
    try {
      await this.#options.runOnce();
      const waitMs = this.#checked("nextMs", await this.#options.nextMs());
      this.#options.witness.answered();
      return waitMs;
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #failed(error: unknown): Promise<number> {
    let waitMs = RETRY_MS;
    let told = error;
    try {
      waitMs = this.#checked("retryMs", (await this.#options.retryMs?.()) ?? RETRY_MS);
    } catch (wrong) {
      // One of the two, for the witness would tell them in turn for as long as it lasts.
      told = this.#wrongRetry(wrong, error);
    }
    try {
      if (!this.#isStopped) this.#options.witness.failing(readableError(told));
    } catch {
      // The log itself throws, say.
    }
    return waitMs;
  }

  #wrongRetry(wrong: unknown, cause: unknown): ConfigError {
    const { message } = readableError(wrong);
    const told = wrong instanceof ConfigError ? message : this.#refusal("retryMs", `it threw \`${message}\``);
    return new ConfigError(told, { cause });
  }

  /** Node makes a wait that is no number one of 1 ms. */
  #checked(option: "firstMs" | "nextMs" | "retryMs", ms: unknown): number {
    if (typeof ms === "number" && ms >= 0) return ms;
    // Of some objects no text can be made.
    const got = typeof ms === "object" && ms !== null ? "an object" : `\`${String(ms)}\``;
    throw new ConfigError(this.#refusal(option, `got ${got}`));
  }

  #refusal(option: string, what: string): string {
    return `Expected \`${option}\` of the loop \`${this.name}\` to answer milliseconds from 0, ${what}.`;
  }
}
