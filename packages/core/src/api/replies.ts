/** What Redis answers to many questions at once. */
import type { ChainableCommander } from "ioredis";
import type { Redis } from "../redis/connect.ts";
import { firstRefusal } from "../redis/first-refusal.ts";
import { isFull } from "../redis/outage.ts";

/** So many entries per round trip: a page fits a few packets, and a long list never sits in memory as a whole. */
export const PAGE = 100;

/**
 * The replies of a pipeline. A key that holds another type counts as absent: somebody's mistake in one key
 * must not hide all the others. A transaction is refused for what one of its commands was refused for.
 */
export const repliesOf = async (pipeline: ChainableCommander): Promise<unknown[]> => {
  const replies = (await pipeline.exec().catch(firstRefusal)) ?? [];
  return replies.map(([error, value]) => {
    if (!error) return value ?? undefined;
    if (error.message.startsWith("WRONGTYPE")) return undefined;
    throw error;
  });
};

/** Of a transaction that writes: what lies there and is of another type refuses it, and nobody is to think that it was done. */
export const written = async (transaction: ChainableCommander): Promise<unknown[]> => {
  const replies = (await transaction.exec().catch(firstRefusal)) ?? [];
  return replies.map(([error, value]) => {
    if (error) throw error;
    return value ?? undefined;
  });
};

/**
 * The replies of a transaction that reads or deletes. A server that is full takes no transaction at all, because it would
 * have to remember it until EXEC: the same is asked without one then, for whoever has to make room.
 */
export const togetherOf = async (
  redis: Redis,
  ask: (chain: ChainableCommander) => ChainableCommander,
): Promise<unknown[]> => {
  try {
    return await repliesOf(ask(redis.multi()));
  } catch (error) {
    if (!isFull(error)) throw error;
    return repliesOf(ask(redis.pipeline()));
  }
};

/** A hundred each. */
export const pagesOf = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / PAGE) }, (_, i) => items.slice(i * PAGE, (i + 1) * PAGE));

type Ask<T> = (pipeline: ChainableCommander, item: T) => unknown;

/** Asks the same about each item, in pages; one list of replies for each. */
export const askEach = async <T>(redis: Redis, items: readonly T[], ask: Ask<T>): Promise<unknown[][]> => {
  const all: unknown[][] = [];
  for (let from = 0; from < items.length; from += PAGE) {
    const pipeline = redis.pipeline();
    const ends = items.slice(from, from + PAGE).map((item) => {
      ask(pipeline, item);
      return pipeline.length;
    });
    const replies = await repliesOf(pipeline);
    for (const [i, end] of ends.entries()) all.push(replies.slice(ends[i - 1] ?? 0, end));
  }
  return all;
};

/** The members of a set, sorted, each once: SSCAN may bring one twice. */
export const membersOf = async (redis: Redis, key: string): Promise<string[]> => {
  const members = new Set<string>();
  let cursor = "0";
  do {
    const [next, page] = await redis.sscan(key, cursor, "COUNT", PAGE);
    for (const member of page) members.add(member);
    cursor = next;
  } while (cursor !== "0");
  return [...members].sort();
};

/** A counter or a field that should be a number; 0 when it is none. */
export const numberOf = (reply: unknown): number => {
  const value = typeof reply === "string" || typeof reply === "number" ? Number(reply) : 0;
  return Number.isFinite(value) ? value : 0;
};

/** A member of a sorted set, byte for byte, and its score. */
export interface Scored {
  readonly bytes: Buffer;
  readonly score: number;
}

/** Members with their scores: RESP2 answers with a flat list, RESP3 with pairs. */
export const scoredOf = (reply: unknown): Scored[] => {
  const flat = (Array.isArray(reply) ? reply.flat() : []) as (Buffer | number)[];
  return flat.flatMap((bytes, i) =>
    i % 2 === 0 && Buffer.isBuffer(bytes) ? [{ bytes, score: scoreFrom(String(flat[i + 1])) }] : [],
  );
};

/** A score as Redis prints it: `1795451241.0699701`, `inf`. */
export const scoreFrom = (text: string): number =>
  /^[+-]?inf/i.test(text) ? (text.startsWith("-") ? -Infinity : Infinity) : Number(text);

/** A score as Redis reads it: the shortest text that means exactly this number. */
export const scoreText = (score: number): string =>
  Number.isFinite(score) ? String(score) : score > 0 ? "inf" : "-inf";
