/** How work is taken, and how what was taken is given back. Two ways: reliable-fetch.ts and basic-fetch.ts. */
import type { Burial, Bytes, Outage } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";
import type { QueueOrder } from "../options/queue-order.ts";

/** A job that was taken from a queue and is not yet finished. Exactly one of its verbs is called, once. */
export interface UnitOfWork {
  /** Name of the queue it was taken from, which may differ from the payload's own. */
  readonly queue: string;
  /** The payload as text. */
  readonly text: string;
  /** The payload's bytes, read from Redis when the text could not hold them; undefined when they are gone. */
  bytes(): Promise<Buffer | undefined>;
  /** The job is done. */
  acknowledge(): void;
  /** The job goes there; false when it had been taken away meanwhile and nothing was written. */
  move(to: Move): Promise<boolean>;
}

/** Where a job goes that is not done, and as what. */
export type Move =
  | {
      readonly kind: "set";
      readonly set: "retry" | "schedule";
      readonly score: string;
      readonly payload: Bytes;
    }
  /** Without a payload the bytes as they were pushed. */
  | { readonly kind: "dead"; readonly burial: Burial; readonly payload?: Bytes }
  /** `back`: behind all that wait there; `front`: the next one fetched. */
  | {
      readonly kind: "queue";
      readonly queue: string;
      readonly side: "front" | "back";
      readonly payload: Bytes;
    };

/** Who holds a capsule's jobs, as `tsq:owners` names it, at one moment. */
export interface OwnerState {
  readonly name: string;
  /** Those whose pads may hold a job. */
  readonly padQueues: readonly string[];
  /** What it will be when its jobs have been rescued. */
  readonly nextName: string;
  /** What it was before its jobs were rescued. */
  readonly formerNames: readonly string[];
}

/** Takes jobs for one capsule, never more than it has free slots. */
export interface Fetch {
  /** What `tsq:owners` must hold of this fetch as long as it may have jobs there. */
  owner(): OwnerState | undefined;
  start(): Promise<void>;
  /** Leaves these queues alone from now on. */
  pause(queues: ReadonlySet<string>): void;
  /** Takes no more jobs. Resolves when no job can arrive any more. */
  quiet(): Promise<void>;
  /** Redis has heard that this process lives; it may be an older Redis than before. */
  heard(): void;
  /** Puts unfinished jobs back to be the next ones fetched; from then on their verbs change nothing. */
  requeue(units: readonly UnitOfWork[]): Promise<number>;
  /** Sends what is left to acknowledge and ends its connections. */
  stop(): Promise<void>;
  /** Ends its connections at once; what is still in flight is left to a rescuer. */
  disconnect(): void;
}

/** What a fetch is made with, of whichever kind. */
export interface FetchOptions {
  readonly redis: RedisTarget;
  readonly order: QueueOrder;
  readonly concurrency: number;
  readonly events: FetchEvents;
  /** Told of the connections, and of what is refused. */
  readonly outage: Outage;
}

/** What a fetch tells its capsule. */
export interface FetchEvents {
  /** Jobs have been taken, by one reply. Called at once, from within it. */
  readonly deliver: (units: readonly UnitOfWork[]) => void;
  /** A job was rescued from us while we were frozen: it runs elsewhere, what it does here counts no more. */
  readonly lost: (unit: UnitOfWork) => void;
  /** On the way down a command was refused: it is tried again, or done without. */
  readonly hindered: (error: unknown) => void;
}
