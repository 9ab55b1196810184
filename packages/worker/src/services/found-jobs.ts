/** What a rescuer finds of a dead process, in its hash and on its pads. Anything may be there, and nothing of it keeps the rest. */
import { digestOf, keys, MOVED, splitHeld, withoutQueue } from "@tsq/core/redis";
import type { Redis } from "@tsq/core/redis";
import { rescueId } from "./poison-pills.ts";

export interface Found {
  /** Empty on a pad. */
  readonly slot: string;
  /** Where it is if it is in no slot. */
  readonly pad?: string;
  /** The queue that the job came from. */
  readonly queue: string;
  readonly payload: Buffer;
  /** Of all that the slot holds, or of what is on the pad. */
  readonly digest: string;
  /** What its rescues are counted by. */
  readonly jid: string;
}

export const queueNames = (json: string): readonly string[] => {
  try {
    const names: unknown = JSON.parse(json);
    return Array.isArray(names) ? names.filter((name): name is string => typeof name === "string") : [];
  } catch {
    // Written by hand: the slots name their own queues, only the pads are not found by it.
    return [];
  }
};

const isMark = (value: Buffer): boolean => value.toString("latin1") === MOVED;

/** Slots of jobs that are in the retry set or the dead set already. */
export const marksIn = (hash: Readonly<Record<string, Buffer>>): readonly string[] =>
  Object.entries(hash)
    .filter(([, value]) => isMark(value))
    .map(([slot]) => slot);

export const foundIn = (hash: Readonly<Record<string, Buffer>>): readonly Found[] =>
  Object.entries(hash)
    .filter(([slot, value]) => !slot.startsWith("#") && !isMark(value))
    .map(([slot, value]) => {
      const payload = withoutQueue(value);
      const { queue } = splitHeld(value.toString("utf8"));
      return { slot, queue, payload, digest: digestOf(value), jid: rescueId(payload) };
    });

/** A job on a pad has been started as well: its slot is told of it afterwards. */
export const landedOn = async (
  redis: Redis,
  capsule: string,
  queues: readonly string[],
): Promise<readonly Found[]> => {
  const pads = queues.map((queue) => keys.padKey(capsule, queue));
  const pipeline = redis.pipeline();
  for (const pad of pads) pipeline.lrangeBuffer(pad, 0, 0);
  const replies = (await pipeline.exec()) ?? [];
  return queues.flatMap((queue, i) => {
    const [error, list] = replies[i] ?? [];
    // Of a key that is no list nothing is known, and nothing is taken.
    const payload = error ? undefined : (list as readonly Buffer[] | undefined)?.[0];
    if (!payload) return [];
    return [
      { slot: "", pad: pads[i] as string, queue, payload, digest: digestOf(payload), jid: rescueId(payload) },
    ];
  });
};
