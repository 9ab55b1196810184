/** Sets and queues of a hundred thousand jobs: all of them are seen, and Redis is asked for little at a time. */
import { DeadSet, ErrorGroups, Queue } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { payloadText } from "../support/payload-text.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";

const COUNT = 100_000;
const ALL = { most: Infinity, mostMs: 600_000 };

let server: TestRedis;
let redis: Redis;
/** The most entries that a command has asked for. */
let largest = 0;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  for (let from = 0; from < COUNT; from += 1_000) {
    const texts = Array.from({ length: 1_000 }, (_, i) =>
      payloadText({
        jid: `j${from + i}`,
        class: `Job${i % 3}`,
        error_class: "E",
        error_message: from + i === 4_321 ? "the needle" : `took ${i} s`,
      }),
    );
    // A few scores, so that many are equal.
    await redis.zadd("dead", ...texts.flatMap((text, i) => [Math.floor((from + i) / 20_000), text]));
    await redis.lpush("queue:default", ...texts);
  }
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, ...rest) => {
    if (/range/.test(command.name)) {
      largest = Math.max(largest, Number(command.args[2]) - Number(command.args[1]) + 1);
    }
    return send(command, ...rest);
  };
}, 300_000);
afterAll(() => server.stop());

test("a needle is found in a set and in a queue, with fewer than a thousand jobs at once", async () => {
  for (const place of [new DeadSet({ redis }), new Queue("default", { redis })]) {
    const { items, looked, total, cursor } = await place.search("needle", ALL);

    expect(items.map(({ jid }) => jid)).toEqual(["j4321"]);
    expect({ looked, total, cursor }).toEqual({ looked: COUNT, total: COUNT, cursor: undefined });
  }
  expect(largest).toBeGreaterThan(200);
  expect(largest).toBeLessThanOrEqual(1_000);
});

test("a search that stops again and again finds each once", async () => {
  for (const place of [new DeadSet({ redis }), new Queue("default", { redis })]) {
    const found = new Set<string | undefined>();
    let count = 0;
    let after: string | undefined;
    do {
      const result = await place.search("class:Job1", { limit: 1_000, most: 7_000, mostMs: 600_000, after });
      for (const { jid } of result.items) found.add(jid);
      count += result.items.length;
      after = result.cursor;
    } while (after !== undefined);

    expect([count, found.size]).toEqual([33_300, 33_300]);
  }
});

test("facets and error groups count all of them when they are asked to", async () => {
  const { class: classes } = await new DeadSet({ redis }).facets({ most: Infinity });
  const { groups, looked } = await new ErrorGroups({ redis }).read({ most: Infinity });

  expect(classes.values.map(({ count }) => count)).toEqual([33_400, 33_300, 33_300]);
  expect(looked).toBe(COUNT);
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(COUNT);
  expect(groups.map(({ fingerprint }) => fingerprint)).toContain("the needle");
});
