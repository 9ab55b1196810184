/** Looks through many jobs, and whatever else the program does meanwhile, such as answering whoever asks for a page. */
import { DeadSet, ErrorGroups, Queue, RetrySet } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { readPerTurn } from "../../support/read-per-turn.ts";
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

const MANY = 2_500;

const fill = async (
  key: string,
  fields: Readonly<Record<string, unknown>> = {},
  count = MANY,
): Promise<void> => {
  const entries = Array.from({ length: count }, (_, i) => [i, payloadText({ jid: `j${i}`, ...fields })]);
  await redis.zadd(key, ...entries.flat());
};

const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);

describe("a look through many jobs", () => {
  test.each([
    ["facets of a set", () => new RetrySet({ redis }).facets()],
    ["facets of a queue", () => new Queue("default", { redis }).facets()],
    ["facets that ask of each job", () => new RetrySet({ redis }).facets({ only: () => true })],
    ["groups of errors", () => new ErrorGroups({ redis }).read()],
    ["a search of a set", () => new RetrySet({ redis }).search("class:None", { mostMs: 60_000 })],
    ["a search of a queue", () => new Queue("default", { redis }).search("class:None", { mostMs: 60_000 })],
  ])("reads at most a hundred between two turns of the event loop (%s)", async (_, look) => {
    await fill("retry", { error_class: "E", error_message: "no" });
    await pushTexts(
      redis,
      Array.from({ length: MANY }, () => payloadText()),
    );

    const read = await readPerTurn(look);

    expect(Math.max(...read)).toBeLessThanOrEqual(100);
    expect(sum(read)).toBe(MANY);
  });

  test("reads fewer of large ones, and each of the largest by itself", async () => {
    await fill("dead", { args: ["x".repeat(10_000)] }, 250);
    await redis.zadd("dead", MANY, payloadText({ args: ["x".repeat(100_000)] }));

    const read = await readPerTurn(() => new DeadSet({ redis }).facets());

    expect(read[0]).toBe(1);
    expect(Math.max(...read)).toBeLessThanOrEqual(7);
    expect(sum(read)).toBe(251);
  });

  test("ends within a slice when nobody wants it any more", async () => {
    await fill("retry");
    const enough = new AbortController();
    let asked = 0;
    const only = (): boolean => {
      if (++asked === 250) enough.abort(new Error("enough"));
      return false;
    };

    const look = new RetrySet({ redis }).facets({ only, signal: enough.signal });

    await expect(look).rejects.toThrow("enough");
    expect(asked).toBe(300);
  });
});
