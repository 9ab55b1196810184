/**
 * Waits for what the application's hooks answer, and for none of them for ever. A hook that never answers would keep its
 * job's place, and as many of them as there are places would end all work; Sidekiq's threads wait so.
 */
import { isThenable } from "./thenable.ts";

/** A hook was waited for as long as it may be. */
export class HookTimeoutError extends Error {
  override readonly name = "HookTimeoutError";
}

export class HookWaits {
  /** 0 is for ever. */
  readonly #limitMs: number;
  readonly #remedy: string;
  readonly #waiting = new Set<() => void>();
  #isOver = false;

  constructor(
    limitMs: number,
    { isOption = true }: { /** The limit is `hookTimeoutMs`. */ isOption?: boolean } = {},
  ) {
    this.#limitMs = limitMs;
    this.#remedy = `Look for an await that never ends${isOption ? ", or raise `hookTimeoutMs`" : ""}.`;
  }

  /**
   * Calls a hook and waits for its answer; what it does once nobody waits changes nothing, a rejection neither.
   *
   * @throws what the hook throws, HookTimeoutError once it is waited for no more
   */
  async answerOf<T>(
    what: string,
    hook: () => T | PromiseLike<T>,
    limitMs = this.#limitMs,
  ): Promise<Awaited<T>> {
    const answer = hook();
    // Most answer at once, and then no timer is made.
    if (!isThenable(answer)) return answer as Awaited<T>;
    let end = (): void => {};
    const over = new Promise<never>((_, reject) => (end = () => reject(this.#unanswered(what, limitMs))));
    const late = limitMs === 0 ? undefined : setTimeout(end, limitMs).unref();
    this.#waiting.add(end);
    if (this.#isOver) end();
    try {
      // In this order: what is answered already counts, also when nobody waits any more.
      return await Promise.race([answer, over]);
    } finally {
      clearTimeout(late);
      this.#waiting.delete(end);
    }
  }

  /** The deadline of a stop is over, and the jobs are others' to conclude: nothing is waited for any more. */
  end(): void {
    this.#isOver = true;
    for (const end of this.#waiting) end();
  }

  #unanswered(what: string, limitMs: number): HookTimeoutError {
    return new HookTimeoutError(
      this.#isOver
        ? `Expected ${what} to answer before the deadline of the stop, got nothing; not waiting for it.`
        : `Expected ${what} to answer within ${limitMs / 1_000} s, got nothing; not waiting for it any longer. ${this.#remedy}`,
    );
  }
}

/** What must be answered at once is no promise; nobody waits for one, nor hears of its rejection. */
export const atOnce = (answer: unknown): unknown => {
  if (isThenable(answer)) Promise.resolve(answer).catch(() => {});
  return answer;
};
