/**
 * A service that does one thing again and again: waits, runs it once, asks how long to wait. A run that fails is told
 * of and comes again; one that is under way at the stop is waited for, if it can end.
 */
import { ConfigError } from "@tsq/core";
import type { Witness } from "@tsq/core/protocol";
import type { Service } from "./service.ts";
import { LONGEST_TIMER_MS, within } from "../within.ts";

const STOP_WITHIN_MS = 3_000;

/** What is done again and again, and when. */
export interface LoopSpec {
  readonly name: string;
  /** Milliseconds from the start to the first run. @default 0 */
  firstMs?(): number | undefined;
  /** Milliseconds from the end of a run to the next. Those of a loop that many processes run should be spread. */
  nextMs(): number | Promise<number>;
  /** Milliseconds from a run that failed, or whose `nextMs` did, to the next. @default 5_000 */
  retryMs?(): number | undefined;
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

  start(): void {
    this.#schedule(this.#options.firstMs?.() ?? 0);
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

  async #run(): Promise<void> {
    const { witness } = this.#options;
    let waitMs: number;
    try {
      await this.#options.runOnce();
      waitMs = await this.#nextMs();
      witness.answered();
    } catch (error) {
      // What an extension throws may be anything.
      if (!this.#isStopped) witness.failing(error instanceof Error ? error : new Error(String(error)));
      waitMs = this.#options.retryMs?.() ?? RETRY_MS;
    }
    this.#schedule(waitMs);
  }

  /** Node makes a wait that is no number one of 1 ms. */
  async #nextMs(): Promise<number> {
    const ms: unknown = await this.#options.nextMs();
    if (typeof ms === "number" && ms >= 0) return ms;
    throw new ConfigError(
      `Expected \`nextMs\` of the loop \`${this.name}\` to answer milliseconds from 0, got \`${String(ms)}\`.`,
    );
  }
}
