/** Who has read queues under CLIENT TRACKING and is gone: Redis remembers them until a queue changes, and is made to forget. */
import { forget } from "@tsq/core/protocol";
import type { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { named, taken, Watchers } from "../../support/watchers.ts";

const watchers = new Watchers();
const QUEUES = named(4);
const KEYS = QUEUES.map((name) => `queue:${name}`);

const readers = async (): Promise<number> =>
  Number(/tracking_total_items:(\d+)/.exec(await watchers.redis.info("stats"))?.[1]);

/** So many connections read all of the queues, and are gone. */
const readAndLeave = async (connections: number): Promise<void> => {
  for (let i = 0; i < connections; i++) {
    const reader = watchers.server.client();
    await Promise.all([reader.client("TRACKING", "ON"), reader.exists(...KEYS)]);
    reader.disconnect();
  }
};

const untilTold = (): Promise<unknown> =>
  eventually(() => expect(watchers.workers.messages()).toContainEqual(expect.stringMatching(/^Redis tells/)));

describe("a worker that comes to be told of jobs", () => {
  test("has Redis forget those that are gone when there are many, and is woken by each of the queues", async () => {
    await readAndLeave(101);
    expect(await readers()).toBe(101 * KEYS.length);

    const one = await watchers.start({ way: "tracking", queues: QUEUES });
    await watchers.untilRegistered(KEYS.length);

    await eventually(async () => expect(await readers()).toBe(KEYS.length));
    expect(await watchers.redis.exists(...KEYS)).toBe(0);
    for (const queue of QUEUES) await taken(await watchers.push(queue), [one]);
    expect(one.texts).toHaveLength(QUEUES.length);
  });

  test("writes to no queue while they are few", async () => {
    await readAndLeave(100);
    await watchers.redis.config("RESETSTAT");

    await watchers.start({ way: "tracking", queues: QUEUES });
    await untilTold();
    await eventually(async () => expect(await readers()).toBe(101 * KEYS.length));

    expect(await watchers.calls("lpush")).toBe(0);
  });

  test("wakes who watches already, and both look after the queues", async () => {
    const first = await watchers.start({ way: "tracking", queues: QUEUES });
    await watchers.untilRegistered(KEYS.length);
    await readAndLeave(101);

    const second = await watchers.start({ way: "tracking", queues: QUEUES });
    await eventually(async () => expect(await watchers.deputy()).toBe(second));

    await eventually(async () => expect(await readers()).toBe(2 * KEYS.length));
    for (const queue of QUEUES) await taken(await watchers.push(queue), [first, second]);
  });
});

describe("a queue whose readers are forgotten", () => {
  const [empty = "", full = "", foreign = ""] = KEYS;
  const forgets = (...queues: readonly string[]): Promise<number> =>
    forget(watchers.redis, { queues }, { text: "nobody's" });

  test("stays as it is, whether it is empty, holds jobs or is no list", async () => {
    const { redis } = watchers;
    await redis.lpush(full, "first", "second");
    await redis.set(foreign, "no list");
    await readAndLeave(1);

    expect(await forgets(full, empty, foreign)).toBe(1);

    expect(await redis.exists(empty)).toBe(0);
    expect(await redis.lrange(full, 0, -1)).toEqual(["second", "first"]);
    expect(await redis.get(foreign)).toBe("no list");
    expect(await readers()).toBe(KEYS.length - 1);
  });

  test.each<readonly [how: string, wait: (redis: Redis) => Promise<unknown>, told: unknown]>([
    ["a move", (redis) => redis.blmove(empty, "elsewhere", "RIGHT", "LEFT", 30), "a job"],
    ["as Ruby does", (redis) => redis.brpop(empty, 30), [empty, "a job"]],
  ])("gives nothing to who waits there by %s, and the next job afterwards", async (_, wait, told) => {
    const other = watchers.server.client();
    await other.ping();
    const got = wait(other);
    await eventually(async () =>
      expect(await watchers.redis.info("clients")).toMatch(/blocked_clients:1\r\n/),
    );

    await forgets(empty);
    await watchers.redis.lpush(empty, "a job");

    expect(await got).toEqual(told);
    other.disconnect();
  });

  test("is forgotten also when the memory is full", async () => {
    await readAndLeave(1);
    await watchers.redis.config("SET", "maxmemory", "1");

    const forgotten = await forgets(...KEYS).catch((error: Error) => error);
    await watchers.redis.config("SET", "maxmemory", "0");

    expect(forgotten).toBe(KEYS.length);
    expect(await readers()).toBe(0);
  });
});
