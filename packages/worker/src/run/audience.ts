/** Who is told of every job that has ended. While nobody is, a job that ends costs one look at `tell`. */
import type { Outcome } from "./outcome.ts";
import type { RunningJob } from "./running-job.ts";

export type Tell = (job: RunningJob, outcome: Outcome) => void;

export class Audience {
  /** Undefined while nobody listens. */
  tell: Tell | undefined;
  readonly #listeners = new Set<Tell>();

  /** @returns what ends it */
  add(listener: Tell): () => void {
    this.#listeners.add(listener);
    this.#tune();
    return () => {
      this.#listeners.delete(listener);
      this.#tune();
    };
  }

  #tune(): void {
    const listeners = [...this.#listeners];
    this.tell =
      listeners.length === 0
        ? undefined
        : (job, outcome) => {
            for (const listener of listeners) listener(job, outcome);
          };
  }
}
