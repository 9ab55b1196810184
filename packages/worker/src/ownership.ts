/**
 * Who may hold jobs in flight. A capsule of a process owns one in-flight hash; the rescuer finds the
 * owners in `tsq:owners` and looks whether the process behind each is alive.
 */
import { keys, register } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import type { Lane } from "./lane.ts";

// Cannot occur in a host name, and capsule names are checked not to hold it.
const SEPARATOR = "~";

/** A capsule of a process: `host:pid:nonce~default`. */
export const capsuleName = (identity: string, capsule: string): string => identity + SEPARATOR + capsule;

/** The process behind an owner, whose hash expires when its heartbeat stops. */
export const identityOf = (owner: string): string => owner.split(SEPARATOR, 1)[0] as string;

/** The capsule behind an owner, which its pads are named for. */
export const capsuleOf = (owner: string): string => owner.slice(0, owner.lastIndexOf(SEPARATOR));

export type Owners = readonly (readonly [owner: string, queues: readonly string[]])[];

/** An owner: the capsule, and how often it has started anew because its jobs had been rescued. */
export const ownerName = (capsule: string, epoch: number): string => capsule + SEPARATOR + epoch;

/** Who holds a capsule's jobs now. */
export class Owner {
  readonly capsule: string;
  readonly #queues: readonly string[];
  #epoch = 0;

  constructor(capsule: string, queues: readonly string[]) {
    this.capsule = capsule;
    this.#queues = queues;
  }

  get name(): string {
    return ownerName(this.capsule, this.#epoch);
  }

  get inFlight(): string {
    return keys.inFlightKey(this.name);
  }

  entries(): Owners {
    return [[this.name, this.#queues]];
  }

  /** From now on it is another owner, whose jobs nobody has rescued. */
  renew(): void {
    this.#epoch++;
  }
}

/**
 * Must be done before the first fetch, and again after the server lost our hash: writes down who we are, how far
 * our lanes are, and what slots are to hold. What no rescuer can find would be lost.
 */
export const takeUp = async (
  redis: Redis,
  owners: Owners,
  lanes: readonly Lane[],
  slots: readonly (readonly [slot: string, value: string])[] = [],
): Promise<void> => {
  const fields = [...lanes.map((lane) => [lane.field, String(lane.answered)]), ...slots].flat();
  for (const [owner, queues] of owners) {
    await register(
      redis,
      { owners: keys.OWNERS, inFlight: keys.inFlightKey(owner) },
      { owner, queues: JSON.stringify(queues), fields },
    );
  }
};
