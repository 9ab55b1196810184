/**
 * Watches the event loop of the main thread from the thread that beats. A job that blocks it keeps the other jobs of the
 * process from going on: those are given back to their queues (relief.ts), and the one that blocks is named.
 */
import { writeSync } from "node:fs";
import type { Redis } from "@tsq/core/redis";
import { relieve } from "./relief.ts";
import { whoBlocks } from "./who-blocks.ts";
import type { Blockade } from "./who-blocks.ts";

const STANDARD_ERROR = 2;
const LOOKS = 5;
const SHOWN_FRAMES = 3;

export interface BlockedLoopOptions {
  readonly redis: Redis;
  /** The process whose loop it is. */
  readonly identity: string;
  /** How long it is blocked before anything is done; 0 for never. */
  readonly afterMs: number;
  /** Asks the main thread for a sign of life, which comes to `here()`. */
  readonly ask: () => void;
  /** Tells the main thread what was done, for its log. */
  readonly tell: (line: string) => void;
}

export class BlockedLoop {
  readonly #options: BlockedLoopOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  #hereAtMs = performance.now();
  #lookedAtMs = performance.now();
  #isActing = false;
  /** Who blocks it now. Asked again while nobody is known. */
  #blockade: Blockade | undefined;
  #isTold = false;
  #isFailing = false;

  constructor(options: BlockedLoopOptions) {
    this.#options = options;
    if (options.afterMs === 0) return;
    this.#timer = setInterval(() => this.#look(), Math.max(1, options.afterMs / LOOKS));
    this.#timer.unref();
  }

  /** The main thread has answered. */
  here(): void {
    this.#hereAtMs = performance.now();
    this.#blockade = undefined;
    this.#isTold = this.#isFailing = false;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { afterMs, ask } = this.#options;
    ask();
    const nowMs = performance.now();
    // The whole process was frozen: its main thread is as awake as we are.
    if (nowMs - this.#lookedAtMs > afterMs / 2) this.#hereAtMs = nowMs;
    this.#lookedAtMs = nowMs;
    if (this.#isActing || nowMs - this.#hereAtMs < afterMs) return;
    this.#isActing = true;
    this.#act()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => (this.#isActing = false));
  }

  /**
   * At every look while it is blocked: a pad that had been waiting takes one of the jobs that went back, and what Redis
   * refused is tried again.
   */
  async #act(): Promise<void> {
    const { redis, identity, afterMs } = this.#options;
    const sinceMs = this.#hereAtMs;
    if (!this.#blockade?.job) this.#blockade = await whoBlocks();
    const job = this.#blockade?.job;
    // It has answered meanwhile.
    if (sinceMs !== this.#hereAtMs) return;
    // Which one blocks is not known: given back with the others, it would block the next process.
    const moved = job ? await relieve(redis, identity, job) : 0;
    this.#isFailing = false;
    if (!this.#isTold) this.#say(describe(afterMs, this.#blockade, moved));
    else if (moved > 0) this.#say(`Jobs given back beside the one that blocks the event loop: ${moved}`);
    // Asked again, for as long as nobody is known, and told again only when somebody is.
    this.#isTold = true;
  }

  #failed(error: unknown): void {
    if (!this.#isFailing)
      this.#say(
        `The event loop is blocked, and the jobs beside the one that blocks it cannot be given back; trying again: ${String(error)}`,
      );
    this.#isFailing = true;
  }

  #say(line: string): void {
    // The main thread cannot write, and may never again.
    try {
      writeSync(STANDARD_ERROR, `tsq: ${line}\n`);
    } catch {
      // Nobody reads it.
    }
    this.#options.tell(line);
  }
}

const describe = (afterMs: number, blockade: Blockade | undefined, moved: number): string => {
  const job = blockade?.job;
  const who = job ? `${printable(job.class)} jid=${printable(job.jid)}` : "something that cannot be told";
  const stack = blockade?.stack ?? [];
  // What Node does for it just then says nothing of who has called.
  const own = stack.findIndex((frame) => !frame.includes("(node:"));
  const frames = stack.slice(Math.max(0, own), Math.max(0, own) + SHOWN_FRAMES);
  const where = frames.length > 0 ? `, at ${frames.map(printable).join(" ← ")}` : "";
  const done = job
    ? `Other jobs given back: ${moved}.`
    : "No job is given back, since that one might be among them.";
  return `The event loop has been blocked for ${afterMs / 1_000} s by ${who}${where}. ${done}`;
};

/** What others have written must not steer a terminal. */
const printable = (text: string): string => text.replace(/\p{C}/gu, "?");
