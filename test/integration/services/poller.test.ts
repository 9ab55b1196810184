/** What is due in the retry set and the schedule comes onto its queue: once, and as Ruby would push it. */
import type { ClientMiddleware, WireGeneration } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import type { Poller } from "../../support/inside-worker.ts";
import { queued, queuedTexts } from "../../support/jobs-in-redis.ts";
import { payloadText } from "../../support/payload-text.ts";
import { pollerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let pollers: Poller[] = [];
let errors: { readonly error: unknown; readonly context: string }[] = [];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(async () => {
  await Promise.all(pollers.map((poller) => poller.stop()));
  pollers = [];
  errors = [];
});
afterAll(async () => {
  await workers.end();
  await server.stop();
});

interface Options {
  readonly middleware?: readonly ClientMiddleware[];
  readonly wire?: WireGeneration;
  readonly pollIntervalAverage?: number;
  readonly random?: () => number;
}

const poller = ({
  middleware = [],
  wire = 8,
  pollIntervalAverage,
  random = Math.random,
}: Options = {}): Poller => {
  const made = pollerFor({
    redis: workers.target,
    wire: () => wire,
    middleware,
    onError: (error, { context }) => errors.push({ error, context }),
    pollIntervalAverage,
    random,
  });
  pollers.push(made);
  return made;
};

const now = (): number => Date.now() / 1_000;
const add = (set: "retry" | "schedule", score: number, ...texts: readonly (string | Buffer)[]) =>
  workers.redis.zadd(set, ...texts.flatMap((text) => [score, text]));

/** A member of the schedule as Ruby puts it there. */
const scheduledText = (fields: Readonly<Record<string, unknown>> = {}): string =>
  payloadText({ enqueued_at: undefined, ...fields });

describe("a job that is due", () => {
  test.each(["retry", "schedule"] as const)("of the set %s is pushed onto its queue", async (set) => {
    await add(set, now() - 1, scheduledText({ queue: "low", jid: "j" }));

    expect(await poller().poll()).toBe(1);

    expect(await queued(workers.redis, "low")).toMatchObject([
      { jid: "j", enqueued_at: expect.any(Number) as number },
    ]);
    expect(await workers.redis.smembers("queues")).toEqual(["low"]);
    expect(await workers.redis.exists(set)).toBe(0);
  });

  test("is moved at its very instant, and not before", async () => {
    await add("schedule", 1_795_451_241.069, scheduledText());

    expect(await poller().poll(1_795_451_241_068)).toBe(0);
    expect(await poller().poll(1_795_451_241_069)).toBe(1);
  });

  test("is queued behind those that were due before it", async () => {
    for (const [i, jid] of ["third", "first", "second"].entries()) {
      await add("schedule", [3, 1, 2][i] ?? 0, scheduledText({ jid }));
    }

    await poller().poll();

    expect((await queued(workers.redis)).map(({ jid }) => jid)).toEqual(["first", "second", "third"]);
  });

  test("keeps every byte but the time of its push", async () => {
    const head =
      '{"jid":"1" , "args":[12345678901234567890,1.0,1e2,{"enqueued_at":7}],"class":"HardJob","retry":5,"queue":"default","created_at":';
    await add("retry", 1, `${head}1795450000.125,"enqueued_at":1795450000.25,"x":"é"}`);

    await poller().poll();

    const [text = ""] = await queuedTexts(workers.redis);
    expect(text).toMatch(/^\{"jid":"1" , .*,"created_at":1795450000\.125,"enqueued_at":\d{13},"x":"é"\}$/);
    expect(text.startsWith(head)).toBe(true);
  });

  test("keeps bytes that are no UTF-8", async () => {
    const bytes = Buffer.from(
      '{"class":"A","args":["\xff\xfe"],"queue":"default","jid":"1","retry":1,"created_at":1',
      "latin1",
    );
    await add("schedule", 1, Buffer.concat([bytes, Buffer.from("}")]));

    await poller().poll();

    const [stored] = await workers.redis.lrangeBuffer("queue:default", 0, -1);
    expect(stored?.subarray(0, bytes.length)).toEqual(bytes);
  });

  test.each([
    { wire: 8 as const, spelling: /"enqueued_at":\d{13}\}/ },
    { wire: 7 as const, spelling: /"enqueued_at":\d{10}\.\d+\}/ },
  ])("gets its time in the spelling of Sidekiq $wire", async ({ wire, spelling }) => {
    await add("schedule", 1, scheduledText());

    await poller({ wire }).poll();

    expect((await queuedTexts(workers.redis))[0]).toMatch(spelling);
  });

  test("gets what Ruby's push would add to it", async () => {
    await add(
      "schedule",
      1,
      '{"class":"HardJob","args":[]}',
      '{"class":"HardJob","args":[1],"jid":null,"retry":null,"queue":null}',
    );

    await poller().poll();

    const added = {
      queue: "default",
      jid: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
      created_at: expect.any(Number) as number,
      enqueued_at: expect.any(Number) as number,
    };
    expect(await queued(workers.redis)).toEqual([
      { class: "HardJob", args: [1], retry: null, ...added },
      { class: "HardJob", args: [], retry: true, ...added },
    ]);
  });

  test("that is no job goes to the dead set byte for byte, and the others are moved", async () => {
    const malformed = ["not json", "[1]", "null", '"x"', '{"class":"A","args":[NaN]}'].map((text) =>
      Buffer.from(text),
    );
    malformed.push(Buffer.from([0x7b, 0xff, 0x00]));
    await add("retry", 1, ...malformed);
    await add("retry", 2, scheduledText({ jid: "behind" }));
    await add("schedule", 1, scheduledText({ jid: "other set" }));

    expect(await poller().poll()).toBe(8);

    expect((await queued(workers.redis)).map(({ jid }) => jid)).toEqual(["behind", "other set"]);
    const dead = (await workers.redis.zrangeBuffer("dead", "0", "-1")).map((one) => one.toString("latin1"));
    expect(new Set(dead)).toEqual(new Set(malformed.map((one) => one.toString("latin1"))));
    expect(errors).toHaveLength(malformed.length);
    expect(errors[0]?.context).toBe("Malformed member of `retry`, kept in the dead set");
  });

  test("is moved however many there are", async () => {
    const jids = Array.from({ length: 1_234 }, (_, i) => `j${i}`);
    await add("schedule", 1, ...jids.map((jid, i) => scheduledText({ jid, queue: `q${i % 7}` })));

    expect(await poller().poll()).toBe(1_234);

    expect(await workers.redis.scard("queues")).toBe(7);
    expect(await workers.redis.exists("schedule")).toBe(0);
  });

  test("stays where it is while its queue's key holds something else, and holds up nobody", async () => {
    await workers.redis.set("queue:bad", "text");
    await add(
      "schedule",
      1,
      ...Array.from({ length: 250 }, (_, i) => scheduledText({ queue: "bad", jid: `bad ${i}` })),
    );
    await add("schedule", 2, ...Array.from({ length: 250 }, (_, i) => scheduledText({ jid: `good ${i}` })));

    expect(await poller().poll()).toBe(250);

    expect(await workers.redis.llen("queue:default")).toBe(250);
    expect(await workers.redis.zcard("schedule")).toBe(250);
  });

  test("is pushed once, however many pollers there are", async () => {
    const jids = Array.from({ length: 5_000 }, (_, i) => `j${i}`);
    for (let i = 0; i < jids.length; i += 1_000) {
      await add("retry", 1, ...jids.slice(i, i + 1_000).map((jid) => scheduledText({ jid })));
    }

    const moved = await Promise.all([poller(), poller(), poller()].map((one) => one.poll()));

    expect(moved.reduce((sum, count) => sum + count)).toBe(5_000);
    const pushed = (await queued(workers.redis)).map(({ jid }) => jid);
    expect(pushed).toHaveLength(5_000);
    expect(new Set(pushed)).toEqual(new Set(jids));
    expect(await workers.redis.exists("retry")).toBe(0);
  });
});

