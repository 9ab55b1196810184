/** When something new was deployed: the lines in the metrics charts (WIRE §8.4). */
import type { Redis } from "../../redis/connect.ts";
import { marksKey, MINUTE_MS } from "../../wire/metrics-layout.ts";
import { repliesOf, written } from "../replies.ts";

/** One deploy. */
export interface DeployMark {
  /** To the minute. */
  readonly at: Date;
  readonly label: string;
}

const LOCK_SECONDS = 60;
const KEPT_SECONDS = 7_776_000;
const DAY_MS = 86_400_000;

/** The marks from one instant to another, oldest first. */
export const readMarks = async (redis: Redis, fromMs: number, toMs: number): Promise<DeployMark[]> => {
  const pipeline = redis.pipeline();
  for (let day = Math.floor(fromMs / DAY_MS); day <= Math.floor(toMs / DAY_MS); day++) {
    pipeline.hgetall(marksKey(day * DAY_MS));
  }
  const days = (await repliesOf(pipeline)) as (Readonly<Record<string, string>> | undefined)[];
  return days
    .flatMap((marks) => Object.entries(marks ?? {}))
    .map(([stamp, label]) => ({ at: new Date(stamp), label }))
    .filter(({ at }) => at.getTime() >= fromMs && at.getTime() <= toMs)
    .sort((one, other) => one.at.getTime() - other.at.getTime());
};

/** Writes a mark once, also when every machine of a deploy does; the first label of a minute stays. */
export const writeMark = async (redis: Redis, label: string, at: Date): Promise<boolean> => {
  const minute = new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS);
  const stamp = minute.toISOString().replace(".000Z", "Z");
  if ((await redis.set(`deploylock-${label}`, stamp, "EX", LOCK_SECONDS, "NX")) === null) return false;
  const key = marksKey(minute.getTime());
  const [isNew] = await written(redis.multi().hsetnx(key, stamp, label).expire(key, KEPT_SECONDS));
  return isNew === 1;
};
