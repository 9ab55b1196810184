/** Callbacks around the runs of ActiveJob, and runs without a worker. */
import { activeJob, defineActiveJob, kwargs } from "@tsq/active-job";
import { Client, configure, snooze } from "@tsq/core";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { enqueued } from "../../support/enqueued.ts";
import { eventually } from "../../support/eventually.ts";
import { pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let client: Client;

beforeAll(async () => {
  // Where inline jobs log.
  configure({ logger: pino({ level: "silent" }) });
  server = await startRedis();
  workers = new TestWorkers(server);
  client = new Client({ redis: server.url });
});
afterEach(() => workers.end());
afterAll(async () => {
  await client.close();
  await server.stop();
});

describe("callbacks of a run", () => {
  test("are called in Rails' order around the handler", async () => {
    const seen: unknown[] = [];
    const note = (name: string) => () => void seen.push(name);
    const job = defineActiveJob(
      "CalledJob",
      {
        client,
        beforePerform: [note("before 1"), ({ arguments: args }) => void seen.push(args)],
        aroundPerform: async (_, next) => {
          seen.push("around");
          await next();
          seen.push("around again");
        },
        afterPerform: [note("after 1"), note("after 2")],
      },
      note("run"),
    );
    await workers.start({ jobs: [job] });

    await job.performLater(...([5] as unknown as []));

    await eventually(() =>
      expect(seen).toEqual(["before 1", [5], "around", "run", "after 2", "after 1", "around again"]),
    );
  });

  test("halt it: by abort it is done, by a verdict it ends with that", async () => {
    const ran: string[] = [];
    const halted = (name: string, answer: ReturnType<typeof snooze> | "abort") =>
      defineActiveJob(
        name,
        { beforePerform: () => answer, afterPerform: () => void ran.push("after") },
        () => void ran.push("run"),
      );
    await pushTexts(workers.redis, [enqueued("AbortJob", []), enqueued("SnoozeJob", [])]);

    await workers.start({ jobs: [halted("AbortJob", "abort"), halted("SnoozeJob", snooze(3_600))] });

    const { payload } = await workers.jobIn("schedule");
    expect(payload["wrapped"]).toBe("SnoozeJob");
    await workers.logged("done");
    expect(ran).toEqual([]);
  });

  test("that throw meet the rules of the job", async () => {
    await pushTexts(workers.redis, [enqueued("ThrowJob", [])]);

    await workers.start({
      jobs: [
        defineActiveJob(
          "ThrowJob",
          {
            discardOn: [RangeError],
            beforePerform: () => {
              throw new RangeError("not now");
            },
          },
          () => {},
        ),
      ],
    });

    await workers.logged("done");
  });
});

describe("inline", () => {
  test("a job runs through its bytes, with its callbacks and rules", async () => {
    const ran: unknown[] = [];
    const job = defineActiveJob(
      "InlineJob",
      { client, beforePerform: () => void ran.push("before"), discardOn: [RangeError] },
      (_, ...args: unknown[]) => {
        ran.push(args);
        if (args[0] === 0) throw new RangeError("none");
        return args[0] === 1 ? snooze(60) : undefined;
      },
    );

    expect(await job.performInline(7, kwargs({ a: [1n] }))).toBe(true);
    expect(await job.performInline(0)).toBe(true);
    expect(await job.performInline(1)).toEqual(snooze(60));

    expect(ran).toEqual(["before", [7, { a: [1] }], "before", [0], "before", [1]]);
  });

  test("a job that Ruby runs does not run", async () => {
    await expect(activeJob("RubyJob", { client }).performInline()).rejects.toThrow("`RubyJob`");
  });
});
