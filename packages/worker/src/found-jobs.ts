/** What a rescuer finds in the hash of a dead process. Anything may be in there, and nothing of it keeps the rest. */
import { createHash } from "node:crypto";
import { rescueId } from "./poison-pills.ts";
import { MOVED, splitHeld, withoutQueue } from "./reliable-unit.ts";

export interface Found {
  readonly slot: string;
  /** The queue that the job came from. */
  readonly queue: string;
  readonly payload: Buffer;
  /** Of all that the slot holds. */
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
      const digest = createHash("sha1").update(value).digest("hex");
      return { slot, queue, payload, digest, jid: rescueId(payload) };
    });
