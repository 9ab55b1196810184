/** What workers of tsq hold: a job is there from the fetch until it is done, and not only from one heartbeat to the next. */
import type { Redis } from "../../redis/connect.ts";
import { LANE_FIELDS, MOVED, withoutQueue } from "../../wire/in-flight.ts";
import { inFlightKey, OWNERS, padKey } from "../../wire/keys.ts";
import { capsuleOf, identityOf } from "../../wire/owner.ts";
import { matchOf } from "../jid-match.ts";
import { JobRecord } from "../job-record.ts";
import { askEach, repliesOf } from "../replies.ts";
import type { WorkRecord } from "./work-record.ts";

/** All that hold jobs, by name. */
export const readOwners = async (redis: Redis): Promise<readonly string[]> => {
  // Owner by owner: what is no hash there is absent.
  const [found] = await repliesOf(redis.pipeline().hgetall(OWNERS));
  return Object.keys(found ?? {});
};

/** The jobs in the hash of an owner. */
export const jobsHeld = (hash: unknown): readonly JobRecord[] =>
  Object.entries((hash ?? {}) as Readonly<Record<string, Buffer>>).flatMap(([slot, value]) =>
    LANE_FIELDS.some((lane) => lane === slot) || value.equals(MOVED_BYTES)
      ? []
      : [new JobRecord(withoutQueue(value))],
  );

const MOVED_BYTES = Buffer.from(MOVED);

interface Held {
  /** By an owner; undefined where its hash was lost or taken by a rescuer, and says nothing. */
  readonly jobs: readonly JobRecord[] | undefined;
}

/**
 * Those of the runs that go on, as far as Redis says so: a process of tsq lets go of a job when that is done, moved or given back.
 * Of others nothing is known before their next heartbeat, and they are left in.
 */
export const stillHeld = async (
  redis: Redis,
  runs: readonly WorkRecord[],
): Promise<readonly WorkRecord[]> => {
  const queues = new Map<string, Set<string>>();
  for (const { identity, queue } of runs) {
    const of = queues.get(identity) ?? new Set();
    queues.set(identity, queue === undefined ? of : of.add(queue));
  }
  if (queues.size === 0) return [];
  const owners = (await readOwners(redis)).filter((owner) => queues.has(identityOf(owner)));
  const replies = await askEach(redis, owners, (pipeline, owner) => {
    // From the pad a job goes into the hash: the other way round it could be missed in both.
    for (const queue of queues.get(identityOf(owner)) ?? [])
      pipeline.lrangeBuffer(padKey(capsuleOf(owner), queue), 0, 0);
    pipeline.hgetallBuffer(inFlightKey(owner));
  });
  const held = new Map<string, Held[]>();
  for (const [i, owner] of owners.entries()) {
    const of = held.get(identityOf(owner)) ?? [];
    held.set(identityOf(owner), of);
    of.push(heldIn(replies[i] ?? []));
  }
  return runs.filter((run) => isHeld(run, held.get(run.identity) ?? []));
};

const heldIn = (replies: readonly unknown[]): Held => {
  const hash: unknown = replies.at(-1) ?? {};
  if (!LANE_FIELDS.some((lane) => Object.hasOwn(hash as object, lane))) return { jobs: undefined };
  const landed = replies.slice(0, -1).flatMap((pad) => (pad ?? []) as readonly Buffer[]);
  return { jobs: [...jobsHeld(hash), ...landed.map((bytes) => new JobRecord(bytes))] };
};

const isHeld = ({ job: { jid }, isOverrunning }: WorkRecord, held: readonly Held[]): boolean => {
  // What goes on beyond its timeout has failed, and been let go of.
  if (isOverrunning || jid === undefined || jid === "" || held.length === 0) return true;
  const isIt = matchOf(jid);
  return held.some(({ jobs }) => jobs === undefined || jobs.some(isIt));
};
