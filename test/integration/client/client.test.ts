import { configure, defineJob, InvalidJobError, remoteJob } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { clientTests } from "../../support/client.ts";
import { keysOfJobs, queued, queuedTexts, scheduled } from "../../support/jobs-in-redis.ts";

const YEAR_2100 = 4_102_444_800;

const here = clientTests();

const hardJob = () =>
  defineJob("HardJob", { client: here.client }, (_job, ..._args: readonly unknown[]) => {});
const keys = () => keysOfJobs(here.redis);

describe("a job that is pushed", () => {
  test("is on its queue under the jid that the push gave, with the queue in the list of queues", async () => {
    const jid = await hardJob().performAsync(1, "two");

    expect(jid).toMatch(/^[0-9a-f]{24}$/);
    expect(await queued(here.redis)).toMatchObject([
      { class: "HardJob", args: [1, "two"], queue: "default", retry: true, jid },
    ]);
    expect(await here.redis.smembers("queues")).toEqual(["default"]);
  });

  test("waits behind those that were pushed before it", async () => {
    for (const n of [1, 2, 3]) await hardJob().performAsync(n);

    expect((await queued(here.redis)).map(({ args }) => args)).toEqual([[1], [2], [3]]);
  });

  test("keeps big integers as integers in its text, and floats as they are", async () => {
    await hardJob().performAsync(12345678901234567890n, 0n, 1.5, "12345678901234567890", {
      n: -9007199254740993n,
    });

    expect(await queuedTexts(here.redis)).toEqual([
      expect.stringContaining(
        '"args":[12345678901234567890,0,1.5,"12345678901234567890",{"n":-9007199254740993}],',
      ),
    ]);
  });

  test("is made now, and enqueued now", async () => {
    const beforeMs = Date.now();

    await hardJob().performAsync();

    const [job] = await queued(here.redis);
    for (const time of [job?.created_at, job?.enqueued_at]) {
      expect(time).toBeGreaterThanOrEqual(beforeMs);
      expect(time).toBeLessThanOrEqual(Date.now());
    }
  });

  test("of a class that Ruby implements looks the same", async () => {
    const broadcast = remoteJob<[contactId: number]>("BroadcastWorker", {
      queue: "critical",
      retry: 3,
      client: here.client,
    });

    const jid = await broadcast.performAsync(7);

    expect(await queued(here.redis, "critical")).toMatchObject([
      { class: "BroadcastWorker", args: [7], retry: 3, jid },
    ]);
  });
});

describe("a job for later", () => {
  test("is in the scheduled set with its time, and on no queue", async () => {
    const jid = await hardJob().performAt(new Date(YEAR_2100 * 1000), 1);

    const [job] = await scheduled(here.redis);
    expect(job).toMatchObject({ at: YEAR_2100, payload: { class: "HardJob", jid } });
    expect(job?.payload).not.toHaveProperty("enqueued_at");
    expect(await keys()).toEqual(["schedule"]);
  });

  test("may be so many seconds away", async () => {
    const beforeMs = Date.now();

    await hardJob().performIn(300, 1);

    const [job] = await scheduled(here.redis);
    expect(job?.at).toBeGreaterThanOrEqual(beforeMs / 1000 + 300);
    expect(job?.at).toBeLessThanOrEqual(Date.now() / 1000 + 300);
  });

  test.each([
    ["performIn() with seconds since 1970", () => hardJob().performIn(YEAR_2100, 1)],
    ["performAt() with seconds since 1970", () => hardJob().performAt(YEAR_2100, 1)],
    [
      "set() with a Date to wait for",
      () =>
        hardJob()
          .set({ wait_until: new Date(YEAR_2100 * 1000) })
          .performAsync(1),
    ],
    ["set() with seconds to wait for", () => hardJob().set({ wait_until: YEAR_2100 }).performAsync(1)],
    ["Client.push() with a number", () => here.client.push({ class: "HardJob", args: [1], at: YEAR_2100 })],
    [
      "Client.push() with a Date",
      () => here.client.push({ class: "HardJob", args: [1], at: new Date(YEAR_2100 * 1000) }),
    ],
  ])("may be named by %s", async (_what, push) => {
    await push();

    expect(await scheduled(here.redis)).toMatchObject([{ at: YEAR_2100 }]);
  });

  test("whose time is past runs now", async () => {
    await hardJob().performIn(-5, "in");
    await hardJob().performIn(0, "in 0");
    await hardJob().performAt(new Date(0), "at");
    await hardJob().set({ wait: -1 }).performAsync("wait");

    expect(await keys()).toEqual(["queue:default", "queues"]);
    expect((await queued(here.redis)).flatMap(({ args }) => args)).toEqual(["in", "in 0", "at", "wait"]);
  });

  test("that is pushed as a job hash goes to the schedule as it is, past or small", async () => {
    await here.client.push({ class: "HardJob", args: ["small"], at: 60 });
    await here.client.push({ class: "HardJob", args: ["epoch"], at: new Date(0) });

    expect((await scheduled(here.redis)).map(({ at }) => at)).toEqual([0, 60]);
  });

  test.each([Number.NaN, Infinity, new Date("nonsense"), "tomorrow" as unknown as number])(
    "is refused when its time is none: %s",
    async (time) => {
      await expect(hardJob().performAt(time, 1)).rejects.toThrow(InvalidJobError);
      expect(await keys()).toEqual([]);
    },
  );
});

describe("a job run inline", () => {
  test("runs here with its arguments as a worker would get them, and leaves Redis alone", async () => {
    const seen: unknown[] = [];
    const job = defineJob(
      "HardJob",
      { queue: "low", client: here.client },
      (context, ...args: readonly unknown[]) => {
        seen.push(context.queue, context.attempt, context.jid.length, args);
      },
    );

    const answer = await job.performInline(1, { big: 12345678901234567890n });

    expect(answer).toBe(true);
    expect(seen).toEqual(["low", 1, 24, [1, { big: 12345678901234567890n }]]);
    expect(await keys()).toEqual([]);
  });

  test("is never told to stop", async () => {
    const seen: unknown[] = [];
    const job = defineJob("HardJob", { client: here.client }, ({ isInterrupted, stopping, signal }) => {
      seen.push(isInterrupted, stopping.aborted, signal.aborted);
    });

    await job.performInline();

    expect(seen).toEqual([false, false, false]);
  });

  test("by set({ sync: true }) answers with the jid that the job saw", async () => {
    const ran: unknown[] = [];
    const job = defineJob("HardJob", { client: here.client }, (running, n: number) =>
      ran.push([running.jid, n]),
    );

    const jid = await job.set({ sync: true }).performAsync(7);

    expect(jid).toMatch(/^[0-9a-f]{24}$/);
    expect(ran).toEqual([[jid, 7]]);
  });

  test("throws what it throws, and is not retried", async () => {
    const job = defineJob("HardJob", { client: here.client }, () => Promise.reject(new RangeError("no")));

    await expect(job.performInline()).rejects.toThrow(RangeError);
    expect(await keys()).toEqual([]);
  });

  test("of Ruby is refused", async () => {
    await expect(remoteJob("HardJob", { client: here.client }).performInline()).rejects.toThrow(
      "is a remoteJob: Ruby runs it",
    );
  });
});

describe("a job without a client", () => {
  test("goes where configure() says", async () => {
    const configured = configure({ redis: here.server.url });

    await defineJob("HardJob", () => {}).performAsync();

    expect(await queued(here.redis)).toMatchObject([{ class: "HardJob" }]);
    await configured.close();
  });
});
