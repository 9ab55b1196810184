/**
 * Who may hold jobs in flight. A capsule of a process owns one in-flight hash; the rescuer finds the
 * owners in `tsq:owners` and looks whether the process behind each is alive.
 */
import { close, identityOf, keys, ownerName, register } from "@tsq/core/redis";
import type { Redis } from "@tsq/core/redis";
import { again } from "./again.ts";
import type { OwnerState } from "../fetch.ts";
import type { Lane } from "./lane.ts";
import { LastHeard } from "./last-heard.ts";

/** Who holds a capsule's jobs now. */
export class Owner {
  readonly capsule: string;
  /** How long it has been since Redis heard of it. */
  readonly lastHeard = new LastHeard();
  /** There may be jobs of it in Redis. */
  isUp = false;
  readonly queues: readonly string[];
  /** Those of them whose pads may hold a job. */
  readonly padQueues: readonly string[];
  #epoch = 0;

  constructor(capsule: string, queues: readonly string[], padQueues = queues) {
    this.capsule = capsule;
    this.queues = queues;
    this.padQueues = padQueues;
  }

  get name(): string {
    return ownerName(this.capsule, this.#epoch);
  }

  get inFlight(): string {
    return keys.inFlightKey(this.name);
  }

  /** What it will be when it is renewed. */
  get nextName(): string {
    return ownerName(this.capsule, this.#epoch + 1);
  }

  /** What it was before it was renewed, the last one first. A server that goes back has jobs of these again. */
  get formerNames(): readonly string[] {
    return Array.from({ length: this.#epoch }, (_, i) => ownerName(this.capsule, this.#epoch - 1 - i));
  }

  /** For whoever writes it down; undefined when nobody is to. */
  get state(): OwnerState | undefined {
    const { name, padQueues, nextName, formerNames } = this;
    return this.isUp ? { name, padQueues, nextName, formerNames } : undefined;
  }

  /** From now on it is another owner, whose jobs nobody has rescued. */
  renew(): void {
    this.#epoch++;
  }
}

/**
 * Must be done before the first fetch: writes down who we are and that we live, and how far our lanes are. What no
 * rescuer can find would be lost. When the server has lost it, lua/core/recover.lua writes it down again.
 */
export const takeUp = async (redis: Redis, owner: Owner, lanes: readonly Lane[]): Promise<void> => {
  const { name, padQueues, inFlight } = owner;
  owner.isUp = true;
  await register(
    redis,
    { owners: keys.OWNERS, inFlight, beat: identityOf(name) },
    {
      owner: name,
      queues: JSON.stringify(padQueues),
      now: String(Date.now() / 1_000),
      fields: lanes.flatMap((lane) => [lane.field, String(lane.answered)]),
    },
  );
};

/** What a stop leaves behind if it can. */
interface Left {
  readonly lanes: readonly Lane[];
  readonly pads: readonly string[];
  /** The places of those to which a job may still come, by a connection that was lost. */
  readonly late: readonly number[];
}

/**
 * The end of `takeUp`, whatever Redis refuses at first. What is still there, because handing it back failed, is left to
 * a rescuer with its owner; and so are pads that cannot be closed.
 */
export const letGo = async (
  redis: Redis,
  owner: Owner,
  { lanes, pads, late }: Left,
  refused: (error: unknown) => void,
): Promise<void> => {
  const { inFlight } = owner;
  const fields = lanes.map((lane) => lane.field);
  const end = (): Promise<number> =>
    late.length === 0
      ? redis.hdel(inFlight, ...fields)
      : close(redis, { inFlight, pads: late.map((place) => pads[place] as string) }, { lanes: fields });
  await again(end, refused);
  if (await again(() => holdsJobs(redis, owner, pads), refused)) return;
  // First, so that no beat writes it down again. Where the next is refused, too, the last heartbeat strikes it off.
  owner.isUp = false;
  await again(() => redis.hdel(keys.OWNERS, owner.name), refused).catch(() => {});
};

/** A pad that is closed holds none. */
const holdsJobs = async (redis: Redis, { inFlight }: Owner, pads: readonly string[]): Promise<boolean> => {
  // In this order: what is closed in between counts as a job, and is left to a rescuer.
  const closed = (await redis.mget(...pads)).filter((text) => text !== null);
  return (await redis.exists(inFlight, ...pads)) > closed.length;
};
