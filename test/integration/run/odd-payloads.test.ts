/**
 * Valid JSON that no Sidekiq writes: every field that a payload can hold, of every type, for every kind of handler and
 * every way to end. Whatever a job holds, the others run, its slot is free again, and it is done, retried, dead or dropped.
 */
import { defineJob } from "@tsq/core";
import type { Job, RawPayload, ServerMiddleware } from "@tsq/core";
import { array, assert, asyncProperty, constantFrom, record, uniqueArray } from "fast-check";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { FIELDS, oddFields, VALUES } from "../../support/odd-json.ts";
import { pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

const boom = (): never => {
  throw new Error("boom");
};
/** Each end well or fails, at once or later, with hooks and without. */
const KINDS: Readonly<Record<string, { readonly job?: Job<readonly unknown[]>; readonly fails: boolean }>> = {
  AtOnce: { job: defineJob("AtOnce", () => {}), fails: false },
  Later: { job: defineJob("Later", async () => Promise.resolve()), fails: false },
  // oxlint-disable-next-line unicorn/no-thenable
  Thenable: { job: defineJob("Thenable", () => ({ then: (done: () => void) => done() })), fails: false },
  Throws: { job: defineJob("Throws", boom), fails: true },
  Rejects: { job: defineJob("Rejects", async () => Promise.reject(new Error("boom"))), fails: true },
  Hooks: {
    job: defineJob("Hooks", { retryIn: boom, retriesExhausted: boom }, boom),
    fails: true,
  },
  Never: { job: defineJob("Never", { retry: false }, boom), fails: true },
  Unknown: { fails: true },
};

/** As a middleware does that reports what runs. */
const read: ServerMiddleware = (job, next) => {
  String([job.attempt, job.class, job.queue]);
  job.logger.debug({ jid: job.jid, tags: job.payload.tags }, "runs");
  return next();
};

interface Odd {
  readonly kind: string;
  readonly fields: Readonly<Record<string, string>>;
}

let server: TestRedis;
let workers: TestWorkers;
let told: RawPayload[] = [];
const ran: unknown[] = [];
const unhandled: unknown[] = [];
const seen = (error: unknown): void => void unhandled.push(error);

beforeAll(async () => {
  process.on("unhandledRejection", seen);
  server = await startRedis();
  workers = new TestWorkers(server);
  const good = defineJob("Good", (_, n: number) => void ran.push(n));
  await workers.start({
    jobs: [good, ...Object.values(KINDS).flatMap(({ job }) => job ?? [])],
    queues: ["odd"],
    concurrency: 20,
    // As in production, but nobody reads its megabytes.
    logger: pino({ level: "info" }, { write: () => {} }),
    middleware: [read],
    // Reads how often a job was handed on.
    unknownJobs: "handBack",
    deathHandlers: [(payload) => void told.push(payload), boom],
  });
});
afterEach(async () => {
  told = [];
  ran.length = 0;
  await workers.clear();
});
afterAll(async () => {
  await workers.end();
  await server.stop();
  process.off("unhandledRejection", seen);
});

const textOf = ({ kind, fields }: Odd, mark: number): string => {
  const usual = { class: JSON.stringify(kind), args: "[]", jid: `"j${mark}"`, mark: String(mark) };
  const members = Object.entries({ ...usual, ...fields }).map(([key, value]) => `"${key}":${value}`);
  return `{${members.join(",")}}`;
};

const markOf = (text: string): number => Number(/"mark":(\d+)/.exec(text)?.[1]);
const marksIn = async (set: string): Promise<readonly number[]> =>
  (await workers.redis.zrange(set, "0", "-1")).map(markOf);

/** Runs them, each between two good ones. */
const run = async (odds: readonly Odd[]): Promise<void> => {
  const goods = odds.map((_, i) =>
    JSON.stringify({ class: "Good", args: [i], jid: `good${i}`, queue: "odd" }),
  );
  await pushTexts(
    workers.redis,
    odds.flatMap((odd, i) => [textOf(odd, i), goods[i] ?? ""]),
    "odd",
  );
  await eventually(() => expect(ran).toHaveLength(goods.length), { timeoutMs: 30_000 });
  await eventually(async () => expect(await workers.leftoverJobs()).toBe(0), { timeoutMs: 30_000 });
  expect(await workers.redis.llen("queue:odd")).toBe(0);
};

/** Those that failed, or were no jobs, are in one place each. */
const expectAllKept = async (odds: readonly Odd[]): Promise<void> => {
  const kept = [...(await marksIn("retry")), ...(await marksIn("dead"))];
  const dropped = told.map(({ mark }) => Number(mark)).filter((mark) => !kept.includes(mark));
  const ended = new Set([...kept, ...dropped]);
  expect(new Set(kept).size).toBe(kept.length);
  odds.forEach((odd, mark) => {
    const isJob = /^"\w+"$/.test(odd.fields["class"] ?? '""') || odd.fields["class"] === undefined;
    const isKnown = isJob && odd.fields["class"] === undefined && KINDS[odd.kind]?.fails === false;
    if (!isKnown && !ended.has(mark)) throw new Error(`Nobody has ${textOf(odd, mark).slice(0, 200)}`);
    if (isKnown && ended.has(mark)) throw new Error(`Not done: ${textOf(odd, mark).slice(0, 200)}`);
  });
};

const nothingUnhandled = (): void => {
  expect(unhandled).toEqual([]);
  const contexts = workers.errors.map(({ context }) => context.context);
  const mistakes = contexts.filter((context) => context.startsWith("Could not"));
  expect(mistakes).toEqual([]);
};

test("one odd field, of every type, whatever the handler does", async () => {
  const kinds = Object.keys(KINDS);
  const shift = Math.floor(Math.random() * kinds.length);
  const odds = oddFields().map((fields, i) => ({ kind: kinds[(i + shift) % kinds.length] ?? "", fields }));

  await run(odds);

  await expectAllKept(odds);
  nothingUnhandled();
});

test("several odd fields at once", async () => {
  const fields = uniqueArray(record({ field: constantFrom(...FIELDS), value: constantFrom(...VALUES) }), {
    selector: ({ field }) => field,
    minLength: 2,
    maxLength: 8,
  }).map((chosen) => Object.fromEntries(chosen.map(({ field, value }) => [field, value])));
  const odd = record({ kind: constantFrom(...Object.keys(KINDS)), fields });

  await assert(
    asyncProperty(array(odd, { minLength: 30, maxLength: 60 }), async (odds) => {
      told = [];
      ran.length = 0;
      await workers.redis.del("retry", "dead");

      await run(odds);

      await expectAllKept(odds);
      nothingUnhandled();
    }),
    { numRuns: 8 },
  );
});

test("a log that throws at every line of a job holds none", async () => {
  const broken = pino({ level: "info", serializers: { jid: boom, err: boom } }, { write: () => {} });
  const jobs = Object.values(KINDS).flatMap(({ job }) => job ?? []);
  const worker = await workers.start({ jobs, queues: ["broken"], concurrency: 5, logger: broken });
  const texts = Object.keys(KINDS).map((kind, i) => textOf({ kind, fields: { retry: "3" } }, i));

  await pushTexts(workers.redis, texts, "broken");

  await eventually(async () => expect(await workers.redis.zcard("retry")).toBe(texts.length));
  await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
  await worker.stop();
  expect(unhandled).toEqual([]);
});
