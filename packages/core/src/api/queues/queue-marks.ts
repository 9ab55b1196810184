/**
 * Some jobs of a queue, by which one tells later what was there when somebody looked: by their places and not by their times,
 * as whoever pushes has a clock of their own.
 */
import type { ApiConnection } from "../api-connection.ts";
import { payloadDigest } from "../payload-digest.ts";
import { numberOf, togetherOf } from "../replies.ts";

/** As they were at one time. */
interface Marks {
  readonly size: number;
  /** The last one pushed first. */
  readonly digests: readonly string[];
}

/** Between these lies nothing. Somebody else may delete one or another of them meanwhile; workers begin at the other end. */
export const NEWEST = 10;
/** Fewer and fewer further on, to some millions: others may work on the same jobs at the same time, from the new end on as well. */
export const FURTHER = Array.from({ length: 11 }, (_, i) => 4 ** (i + 2));

export const readMarks = async (api: ApiConnection, key: string): Promise<Marks> => {
  const [size, newest, ...further] = await togetherOf(api.redis, (chain) => {
    chain.llen(key).lrangeBuffer(key, 0, NEWEST - 1);
    for (const place of FURTHER) chain.lindexBuffer(key, place);
    return chain;
  });
  const payloads = [newest, further].flat().filter((payload) => Buffer.isBuffer(payload));
  return { size: numberOf(size), digests: payloads.map((payload) => payloadDigest(payload)) };
};
