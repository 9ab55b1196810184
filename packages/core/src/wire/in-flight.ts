/**
 * What a slot of an in-flight hash holds (lua/core/fetch.lua): a payload, its queue between newlines and then the payload,
 * or the mark of a job that is somewhere else by now.
 */
import { createHash } from "node:crypto";

/** The mark: the job is in a set or on a queue again (lua/shared/moved.lua). */
export const MOVED = "-";

/** The fields of the hash that are no slots: the number of the last call of each lane. */
export const LANE_FIELDS = ["#0", "#1"] as const;

const NEWLINE = 10;
const QUEUE = '"queue":"';

/** The payload of a slot. */
export const withoutQueue = (value: Buffer): Buffer =>
  value[0] === NEWLINE ? value.subarray(value.indexOf(NEWLINE, 1) + 1) : value;

/** The queue and the payload of a slot. Never throws: what is in flight is not always JSON. */
export const splitHeld = (value: string): { queue: string; text: string } => {
  const end = value.startsWith("\n") ? value.indexOf("\n", 1) : -1;
  return end < 0
    ? { queue: queueIn(value), text: value }
    : { queue: value.slice(1, end), text: value.slice(end + 1) };
};

/** As lua/core/fetch.lua looks for it, not as JSON says it: of a slot without a queue before its payload this is the queue it came from. */
const queueIn = (text: string): string => {
  const at = text.indexOf(QUEUE);
  const from = at + QUEUE.length;
  const end = text.indexOf('"', from);
  return at < 0 || end <= from ? "default" : text.slice(from, end);
};

/** By which scripts know a payload or what a slot holds: its SHA-1 in hexadecimal, as `redis.sha1hex` has it. */
export const digestOf = (bytes: Buffer | string): string => createHash("sha1").update(bytes).digest("hex");
