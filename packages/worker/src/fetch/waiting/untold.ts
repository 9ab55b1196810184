/** That Redis does not tell of jobs is warned of once: by the start of a worker, or by the first of its capsules that finds out. */

/** The reason that rights are missing, in whatever words. */
export const NO_RIGHTS = "rights";

/** The reason that there is no connection for it, whatever the server says of that. */
export const UNOPENED = "unopened";

export class Untold {
  #reason: string | undefined;

  /** @returns whether nobody has said so yet */
  isNews(reason: string): boolean {
    const isNew = reason !== this.#reason;
    this.#reason = reason;
    return isNew;
  }

  /** It tells. If it stops to, that is news again. */
  over(): void {
    this.#reason = undefined;
  }
}
