/** What both fetches have in common: what becomes of a job whose run ends by a verdict. */
import { defineJob, discard, interrupt, JobDiscardedError, JobKilledError, kill, snooze } from "@tsq/core";
import type { RawPayload, ServerMiddleware, Verdict } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { payloadText } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterEach(() => workers.clear());
afterAll(() => server.stop());

const push = (over: Readonly<Record<string, unknown>> = {}): Promise<number> =>
  workers.redis.lpush("queue:default", payloadText({ class: "SayJob", jid: "said", ...over }));

const isNowhere = async (): Promise<void> => {
  await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
  expect(await workers.redis.exists("queue:default", "retry", "schedule", "dead")).toBe(0);
};

/** Waits for none of the middleware, and says nothing of its own. */
const silent: ServerMiddleware = async (_, next) => {
  await next();
};

describe.each(["reliable", "basic"] as const)("with %s fetch, a job that answers", (fetch) => {
  let answers: (() => unknown)[];
  let runs = 0;
  const deaths: { readonly payload: RawPayload; readonly error: unknown }[] = [];
  const job = defineJob("SayJob", () => {
    runs++;
    return answers.shift()?.();
  });

  beforeAll(async () => {
    await workers.start({
      fetch,
      jobs: [job],
      concurrency: 1,
      middleware: [silent],
      deathHandlers: [(payload, error) => deaths.push({ payload, error })],
    });
  });
  beforeEach(() => {
    runs = 0;
    deaths.length = 0;
  });
  afterAll(() => workers.end());

  test("snooze waits in the schedule as the same job, and has used up no attempt", async () => {
    answers = [() => snooze(3_600)];
    await push({ retry_count: 2, failed_at: 1, at: 4_102_444_800 });

    const { payload, score } = await workers.jobIn("schedule");

    expect(payload).toMatchObject({ jid: "said", retry_count: 2, failed_at: 1, queue: "default" });
    expect(payload).not.toHaveProperty("at");
    expect(score - Date.now() / 1_000).toBeCloseTo(3_600, -1);
    expect(await workers.logged("snooze")).toMatchObject({
      jid: "said",
      class: "SayJob",
      seconds: 3_600,
      level: 30,
    });
    expect(workers.messages()).not.toContain("done");
    expect(workers.errors).toEqual([]);
  });

  test.each([
    ["snooze(0)", "snooze", () => snooze(0)],
    ["interrupt", "interrupt", () => interrupt()],
  ] as const)("%s runs again, behind all that wait", async (_, line, answer) => {
    const seen: string[] = [];
    answers = [
      () => {
        seen.push("first");
        return workers.redis
          .lpush("queue:default", payloadText({ class: "SayJob", jid: "other" }))
          .then(() => answer());
      },
      () => seen.push("other"),
      () => seen.push("first again"),
    ];
    await push({ retry_count: 2 });

    await eventually(() => expect(runs).toBe(3));

    expect(seen).toEqual(["first", "other", "first again"]);
    const starts = workers.log.filter(({ msg }) => msg === "start").map(({ jid }) => jid);
    expect(starts).toEqual(["said", "other", "said"]);
    expect(await workers.logged(line)).toMatchObject({ jid: "said" });
    await isNowhere();
  });

  test("discard is in no set, and death handlers are told", async () => {
    answers = [() => discard("stale")];
    await push();

    await eventually(() => expect(deaths).toHaveLength(1));

    expect(deaths[0]?.payload).toMatchObject({ jid: "said", discarded_at: expect.any(Number) });
    expect(deaths[0]?.payload).not.toHaveProperty("retry_count");
    expect(deaths[0]?.error).toBeInstanceOf(JobDiscardedError);
    expect(deaths[0]?.error).toHaveProperty("message", "stale");
    expect(await workers.logged("discard")).toMatchObject({ reason: "stale", level: 30 });
    await isNowhere();
  });

  test("kill is dead with its reason, whatever its retries, and death handlers are told", async () => {
    answers = [() => kill("no such account")];
    await push({ retry: false });

    const { payload } = await workers.jobIn("dead");

    expect(payload).toMatchObject({
      jid: "said",
      error_class: "JobKilledError",
      error_message: "no such account",
      retry_count: 0,
      failed_at: expect.any(Number),
    });
    await eventually(() => expect(deaths).toHaveLength(1));
    expect(deaths[0]?.error).toBeInstanceOf(JobKilledError);
    expect(await workers.logged("kill")).toMatchObject({ reason: "no such account", level: 40 });
    expect(workers.errors).toEqual([]);
  });

  test("kill with dead false is discarded", async () => {
    answers = [() => kill()];
    await push({ dead: false });

    await eventually(() => expect(deaths).toHaveLength(1));

    expect(deaths[0]?.payload).toHaveProperty("discarded_at");
    await isNowhere();
  });

  test("snooze itself, and calls it not, has failed and says so", async () => {
    answers = [() => snooze];

    await push({ retry: 0 });

    expect((await workers.jobIn("dead")).payload["error_message"]).toContain("Call it: `return snooze(60)`");
  });

  test("a verdict by throwing it means the same", async () => {
    answers = [
      () => {
        // oxlint-disable-next-line typescript/only-throw-error
        throw snooze(3_600);
      },
    ];
    await push();

    expect((await workers.jobIn("schedule")).payload).toHaveProperty("jid", "said");
    expect(workers.errors).toEqual([]);
  });

  test.each([
    ["within an object", () => ({ verdict: snooze(60) })],
    ["that was copied through JSON", () => JSON.parse(JSON.stringify(snooze(60))) as unknown],
  ])("a verdict %s is done", async (_, answer) => {
    answers = [answer];
    await push();

    await workers.logged("done");

    await isNowhere();
  });

  test("a verdict of a kind that is not known is a failure of the job", async () => {
    answers = [() => ({ [Symbol.for("tsq.verdict.v1")]: true, kind: "explode" })];
    await push();

    expect((await workers.jobIn("retry")).payload).toMatchObject({ error_class: "InvalidJobError" });
  });

  test("bytes that are no UTF-8 come through a snooze", async () => {
    answers = [() => snooze(3_600)];
    const text = payloadText({ class: "SayJob", jid: "said", args: ["?"] });
    const bytes = Buffer.from(text, "latin1");
    bytes[bytes.indexOf("?")] = 0xff;
    await workers.redis.lpush("queue:default", bytes);

    await eventually(async () => expect(await workers.redis.zcard("schedule")).toBe(1));

    const [member] = await workers.redis.zrangeBuffer("schedule", "0", "-1");
    expect(member?.includes(0xff)).toBe(true);
  });
});