describe("client middleware", () => {
  test("sees a job as its push would, and changes it", async () => {
    const seen: unknown[] = [];
    await add("schedule", 1, '{"class":"HardJob","args":[1.0,12345678901234567890],"drop":1}');

    await poller({
      middleware: [
        async (payload, next) => {
          seen.push(payload.queue, payload.jid, payload.retry);
          payload.queue = "other";
          payload["added"] = { n: 12345678901234567890n };
          delete payload["drop"];
          await next();
        },
      ],
    }).poll();

    expect(seen).toEqual(["default", expect.stringMatching(/^[0-9a-f]{24}$/), true]);
    const [text = ""] = await queuedTexts(workers.redis, "other");
    expect(text).toContain('{"class":"HardJob","args":[1.0,12345678901234567890],');
    expect(text).toContain('"added":{"n":12345678901234567890}');
    expect(text).toContain('"queue":"other"');
    expect(text).not.toContain("drop");
    expect(await workers.redis.smembers("queues")).toEqual(["other"]);
  });

  test("that stops a job drops it, as in Sidekiq", async () => {
    await add("schedule", 1, scheduledText({ jid: "stopped" }), scheduledText({ jid: "passed" }));

    await poller({ middleware: [(payload, next) => (payload.jid === "passed" ? next() : undefined)] }).poll();

    expect((await queued(workers.redis)).map(({ jid }) => jid)).toEqual(["passed"]);
    expect(await workers.redis.exists("schedule", "dead")).toBe(0);
  });

  test("that throws is reported, and its job waits for the next look, while the others go on", async () => {
    let isBroken = true;
    const middleware: ClientMiddleware = (payload, next) => {
      if (isBroken && payload.jid === "unlucky") throw new Error("no database");
      return next();
    };
    const [unlucky, lucky] = [scheduledText({ jid: "unlucky" }), scheduledText({ jid: "lucky" })];
    await add("retry", 1, unlucky);
    await add("retry", 2, lucky);
    const one = poller({ middleware: [middleware] });

    expect(await one.poll()).toBe(1);
    expect((await queued(workers.redis)).map(({ jid }) => jid)).toEqual(["lucky"]);
    expect(await workers.redis.zrange("retry", "0", "-1")).toEqual([unlucky]);
    expect(new Set(errors.map(({ context }) => context))).toEqual(
      new Set(["A client middleware failed; the job stays in `retry`"]),
    );
    expect(await workers.redis.exists("dead")).toBe(0);

    isBroken = false;
    expect(await one.poll()).toBe(1);
  });
});

describe("a poller that was started", () => {
  test("looks again and again", async () => {
    poller({ pollIntervalAverage: 0.02, random: () => 0.01 }).start();

    for (const jid of ["one", "two", "three"]) {
      await add("schedule", 1, scheduledText({ jid }));
      await eventually(async () =>
        expect((await queued(workers.redis)).map((job) => job.jid)).toContain(jid),
      );
    }
  });

  test("takes processes out of sight that are gone", async () => {
    await workers.redis.sadd("processes", "gone:1:a", "there:1:b");
    await workers.redis.hset("there:1:b", "info", "{}");

    poller({ pollIntervalAverage: 0.02, random: () => 0 }).start();

    await eventually(async () => expect(await workers.redis.smembers("processes")).toEqual(["there:1:b"]));
  });
});
