import { defineJob, InvalidJobError } from "@tsq/core";
import type { ClientMiddleware, Payload } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { clientTests } from "../../support/client.ts";
import { queued, scheduled } from "../../support/jobs-in-redis.ts";
import { waysToPush } from "../../support/ways-to-push.ts";

const here = clientTests();

const hardJob = () =>
  defineJob("HardJob", { client: here.client }, (_job, ..._args: readonly unknown[]) => {});

const WAYS = waysToPush(() => here.client);

test.each<readonly [what: string, change: (payload: Payload) => void]>([
  ["no queue", (payload) => Object.assign(payload, { queue: undefined })],
  ["an empty queue", (payload) => Object.assign(payload, { queue: "" })],
  ["no class", (payload) => Object.assign(payload, { class: undefined })],
  ["arguments that are no list", (payload) => Object.assign(payload, { args: "x" })],
  ["a retry that is no number", (payload) => Object.assign(payload, { retry: "soon" })],
])("a middleware that leaves %s stops the push with an error", async (_, change) => {
  here.client.use(async (payload, next) => {
    change(payload);
    await next();
  });

  for (const [, push] of WAYS) await expect(push()).rejects.toThrow(InvalidJobError);

  expect(await here.redis.keys("*")).toEqual([]);
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
    here.client = here.open({ middleware: [note("first"), note("second")] });
    here.client.use(note("added"));

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
    here.client.use(() => {});

    expect(await push()).toBeNull();
    expect(await here.redis.dbsize()).toBe(0);
  });

  test.each(WAYS)("that throws rejects %s with its error, and nothing is stored", async (_way, push) => {
    here.client.use(() => {
      throw new RangeError("refused by policy");
    });

    await expect(push()).rejects.toThrow(new RangeError("refused by policy"));
    expect(await here.redis.dbsize()).toBe(0);
  });

  test("that throws does not let the job go out with the next push", async () => {
    let isOpen = false;
    here.client.use((_payload, next) => (isOpen ? next() : Promise.reject(new Error("closed"))));
    await expect(hardJob().performAsync("refused")).rejects.toThrow("closed");
    isOpen = true;

    await hardJob().performAsync("accepted");

    expect((await queued(here.redis)).map(({ args }) => args)).toEqual([["accepted"]]);
  });

  test("may change the queue, the arguments and what it likes, and add to the job", async () => {
    here.client.use(async (payload, next) => {
      payload.queue = "other";
      payload.args = [...payload.args, 2];
      payload["traceparent"] = "00-abc-def-01";
      await next();
    });

    await hardJob().performAsync(1);

    expect(await queued(here.redis, "other")).toMatchObject([
      { queue: "other", args: [1, 2], traceparent: "00-abc-def-01" },
    ]);
    expect(await here.redis.smembers("queues")).toEqual(["other"]);
  });

  test("changes one job and not the next", async () => {
    here.client.use(async (payload, next) => {
      payload["seen"] = ((payload["seen"] as number | undefined) ?? 0) + 1;
      payload.args = ["changed"];
      await next();
    });
    const job = hardJob();

    await job.performAsync(1);
    await job.performAsync(2);

    expect(await queued(here.redis)).toMatchObject([{ seen: 1 }, { seen: 1 }]);
  });

  test("may give the job another jid, which is then the answer", async () => {
    here.client.use((payload, next) => {
      payload.jid = "mine";
      return next();
    });

    expect(await here.client.push({ class: "HardJob", args: [] })).toBe("mine");
    expect(await hardJob().performAsync()).toBe("mine");
    expect(await queued(here.redis)).toMatchObject([{ jid: "mine" }, { jid: "mine" }]);
  });

  test("may not take the jid away", async () => {
    here.client.use((payload, next) => {
      delete (payload as Partial<Payload>).jid;
      return next();
    });

    await expect(hardJob().performAsync()).rejects.toThrow("removed the job's jid");
    expect(await here.redis.dbsize()).toBe(0);
  });

  test("may not leave arguments that Ruby cannot read", async () => {
    here.client.use((payload, next) => {
      payload.args = [undefined as unknown as null];
      return next();
    });

    await expect(hardJob().performAsync(1)).rejects.toThrow(
      "Job arguments to HardJob must be native JSON types",
    );
    expect(await here.redis.dbsize()).toBe(0);
  });

  test("may say when the job was made, but not when it is enqueued", async () => {
    here.client.use((payload, next) => {
      payload.created_at = 1_700_000_000_000;
      payload.enqueued_at = 1_700_000_000_000;
      return next();
    });

    await hardJob().performAsync();
    await hardJob().performBulk([[]]);
    await hardJob().performIn(60);

    const [one, two] = await queued(here.redis);
    const [later] = await scheduled(here.redis);
    for (const job of [one, two, later?.payload]) expect(job?.created_at).toBe(1_700_000_000_000);
    for (const job of [one, two]) expect(job?.enqueued_at).toBeGreaterThan(1_700_000_000_000);
    expect(later?.payload).not.toHaveProperty("enqueued_at");
  });

  test("wraps a job run inline too, and may stop it", async () => {
    const ran: unknown[] = [];
    const job = defineJob("HardJob", { client: here.client }, (_job, ...args: readonly unknown[]) =>
      ran.push(args),
    );
    here.client.use(async (payload, next) => {
      if (payload.args[0] !== "stop") await next();
    });

    expect(await job.performInline("go")).toBe(true);
    expect(await job.performInline("stop")).toBeNull();
    expect(await job.set({ sync: true }).performAsync("stop")).toBeNull();
    expect(ran).toEqual([["go"]]);
  });
});
