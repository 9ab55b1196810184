import { Client, defineJob, InvalidJobError } from "@tsq/core";
import type { ClientMiddleware, Payload } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
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

test.each<readonly [what: string, change: (payload: Payload) => void]>([
  ["no queue", (payload) => Object.assign(payload, { queue: undefined })],
  ["an empty queue", (payload) => Object.assign(payload, { queue: "" })],
  ["no class", (payload) => Object.assign(payload, { class: undefined })],
  ["arguments that are no list", (payload) => Object.assign(payload, { args: "x" })],
  ["a retry that is no number", (payload) => Object.assign(payload, { retry: "soon" })],
])("a middleware that leaves %s stops the push with an error", async (_, change) => {
  client.use(async (payload, next) => {
    change(payload);
    await next();
  });

  for (const [, push] of WAYS) await expect(push()).rejects.toThrow(InvalidJobError);

  expect(await redis.client().keys("*")).toEqual([]);
});

describe("client middleware", () => {
  test("wraps a push in the order in which it was given", async () => {
    const steps: string[] = [];
    const note =
      (name: string): ClientMiddleware =>
      async (_payload, next) => {
        steps.push(`${name} before`);
        await next();
        steps.push(`${name} after`);
      };
    await client.close();
    client = new Client({ redis: redis.url, middleware: [note("first"), note("second")] });
    client.use(note("added"));

    await hardJob().performAsync(1);

    expect(steps).toEqual([
      "first before",
      "second before",
      "added before",
      "added after",
      "second after",
      "first after",
    ]);
  });

  test.each(WAYS)("that does not go on stops %s, which then answers null", async (_way, push) => {
    client.use(() => {});

    expect(await push()).toBeNull();
    expect(await redis.client().dbsize()).toBe(0);
  });

  test.each(WAYS)("that throws rejects %s with its error, and nothing is stored", async (_way, push) => {
    client.use(() => {
      throw new RangeError("refused by policy");
    });

    await expect(push()).rejects.toThrow(new RangeError("refused by policy"));
    expect(await redis.client().dbsize()).toBe(0);
  });

  test("that throws does not let the job go out with the next push", async () => {
    let isOpen = false;
    client.use((_payload, next) => (isOpen ? next() : Promise.reject(new Error("closed"))));
    await expect(hardJob().performAsync("refused")).rejects.toThrow("closed");
    isOpen = true;

    await hardJob().performAsync("accepted");

    expect((await queued(redis.client())).map(({ args }) => args)).toEqual([["accepted"]]);
  });

  test("may change the queue, the arguments and what it likes, and add to the job", async () => {
    client.use(async (payload, next) => {
      payload.queue = "other";
      payload.args = [...payload.args, 2];
      payload["traceparent"] = "00-abc-def-01";
      await next();
    });

    await hardJob().performAsync(1);

    expect(await queued(redis.client(), "other")).toMatchObject([
      { queue: "other", args: [1, 2], traceparent: "00-abc-def-01" },
    ]);
    expect(await redis.client().smembers("queues")).toEqual(["other"]);
  });

  test("changes one job and not the next", async () => {
    client.use(async (payload, next) => {
      payload["seen"] = ((payload["seen"] as number | undefined) ?? 0) + 1;
      payload.args = ["changed"];
      await next();
    });
    const job = hardJob();

    await job.performAsync(1);
    await job.performAsync(2);

    expect(await queued(redis.client())).toMatchObject([{ seen: 1 }, { seen: 1 }]);
  });

  test("may give the job another jid, which is then the answer", async () => {
    client.use((payload, next) => {
      payload.jid = "mine";
      return next();
    });

    expect(await client.push({ class: "HardJob", args: [] })).toBe("mine");
    expect(await hardJob().performAsync()).toBe("mine");
    expect(await queued(redis.client())).toMatchObject([{ jid: "mine" }, { jid: "mine" }]);
  });

  test("may not take the jid away", async () => {
    client.use((payload, next) => {
      delete (payload as Partial<Payload>).jid;
      return next();
    });

    await expect(hardJob().performAsync()).rejects.toThrow("removed the job's jid");
    expect(await redis.client().dbsize()).toBe(0);
  });

  test("may not leave arguments that Ruby cannot read", async () => {
    client.use((payload, next) => {
      payload.args = [undefined as unknown as null];
      return next();
    });

    await expect(hardJob().performAsync(1)).rejects.toThrow(
      "Job arguments to HardJob must be native JSON types",
    );
    expect(await redis.client().dbsize()).toBe(0);
  });

  test("may say when the job was made, but not when it is enqueued", async () => {
    client.use((payload, next) => {
      payload.created_at = 1_700_000_000_000;
      payload.enqueued_at = 1_700_000_000_000;
      return next();
    });

    await hardJob().performAsync();
    await hardJob().performBulk([[]]);
    await hardJob().performIn(60);

    const [one, two] = await queued(redis.client());
    const [later] = await scheduled(redis.client());
    for (const job of [one, two, later?.payload]) expect(job?.created_at).toBe(1_700_000_000_000);
    for (const job of [one, two]) expect(job?.enqueued_at).toBeGreaterThan(1_700_000_000_000);
    expect(later?.payload).not.toHaveProperty("enqueued_at");
  });

  test("wraps a job run inline too, and may stop it", async () => {
    const ran: unknown[] = [];
    const job = defineJob("HardJob", { client }, (_job, ...args: readonly unknown[]) => ran.push(args));
    client.use(async (payload, next) => {
      if (payload.args[0] !== "stop") await next();
    });

    expect(await job.performInline("go")).toBe(true);
    expect(await job.performInline("stop")).toBeNull();
    expect(await job.set({ sync: true }).performAsync("stop")).toBeNull();
    expect(ran).toEqual([["go"]]);
  });
});
