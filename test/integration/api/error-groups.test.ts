/** Errors, each once: over the retry set and the dead set. */
import { DeadSet, ErrorGroups, Metrics } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { payloadText } from "../../support/payload-text.ts";
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

const failed = (i: number, fields: Readonly<Record<string, unknown>> = {}): string =>
  payloadText({
    jid: `j${i}`,
    error_class: "Stripe::CardError",
    error_message: `card ${i} declined`,
    failed_at: 1_795_451_000_000 + i * 1_000,
    ...fields,
  });

describe("error groups", () => {
  test("of no failed job are none", async () => {
    await redis.zadd("retry", 5, payloadText());

    expect(await new ErrorGroups({ redis }).read()).toEqual({
      groups: [],
      others: 0,
      looked: 1,
      total: 1,
      isComplete: true,
    });
  });

  test("join the jobs of both sets, with when they failed first and last, and which failed last", async () => {
    await redis.zadd("retry", 1, failed(1), 2, failed(2, { retried_at: 1_795_451_900_000 }));
    await redis.zadd("dead", ...[3, 4, 5, 6, 7].flatMap((i) => [i, failed(i)]));

    const { groups } = await new ErrorGroups({ redis }).read();

    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({
      class: "HardJob",
      error: "Stripe::CardError",
      fingerprint: "card … declined",
      message: "card 2 declined",
      count: 7,
      retries: 2,
      dead: 5,
      firstAt: new Date(1_795_451_001_000),
      lastAt: new Date(1_795_451_900_000),
      jids: ["j2", "j7", "j6", "j5", "j4"],
      deploy: undefined,
    });
  });

  test("tell apart the class of the job, the class of the error and the message", async () => {
    await redis.zadd("dead", 1, failed(1), 2, failed(2, { class: "Other" }));
    await redis.zadd("dead", 3, failed(3, { error_class: "E" }), 4, failed(4, { error_message: "gone" }));

    const { groups } = await new ErrorGroups({ redis }).read();

    expect(groups.map(({ count }) => count)).toEqual([1, 1, 1, 1]);
    expect(new Set(groups.map(({ id }) => id)).size).toBe(4);
  });

  test("are found again by their id", async () => {
    await redis.zadd("dead", 1, failed(1), 2, failed(2), 3, failed(3, { class: "Other" }));
    const { groups } = await new ErrorGroups({ redis }).read();

    const { items } = await new DeadSet({ redis }).search(`group:${groups[0]?.id}`, { mostMs: 60_000 });

    expect(items.map(({ jid }) => jid)).toEqual(["j2", "j1"]);
  });

  test("say which deploy came before their first failure", async () => {
    const nowMs = Date.now();
    const metrics = new Metrics({ redis });
    await metrics.markDeploy("v1", new Date(nowMs - 7_200_000));
    await metrics.markDeploy("v2", new Date(nowMs - 3_600_000));
    await metrics.markDeploy("v3", new Date(nowMs - 600_000));
    await redis.zadd("dead", 1, failed(1, { failed_at: nowMs - 1_800_000 }));
    await redis.zadd("dead", 2, failed(2, { failed_at: nowMs - 9_000_000, error_class: "Older" }));

    const { groups } = await new ErrorGroups({ redis }).read();

    const deploys = groups.map(({ error, deploy }) => [error, deploy?.label]);
    expect(Object.fromEntries(deploys)).toEqual({ "Stripe::CardError": "v2", Older: undefined });
  });

  test("are of the newest 10,000 of each set, and say of how many", async () => {
    for (let from = 0; from < 11_000; from += 1_000) {
      const some = Array.from({ length: 1_000 }, (_, i) => from + i);
      await redis.zadd("dead", ...some.flatMap((i) => [i, failed(i)]));
    }
    await redis.zadd("retry", 1, failed(-1));
    const told: number[] = [];

    const report = await new ErrorGroups({ redis }).read({ onProgress: (looked) => told.push(looked) });

    expect(report).toMatchObject({ looked: 10_001, total: 11_001, isComplete: false });
    expect(report.groups[0]?.count).toBe(10_001);
    expect(told).toEqual(told.toSorted((one, other) => one - other));
    expect((await new ErrorGroups({ redis }).read({ most: Infinity })).groups[0]?.count).toBe(11_001);
  });

  test("take what jobs say of their errors as it is", async () => {
    const fields = [
      { error_class: "<b>", error_message: `\u202e${"x".repeat(5_000)}` },
      { error_class: { toString: 1 }, error_message: "only a message" },
      { error_class: 7, error_message: ["no text"] },
      { error_class: "E", error_message: null, failed_at: "yesterday", class: undefined },
    ];
    await redis.zadd("dead", ...fields.flatMap((one, i) => [i, failed(i, one)]), 9, "no json");

    const { groups, looked } = await new ErrorGroups({ redis }).read();

    expect(looked).toBe(5);
    expect(groups.map(({ error }) => error).toSorted()).toEqual(["", "<b>", "E"]);
    expect(groups.find(({ error }) => error === "<b>")?.message).toHaveLength(500);
    expect(groups.find(({ error }) => error === "E")).toMatchObject({ class: "", firstAt: undefined });
  });
});
