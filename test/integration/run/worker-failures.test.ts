/** What both fetches have in common: what becomes of a job that fails. */
import { defineJob } from "@tsq/core";
import type { RawPayload } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
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

/** The members of a sorted set, once there are so many. */
const members = async (set: "retry" | "dead", count = 1): Promise<readonly string[]> =>
  eventually(async () => {
    const found = await workers.redis.zrange(set, "0", "-1");
    expect(found).toHaveLength(count);
    return found;
  });

const member = async (set: "retry" | "dead"): Promise<RawPayload> =>
  JSON.parse((await members(set))[0] ?? "") as RawPayload;

const secondsUntilRetry = async (): Promise<number> => {
  const [, score] = await workers.redis.zrange("retry", "0", "-1", "WITHSCORES");
  return Number(score) - Date.now() / 1_000;
};

/** Nothing is left of a job but what the worker's log says. */
const isGone = async (): Promise<void> => {
  await eventually(() => expect(workers.messages()).toContain("fail"));
  await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
  expect(await workers.redis.exists("queue:default", "retry", "dead")).toBe(0);
};

describe.each(["reliable", "basic"] as const)("with %s fetch, a job that fails", (fetch) => {
  const attempts: number[] = [];
  let thrown: unknown;

  const job = defineJob("HardJob", (context) => {
    attempts.push(context.attempt);
    throw thrown;
  });

  beforeAll(async () => {
    await workers.start({ fetch, jobs: [job], concurrency: 1, deadMaxJobs: 30, deadTimeoutInSeconds: 3_600 });
  });
  beforeEach(() => {
    thrown = new TypeError("boom");
    attempts.length = 0;
  });
  afterAll(() => workers.end());

  test("goes to the retry set with its error, and every other byte as it was", async () => {
    const [head, tail] = [
      '{"jid":"1" , "args":[12345678901234567890,1.0,1e2,"\\u00e9\\/"],',
      '"x":{"queue":"y","retry_count":9}',
    ];
    await pushTexts(workers.redis, [`${head}"class":"HardJob","retry":3,${tail}}`]);

    const [text = ""] = await members("retry");
    expect(
      text.startsWith(`${head}"class":"HardJob","retry":3,${tail},"queue":"default","error_message":"boom"`),
    ).toBe(true);
    expect(JSON.parse(text)).toMatchObject({
      error_class: "TypeError",
      retry_count: 0,
      failed_at: expect.any(Number) as number,
    });
    expect(await secondsUntilRetry()).toBeGreaterThan(10);
    expect(await workers.redis.llen("queue:default")).toBe(0);
  });

  test("keeps bytes that are no UTF-8 through its retry", async () => {
    const [before = "", after = ""] = payloadText({ args: ["#"] }).split("#");
    const bad = Buffer.concat([
      Buffer.from(before),
      Buffer.from([0xff, 0xc3, 0x28]),
      Buffer.from(after.slice(0, -1)),
    ]);
    await pushTexts(workers.redis, [Buffer.concat([bad, Buffer.from("}")])]);

    await members("retry");
    const [stored] = await workers.redis.zrangeBuffer("retry", "0", "-1");
    expect(stored?.subarray(0, bad.length)).toEqual(bad);
  });

  test("keeps bytes that are no UTF-8 when it dies", async () => {
    const [before = "", after = ""] = payloadText({ retry: 0, args: ["#"] }).split("#");
    const bad = Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xfe]), Buffer.from(after)]);
    await pushTexts(workers.redis, [bad]);

    await members("dead");
    const [stored] = await workers.redis.zrangeBuffer("dead", "0", "-1");
    expect(stored?.subarray(0, bad.length - 1)).toEqual(bad.subarray(0, -1));
  });

  test("of an unknown class is retried as Ruby retries a NameError, and says what to do here", async () => {
    await pushTexts(workers.redis, [payloadText({ class: "No::Such::Klass" })]);

    expect(await member("retry")).toMatchObject({
      error_class: "NameError",
      error_message:
        'No job of this worker is named `No::Such::Klass`. Give what defineJob("No::Such::Klass", …) returns to `jobs` ' +
        "of the Worker, or export it from a module that `tsq work -r` names. If another process runs it, let no other worker process its queue. " +
        'Where that cannot be, `unknownJobs: "handBack"` of the Worker (`--unknown-jobs handBack`) hands it to those who can run it.',
    });
  });

  test("of an unknown class with retry false is kept in the dead set", async () => {
    await pushTexts(workers.redis, [payloadText({ class: "No::Such::Klass", retry: false })]);

    expect(await member("dead")).toMatchObject({ class: "No::Such::Klass", error_class: "NameError" });
  });

  test("that is no job at all goes to the dead set byte for byte, and the next one runs", async () => {
    const malformed = [
      "this is { not json",
      "[1,2]",
      '"str"',
      "null",
      "123",
      "",
      "\n{}",
      "{}",
      '{"class":7,"args":[]}',
      '{"class":null,"args":[]}',
      '{"class":"HardJob","args":[NaN]}',
      '{"class":"HardJob","args":[1]} trailing',
    ];
    const bytes = [...malformed.map((text) => Buffer.from(text)), Buffer.from([0x7b, 0xff, 0x00, 0x0a])];
    await pushTexts(workers.redis, [...bytes, payloadText()]);

    await members("retry");
    await members("dead", bytes.length);
    const stored = (await workers.redis.zrangeBuffer("dead", "0", "-1")).map((one) => one.toString("latin1"));
    expect(new Set(stored)).toEqual(new Set(bytes.map((one) => one.toString("latin1"))));
    const told = workers.errors.map(({ context }) => context.context);
    expect(told.filter((context) => context.startsWith("Malformed payload in queue default"))).toHaveLength(
      bytes.length,
    );
    expect(told.some((context) => context.endsWith('begins with "this is { not json"'))).toBe(true);
    // One line each.
    expect(workers.messages(50)).toHaveLength(bytes.length);
  });

  test.each([
    { what: "text", thrown: "just text", fields: { error_class: "String", error_message: "just text" } },
    { what: "nothing", thrown: undefined, fields: { error_class: "Undefined", error_message: "undefined" } },
    {
      what: "an error that cannot be read",
      thrown: Object.defineProperty(new Error("x"), "message", {
        get: () => {
          throw new Error("from a getter");
        },
      }),
      fields: { error_message: "!!! ERROR MESSAGE THREW AN ERROR !!!" },
    },
    {
      what: "a proxy whose every trap throws",
      thrown: new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse, ownKeys: refuse }),
      fields: { error_message: "!!! ERROR MESSAGE THREW AN ERROR !!!" },
    },
  ])("by throwing $what is retried all the same", async ({ fields, ...what }) => {
    thrown = what.thrown;
    await pushTexts(workers.redis, [payloadText()]);

    expect(await member("retry")).toMatchObject(fields);
  });

  test("runs again with its attempts counted", async () => {
    await pushTexts(workers.redis, [
      payloadText(),
      payloadText({ retry_count: 0 }),
      payloadText({ retry_count: 5 }),
    ]);

    await eventually(() => expect(attempts).toEqual([1, 2, 7]));
    await members("retry", 3);
  });

  test("with retry false is gone", async () => {
    await pushTexts(workers.redis, [payloadText({ retry: false })]);

    await isGone();
  });

  test("with dead false is gone when it is out of attempts", async () => {
    await pushTexts(workers.redis, [payloadText({ retry: 0, dead: false })]);

    await isGone();
  });

  test("goes to the dead set when it is out of attempts, and the dead set is trimmed", async () => {
    const now = Date.now() / 1_000;
    const fillers = Array.from({ length: 40 }, (_, i) => [now - 100 + i, `filler ${i}`] as const);
    await workers.redis.zadd("dead", now - 3_601, "too old", ...fillers.flat());
    await pushTexts(workers.redis, [payloadText({ retry: 2, retry_count: 1, jid: "gone" })]);

    // One less than the limit, as in Sidekiq.
    const dead = await members("dead", 29);
    expect(dead[0]).toBe("filler 12");
    expect(JSON.parse(dead.at(-1) ?? "")).toMatchObject({
      jid: "gone",
      retry_count: 2,
      error_message: "boom",
    });
  });
});

function refuse(): never {
  throw new Error("from a trap");
}
