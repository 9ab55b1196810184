/** Who hears of what happens to entries, each by its key. */
import type { Policy } from "../entry/policy.ts";
import type { Fired } from "./firing.ts";
import type { MissedTick } from "./missed.ts";

/** The job that an instant has pushed. */
export interface FiredJob {
  readonly jid: string;
  /** That of the entry, also where a wrapper is pushed. */
  readonly class: string;
  readonly queue: string;
}

/** Who hears of what happens. */
export interface Teller {
  /** An entry cannot be read, or could not be fired. */
  failed(key: string, error: unknown): void;
  /** An instant has not fired. */
  missed(key: string, missed: readonly MissedTick[], policy: Policy): void;
  /** A number stood where Ruby wants a time, or a time that is ahead of every clock. */
  repaired(key: string, was: string, is: string, what: "number" | "ahead"): void;
  /** An entry is there as one of 1.x and as one of 2.x. */
  twice(key: string): void;
  /** Only Ruby knows how its job is pushed, and is to fire it. */
  left(key: string, jobClass: string): void;
  fired(key: string, tick: string, what: Fired, job?: FiredJob): void;
}
