/** Client middleware is told why it runs, wherever it runs, and reaches the Redis that the job goes to. */
import { defineJob } from "@tsq/core";
import type { Client, ClientMiddleware, PushContext } from "@tsq/core";
import { DeadSet, RetrySet, ScheduledSet } from "@tsq/core/api";
import { redisOptions } from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";
import { clientTests } from "../../support/client.ts";
import { eventually } from "../../support/eventually.ts";
import { queued } from "../../support/jobs-in-redis.ts";
import { payloadText } from "../../support/payload-text.ts";
import { TestWorkers } from "../../support/worker.ts";

const here = clientTests();

const told: [jid: string, reason: PushContext["reason"]][] = [];
const tell: ClientMiddleware = (payload, next, push) => {
  told.push([payload.jid, push.reason]);
  return next();
};
const reasons = (): readonly string[] => told.splice(0).map(([, reason]) => reason);

const job = (client: Client = here.open({ middleware: [tell] })) =>
  defineJob("HardJob", { client }, (_job, ..._args: readonly unknown[]) => {});

describe("client middleware is told the reason", () => {
  test("`push` of a job that is pushed by itself, now or for later", async () => {
    await job().performAsync(1);
    await job().performIn(60, 1);
    await job().performAt(new Date("2100-01-01"), 1);
    await job().set({ queue: "low" }).performAsync(1);
    await here.open({ middleware: [tell] }).push({ class: "HardJob", args: [] });

    expect(reasons()).toEqual(Array.from({ length: 5 }, () => "push"));
  });

  test("`bulk` of each job that is pushed with others", async () => {
    await job().performBulk([[1], [2]]);
    await here.open({ middleware: [tell] }).pushBulk({ class: "HardJob", args: [[1]], at: 60 });

    expect(reasons()).toEqual(["bulk", "bulk", "bulk"]);
  });

  test("`inline` of a job that runs here and now", async () => {
    await job().performInline(1);
    await job().set({ sync: true }).performAsync(1);

    expect(reasons()).toEqual(["inline", "inline"]);
  });

  test("`due` and `retried` of jobs that a worker moves on, by what they come out of", async () => {
    const workers = new TestWorkers(here.server);
    await here.redis.zadd("schedule", 1, payloadText({ jid: "scheduled" }));
    await here.redis.zadd("retry", 1, payloadText({ jid: "failed", retry_count: 0 }));

    await workers.start({ queues: ["none"], clientMiddleware: [tell], pollIntervalAverage: 0.1 });
    await eventually(async () => expect(await queued(here.redis)).toHaveLength(2));
    await workers.end();

    expect(Object.fromEntries(told.splice(0))).toEqual({ scheduled: "due", failed: "retried" });
  });

  test("`due` and `retried` of jobs that the data API moves on, by what they come out of", async () => {
    const options = { redis: here.redis, middleware: [tell] };
    await here.redis.zadd("schedule", 4e9, payloadText({ jid: "scheduled" }));
    await here.redis.zadd("retry", 4e9, payloadText({ jid: "failed" }));
    await here.redis.zadd("dead", 1, payloadText({ jid: "dead" }));

    await (await new ScheduledSet(options).findJob("scheduled"))!.addToQueue();
    await new RetrySet(options).retryAll();
    await new DeadSet(options).retryAll();

    expect(told.splice(0)).toEqual([
      ["scheduled", "due"],
      ["failed", "retried"],
      ["dead", "retried"],
    ]);
  });
});

