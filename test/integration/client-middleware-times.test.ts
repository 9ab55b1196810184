/** What client middleware sees of the times of a job, and may make of them. */
import { Client, defineJob } from "@tsq/core";
import type { ClientMiddleware, Payload } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { queued, scheduled } from "../support/jobs-in-redis.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";

let redis: TestRedis;
let client: Client;

beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(async () => {
  await redis.client().flushdb();
  client = new Client({ redis: redis.url });
});
afterEach(() => client.close());
afterAll(() => redis.stop());

const hardJob = () => defineJob("HardJob", { client }, (_job, ..._args: readonly unknown[]) => {});

/** Every way to push one job. */
const WAYS: readonly (readonly [string, () => Promise<string | null>])[] = [
  ["performAsync()", () => hardJob().performAsync(1)],
  ["performIn()", () => hardJob().performIn(60, 1)],
  ["performAt()", () => hardJob().performAt(new Date("2100-01-01"), 1)],
  ["set()", () => hardJob().set({ queue: "low" }).performAsync(1)],
  ["performBulk()", async () => (await hardJob().performBulk([[1]]))[0] ?? null],
  ["Client.push()", () => client.push({ class: "HardJob", args: [1] })],
  ["Client.push() with a time", () => client.push({ class: "HardJob", args: [1], at: 60 })],
  ["Client.pushBulk()", async () => (await client.pushBulk({ class: "HardJob", args: [[1]] }))[0] ?? null],
];

test.each(WAYS)(
  "client middleware sees the job of %s as it will be stored, and when it is to run",
  async (_way, push) => {
    const seen: Payload[] = [];
    client.use(async (payload, next) => {
      seen.push(structuredClone(payload));
      await next();
    });

    const jid = await push();

    const now = (await redis.client().lrange("queue:default", 0, -1))
      .concat(await redis.client().lrange("queue:low", 0, -1))
      .map((text) => JSON.parse(text) as Payload);
    const later = await scheduled(redis.client());
    for (const job of now) delete job.enqueued_at;
    expect([...now, ...later.map(({ payload, at }) => ({ ...payload, at }))]).toEqual(seen);
    expect(seen).toMatchObject([
      { class: "HardJob", args: [1], jid, created_at: expect.any(Number) as number },
    ]);
  },
);

test.each([
  [8, /^\d{13}$/],
  [7, /^\d{10}\.\d+$/],
] as const)("client middleware sees a time as it is stored, for Sidekiq %i", async (wire, spelling) => {
  const seen: unknown[] = [];
  const see: ClientMiddleware = (payload, next) => {
    seen.push(payload.created_at);
    return next();
  };
  await client.close();
  client = new Client({ redis: redis.url, wire, middleware: [see] });
  vi.useFakeTimers({ toFake: ["Date"], now: 1_795_451_241_000 });
  onTestFinished(() => void vi.useRealTimers());

  await hardJob().performAsync("a second without a fraction");
  await hardJob().performBulk([["in bulk"]]);

  const texts = await redis.client().lrange("queue:default", 0, -1);
  const created = texts.map((text) => /"created_at":([\d.]+)/.exec(text)?.[1]);
  for (const time of created) expect(time).toMatch(spelling);
  expect(created.map(Number)).toEqual(seen);
});

test("client middleware may move a job to another time, or have it run at once", async () => {
  client.use(async (payload, next) => {
    if (payload.args[0] === "now") delete payload["at"];
    else payload["at"] = 4_102_444_800;
    await next();
  });

  await hardJob().performIn(60, "later");
  await hardJob().performIn(60, "now");
  await hardJob().performAsync("delayed");
  await client.pushBulk({ class: "HardJob", args: [["bulk"], ["now"]], at: 4_000_000_000 });

  const later = await scheduled(redis.client());
  expect(later.map(({ payload, at }) => [payload.args[0], at])).toEqual(
    expect.arrayContaining([
      ["later", 4_102_444_800],
      ["delayed", 4_102_444_800],
      ["bulk", 4_102_444_800],
    ]),
  );
  expect(later).toHaveLength(3);
  expect(later.every(({ payload }) => !("at" in payload) && !("enqueued_at" in payload))).toBe(true);
  const now = await queued(redis.client());
  expect(now.map(({ args }) => args)).toEqual([["now"], ["now"]]);
  expect(now.every(({ enqueued_at: at }) => typeof at === "number")).toBe(true);
});

test("client middleware that sets a time that is none stops the push with an error", async () => {
  client.use((payload, next) => {
    payload["at"] = "tomorrow";
    return next();
  });

  await expect(hardJob().performAsync(1)).rejects.toThrow("'at' must be a Numeric timestamp");

  expect(await redis.client().dbsize()).toBe(0);
});

test("client middleware sees when a job was made that runs inline", async () => {
  const seen: unknown[] = [];
  client.use((payload, next) => {
    seen.push(Object.keys(payload));
    return next();
  });

  await hardJob().performInline(1);

  expect(seen).toEqual([["retry", "queue", "args", "class", "jid", "created_at"]]);
});
