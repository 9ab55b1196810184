/** The commands that look: at more errors than a page has, and at jobs that are larger than anybody means. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { tsq, type Ended } from "../support/tsq-command.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

const env = () => ({ REDIS_URL: server.url, COLUMNS: "80" });
const run = (...args: readonly string[]): Promise<Ended> => tsq(args, { env: env() });

const shown = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(...args);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
};

const json = async <T>(...args: readonly string[]): Promise<T> =>
  JSON.parse(await shown(...args, "--json")) as T;

const jsonl = async (...args: readonly string[]): Promise<Record<string, unknown>[]> =>
  (await shown(...args, "--jsonl"))
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

interface List {
  readonly jobs: readonly Record<string, unknown>[];
}

describe("of more errors than one page", () => {
  const failed = (count: number) =>
    fail(
      redis,
      Array.from({ length: count }, (_, i) => ({ jid: jidOf(i), class: `Job${i}` })),
    );

  test("--jsonl prints all of them, and --limit so many", async () => {
    await failed(30);

    expect(await jsonl("errors")).toHaveLength(30);
    expect(await jsonl("errors", "--limit", "7")).toHaveLength(7);
    expect((await json<{ errors: unknown[] }>("errors")).errors).toHaveLength(25);
  });

  test("what is not told apart is counted, and the list is not complete", async () => {
    await failed(1_003);

    const { errors, complete } = await json<{ errors: unknown[]; complete: boolean }>(
      "errors",
      "--limit",
      "5000",
    );

    expect([errors.length, complete]).toEqual([1_000, false]);
    expect(await shown("errors", "--limit", "5000")).toMatch(/\. 3 jobs failed by yet others\n$/);
  });
});

test("a job that is nested too deeply, or a megabyte long, hides no other and shows by its text", async () => {
  const text = `{"jid":"deep","class":"HardJob","args":[${"[".repeat(50_000)}${"]".repeat(50_000)}]}`;
  const long = JSON.stringify({ jid: "long", class: "A::".repeat(300_000), args: ["x".repeat(1_000_000)] });
  await redis
    .multi()
    .sadd("queues", "low")
    .lpush("queue:low", payloadOf({ jid: jidOf(1) }), text, long)
    .exec();

  const table = await shown("queue", "low");

  for (const jid of [jidOf(1), "deep", "long"]) expect(table).toContain(jid);
  const { jobs } = await json<List>("queue", "low");
  expect(jobs.map(({ jid }) => jid)).toEqual(["long", "deep", jidOf(1)]);
  expect(jobs[1]).toMatchObject({ args: [], text });
  expect(await jsonl("queue", "low")).toHaveLength(3);
  expect(await shown("show", "deep")).toContain('Text       {"jid":"deep"');
  expect(await json<object>("show", "deep")).toMatchObject({ jid: "deep", text, payload: null });
  expect((await shown("show", "long")).length).toBeGreaterThan(1_900_000);
});
