import { Client, defineJob, InvalidJobError } from "@tsq/core";
import type { ClientMiddleware, Payload } from "@tsq/core";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
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

  test.each(WAYS)("sees the job of %s as it will be stored, and when it is to run", async (_way, push) => {
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
    const stored = [
      ...now.map(({ enqueued_at: _, ...rest }) => rest),
      ...later.map(({ payload, at }) => ({ ...payload, at })),
    ];
    expect(stored).toEqual(seen);
    expect(seen).toMatchObject([
      { class: "HardJob", args: [1], jid, created_at: expect.any(Number) as number },
    ]);
    // The keys as well, in their order.
    expect(later.map(({ text }) => Object.keys(JSON.parse(text) as object))).toEqual(
      seen.filter(({ at }) => at !== undefined).map(({ at: _, ...rest }) => Object.keys(rest)),
    );
  });

  test.each([
    [8, /^\d{13}$/],
    [7, /^\d{10}\.\d+$/],
  ] as const)("sees a time as it is stored, for Sidekiq %i", async (wire, spelling) => {
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

  test("may move a job to another time, or have it run at once", async () => {
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

  test("that sets a time that is none stops the push with an error", async () => {
    client.use((payload, next) => {
      payload["at"] = "tomorrow";
      return next();
    });

    await expect(hardJob().performAsync(1)).rejects.toThrow("'at' must be a Numeric timestamp");

    expect(await redis.client().dbsize()).toBe(0);
  });

  test("sees when a job was made that runs inline", async () => {
    const seen: unknown[] = [];
    client.use((payload, next) => {
      seen.push(Object.keys(payload));
      return next();
    });

    await hardJob().performInline(1);

    expect(seen).toEqual([["retry", "queue", "args", "class", "jid", "created_at"]]);
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