describe("a middleware", () => {
  const run = async (middleware: ServerMiddleware[], answer: () => unknown): Promise<readonly string[]> => {
    await workers.start({ jobs: [defineJob("SayJob", answer)], middleware });
    await push();
    const ends = ["done", "fail", "snooze", "discard", "kill", "interrupt"];
    const ended = await eventually(() => {
      const found = workers.messages().filter((line) => ends.includes(line));
      expect(found).toHaveLength(1);
      return found;
    });
    await workers.end();
    return ended;
  };

  test("answers a verdict of its own in place of the job's", async () => {
    const outer: ServerMiddleware = async (_, next) => {
      await next();
      return discard();
    };

    expect(await run([outer, silent], () => snooze(60))).toEqual(["discard"]);
  });

  test("answers a verdict without running the job", async () => {
    expect(await run([silent, () => snooze(60)], () => kill())).toEqual(["snooze"]);
  });

  test("throws: the job has failed, whatever it had answered", async () => {
    const outer: ServerMiddleware = async (_, next) => {
      await next();
      throw new Error("from the middleware");
    };

    expect(await run([outer], () => kill())).toEqual(["fail"]);
  });

  test("that catches a verdict does not keep it", async () => {
    const outer: ServerMiddleware = async (_, next) => {
      await next().catch(() => {});
    };
    const throws = (): never => {
      // oxlint-disable-next-line typescript/only-throw-error
      throw snooze(60);
    };

    expect(await run([outer], throws)).toEqual(["snooze"]);
  });

  test("that runs the job again means the last run", async () => {
    const answers: (Verdict | undefined)[] = [snooze(60), undefined];
    const twice: ServerMiddleware = async (_, next) => {
      await next();
      await next();
    };

    expect(await run([twice, silent], () => answers.shift())).toEqual(["done"]);
  });
});

test("what is counted: a verdict is processed, and only kill has failed", async () => {
  const answers = [snooze(60), discard(), interrupt(), undefined, kill()];
  const worker = await workers.start({ jobs: [defineJob("SayJob", () => answers.shift())], concurrency: 1 });
  for (let i = 0; i < 4; i++) await push({ jid: `said ${i}` });
  await workers.redis.lpush("queue:default", "no job");
  await eventually(() => expect(answers).toEqual([]));
  await eventually(async () => expect(await workers.redis.zcard("dead")).toBe(2));

  await worker.stop();

  // Four verdicts, one that is done, and what was no job.
  expect(await workers.redis.mget("stat:processed", "stat:failed")).toEqual(["6", "2"]);
  await workers.end();
});