describe("the Redis of a push", () => {
  const count: ClientMiddleware = async (_payload, next, push) => {
    await push.redis().incr("pushes");
    await next();
  };
  const connections = async (): Promise<number> =>
    String(await here.redis.client("LIST"))
      .split("\n")
      .filter((line) => line.includes(" name=counted ")).length;
  const counting = (middleware: readonly ClientMiddleware[] = [count]): Client =>
    here.open({ redis: { ...redisOptions(here.server.url), connectionName: "counted" }, middleware });

  test("is where the job goes, by one, in bulk, and of a job that runs inline", async () => {
    const client = counting();

    await job(client).performAsync(1);
    await job(client).performBulk([[1], [2]]);
    await job(client).performInline(1);

    expect(await here.redis.get("pushes")).toBe("4");
  });

  test("costs a connection of its own only where it is asked for, and none behind `close()`", async () => {
    const [asking, silent] = [counting(), counting([(_payload, next) => next()])];
    await job(silent).performAsync(1);
    expect(await connections()).toBe(1);

    await job(asking).performAsync(1);
    await job(asking).performAsync(1);
    expect(await connections()).toBe(3);

    await Promise.all([asking.close(), silent.close()]);
    await eventually(async () => expect(await connections()).toBe(0));
  });

  test("is there until the middleware of an inline job is through, though its client is closed", async () => {
    let goOn = (): void => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    let hasBegun = (): void => {};
    const begun = new Promise<void>((resolve) => (hasBegun = resolve));
    const client = counting([
      async (_payload, next, push) => {
        const redis = push.redis();
        hasBegun();
        await held;
        await redis.incr("pushes");
        await next();
      },
    ]);
    const running = job(client).performInline(1);
    await begun;

    const closing = client.close();
    goOn();

    await expect(running).resolves.toBe(true);
    await closing;
    expect(await here.redis.get("pushes")).toBe("1");
  });

  test("rejects what is asked of it behind the end of its client", async () => {
    const pushes: PushContext[] = [];
    const client = counting([
      (_payload, next, push) => {
        pushes.push(push);
        return next();
      },
    ]);
    await job(client).performAsync(1);
    await client.close();

    await expect(pushes[0]!.redis().incr("pushes")).rejects.toThrow("Connection is closed");
    await eventually(async () => expect(await connections()).toBe(0));
  });

  test("is there for jobs that fall due, and ends with the worker", async () => {
    const workers = new TestWorkers(here.server);
    await here.redis.zadd("schedule", 1, payloadText(), 1, payloadText());

    await workers.start({ queues: ["none"], clientMiddleware: [count], pollIntervalAverage: 0.1 });
    await eventually(async () => expect(await queued(here.redis)).toHaveLength(2));
    const pushes = await here.redis.get("pushes");
    // Expects that no connection is left.
    await workers.end();

    expect(pushes).toBe("2");
  });

  test("is that of the data API for jobs that it moves", async () => {
    await here.redis.zadd("retry", 1, payloadText());

    await new RetrySet({ redis: here.redis, middleware: [count] }).retryAll();

    expect(await here.redis.get("pushes")).toBe("1");
  });
});

describe("the chain of a client", () => {
  const named = (name: string, steps: string[]) => ({
    name,
    call: async (_payload: unknown, next: () => Promise<void>) => {
      steps.push(name);
      await next();
    },
  });

  test("counts as it is from the next push on, for all ways of pushing", async () => {
    const steps: string[] = [];
    const client = here.open({ middleware: [named("outer", steps), named("inner", steps)] });
    client.middleware.insertBefore("inner", named("between", steps)).prepend(named("first", steps));

    await job(client).performAsync(1);
    client.middleware.remove("outer");
    await job(client).performBulk([[1]]);
    client.middleware.clear();
    await job(client).performAsync(1);

    expect(steps).toEqual(["first", "outer", "between", "inner", "first", "between", "inner"]);
  });

  test("has what is used twice once, at the inner end", async () => {
    const steps: string[] = [];
    const client = here.open({ middleware: [named("one", steps), named("two", steps)] });

    client.use(named("one", steps));
    await job(client).performAsync(1);

    expect(steps).toEqual(["two", "one"]);
  });

  test("is its own, though two clients were made with one list", () => {
    const list = [named("one", [])];
    const [one, other] = [here.open({ middleware: list }), here.open({ middleware: list })];

    one.middleware.clear();

    expect(other.middleware.has("one")).toBe(true);
    expect(list).toHaveLength(1);
  });
});
