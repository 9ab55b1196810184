/** Searching a queue while others push and take. */
import { FilterError } from "@tsq/core";
import { JobRecord, Queue } from "@tsq/core/api";
import type { QueuedJob, SearchOptions, SearchResult } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

/** However slow the machine is. */
const PATIENT = { mostMs: 60_000 };

const texts = (count: number, prefix = "j"): readonly string[] =>
  Array.from({ length: count }, (_, i) =>
    payloadText({ jid: `${prefix}${i}`, class: `Job${i % 3}`, queue: "lies" }),
  );

const pages = async (
  options: SearchOptions,
  between: (found: SearchResult<QueuedJob>) => Promise<unknown> = async () => {},
): Promise<readonly (string | undefined)[]> => {
  const queue = new Queue("default", { redis });
  const found: (string | undefined)[] = [];
  let after: string | undefined;
  do {
    const result = await queue.search("", { ...PATIENT, ...options, after });
    found.push(...result.items.map(({ jid }) => jid));
    after = result.cursor;
    await between(result);
  } while (after !== undefined);
  return found;
};

describe("a search of a queue", () => {
  test.each([0, 1, 1_000])("of %i jobs finds each once, newest first", async (count) => {
    if (count > 0) await pushTexts(redis, texts(count));

    const found = await pages({ limit: 130 });

    expect(found).toEqual(Array.from({ length: count }, (_, i) => `j${count - 1 - i}`));
  });

  test("goes by class, and by the queue that a job lies on", async () => {
    await pushTexts(redis, texts(9));
    const queue = new Queue("default", { redis });

    const found = await queue.search("class:Job1 queue:default", PATIENT);

    expect(found.items.map(({ jid }) => jid)).toEqual(["j7", "j4", "j1"]);
    expect(found).toMatchObject({ looked: 9, total: 9, cursor: undefined });
    expect((await queue.search("queue:lies", PATIENT)).items).toEqual([]);
  });

  test("finds each of those that stay, while others push and take", async () => {
    await pushTexts(redis, texts(8_000));
    let round = 0;

    const found = await pages({ limit: 1_000, most: 700 }, async () => {
      round++;
      await redis.lpush("queue:default", ...texts(50, `new${round}-`));
      await redis.rpop("queue:default", 50);
    });

    // Those that were taken were the oldest.
    const stayed = Array.from({ length: 8_000 - 50 * round }, (_, i) => `j${i + 50 * round}`);
    const seen = new Set(found);
    expect(stayed.filter((jid) => !seen.has(jid))).toEqual([]);
    expect(found.filter((jid) => jid?.startsWith("new"))).toEqual([]);
    expect(seen.size).toBe(found.length);
  });

  test("goes on when all that it has seen was deleted", async () => {
    await pushTexts(redis, texts(500));

    const found = await pages({ limit: 40 }, async ({ items }) => {
      for (const job of items) await job.delete();
    });

    expect(found).toHaveLength(500);
    expect(await redis.llen("queue:default")).toBe(0);
  });

  test("ends when what was left has been taken", async () => {
    await pushTexts(redis, texts(500));
    let isTaken = false;

    const found = await pages({ limit: 40 }, async () => {
      if (isTaken) return;
      isTaken = true;
      await redis.ltrim("queue:default", 0, 9);
      await redis.lpush("queue:default", ...texts(3, "new"));
    });

    expect(new Set(found).size).toBeLessThanOrEqual(43);
    expect(found.slice(0, 40)).toEqual(Array.from({ length: 40 }, (_, i) => `j${499 - i}`));
  });

  test("shows what is no job, and finds the same text as often as it is there", async () => {
    await pushTexts(redis, ["no json", "same", "same", "same", Buffer.from([0xff, 0xfe]), ""]);

    const { items, looked } = await new Queue("default", { redis }).search("", PATIENT);

    expect(looked).toBe(6);
    expect(items.map(({ text }) => text).filter((text) => text === "same")).toHaveLength(3);
  });

  test.each(["", "5", "-5~0123456789abcdef", "5~<script>"])("refuses the cursor %j", async (after) => {
    await expect(new Queue("default", { redis }).search("", { after })).rejects.toThrow(FilterError);
  });
});

test("what has the text nowhere in its bytes is not parsed to be left out, nor for the time that nobody asks of", async () => {
  await pushTexts(redis, [...texts(500), payloadText({ args: ["a needle"] })]);
  const parsed = vi.spyOn(JobRecord.prototype, "payload", "get");
  onTestFinished(() => parsed.mockRestore());

  const { items, looked } = await new Queue("default", { redis }).search("needle", PATIENT);

  expect([items.length, looked]).toEqual([1, 501]);
  expect(new Set(parsed.mock.contexts).size).toBe(1);
});
