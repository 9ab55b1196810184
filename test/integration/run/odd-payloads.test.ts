/**
 * Valid JSON that no Sidekiq writes: every field that a payload can hold, of every type, for every kind of handler and
 * every way to end. Whatever a job holds, the others run, its slot is free again, and it is done, retried, dead or dropped.
 */
import { defineJob, discard, interrupt, kill, snooze } from "@tsq/core";
import type { Job, JobContext, RawPayload, ServerMiddleware } from "@tsq/core";
import { array, assert, asyncProperty, constantFrom, record, uniqueArray } from "fast-check";
import type { WorkerOptions } from "@tsq/worker";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { FIELDS, oddFields, VALUES } from "../../support/odd-json.ts";
import { pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { ALL } from "../../support/runs.ts";
import { TestWorkers } from "../../support/worker.ts";

const boom = (): never => {
  throw new Error("boom");
};
const untilAborted = ({ signal }: JobContext): Promise<void> =>
  new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
/** Those that have been interrupted, which they are once. */
const interrupted = new Set<unknown>();
const interruptOnce = ({ payload: { mark } }: JobContext): unknown => {
  if (interrupted.has(mark)) return undefined;
  interrupted.add(mark);
  return interrupt();
};
/** Each is done, or leaves something: at once or later, with hooks and without, by an error, a verdict or its timeout. */
const KINDS: Readonly<Record<string, { readonly job?: Job<readonly unknown[]>; readonly isDone: boolean }>> =
  {
    AtOnce: { job: defineJob("AtOnce", () => {}), isDone: true },
    Later: { job: defineJob("Later", async () => Promise.resolve()), isDone: true },
    // oxlint-disable-next-line unicorn/no-thenable
    Thenable: { job: defineJob("Thenable", () => ({ then: (done: () => void) => done() })), isDone: true },
    Interrupts: { job: defineJob("Interrupts", interruptOnce), isDone: true },
    Throws: { job: defineJob("Throws", boom), isDone: false },
    Rejects: { job: defineJob("Rejects", async () => Promise.reject(new Error("boom"))), isDone: false },
    Hooks: { job: defineJob("Hooks", { retryIn: boom, retriesExhausted: boom }, boom), isDone: false },
    Never: { job: defineJob("Never", { retry: false }, boom), isDone: false },
    Overruns: { job: defineJob("Overruns", { timeout: 0.01 }, untilAborted), isDone: false },
    Snoozes: { job: defineJob("Snoozes", () => snooze(3_600)), isDone: false },
    Kills: { job: defineJob("Kills", () => kill("killed")), isDone: false },
    Discards: { job: defineJob("Discards", () => discard("discarded")), isDone: false },
    Unknown: { isDone: false },
  };
/** One good job among so many odd ones. */
const ODDS_FOR_A_GOOD_ONE = 5;

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
  const usual: Partial<WorkerOptions> = {
    jobs: [good, ...Object.values(KINDS).flatMap(({ job }) => job ?? [])],
    concurrency: 20,
    // As in production, but nobody reads its megabytes.
    logger: pino({ level: "info" }, { write: () => {} }),
    middleware: [read],
    // Reads how often a job was handed on.
    unknownJobs: "handBack",
    deathHandlers: [(payload) => void told.push(payload), boom],
  };
  for (const fetch of ["reliable", "basic"] as const)
    await workers.start({ ...usual, fetch, queues: [fetch] });
});
afterEach(async () => {
  forget();
  await workers.clear();
});
afterAll(async () => {
  await workers.end();
  await server.stop();
  process.off("unhandledRejection", seen);
});

const forget = (): void => {
  told = [];
  ran.length = 0;
  interrupted.clear();
};

const afresh = async (): Promise<void> => {
  forget();
  await workers.redis.del("retry", "dead", "schedule");
};

const textOf = ({ kind, fields }: Odd, mark: number): string => {
  const usual = { class: JSON.stringify(kind), args: "[]", jid: `"j${mark}"`, mark: String(mark) };
  const members = Object.entries({ ...usual, ...fields }).map(([key, value]) => `"${key}":${value}`);
  return `{${members.join(",")}}`;
};

const markOf = (text: string): number => Number(/"mark":(\d+)/.exec(text)?.[1]);
const marksIn = async (set: string): Promise<readonly number[]> =>
  (await workers.redis.zrange(set, "0", "-1")).map(markOf);

/** Runs them, with good ones among them. */
const run = async (odds: readonly Odd[], queue = "reliable"): Promise<void> => {
  const good = (i: number): string => JSON.stringify({ class: "Good", args: [i], jid: `good${i}`, queue });
  const goods = Math.ceil(odds.length / ODDS_FOR_A_GOOD_ONE);
  await pushTexts(
    workers.redis,
    odds.flatMap((odd, i) => [
      textOf(odd, i),
      ...(i % ODDS_FOR_A_GOOD_ONE === 0 ? [good(i / ODDS_FOR_A_GOOD_ONE)] : []),
    ]),
    queue,
  );
  await eventually(() => expect(ran).toHaveLength(goods));
  await eventually(async () => expect(await workers.redis.llen(`queue:${queue}`)).toBe(0));
  await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
};

/** Those that failed, or were no jobs, are in one place each. */
const expectAllKept = async (odds: readonly Odd[]): Promise<void> => {
  const kept = [...(await marksIn("retry")), ...(await marksIn("dead")), ...(await marksIn("schedule"))];
  const ended = new Set([...kept, ...told.map(({ mark }) => Number(mark))]);
  expect(new Set(kept).size).toBe(kept.length);
  odds.forEach((odd, mark) => {
    const isJob = /^"\w+"$/.test(odd.fields["class"] ?? '""') || odd.fields["class"] === undefined;
    const isKnown = isJob && odd.fields["class"] === undefined && KINDS[odd.kind]?.isDone === true;
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

/** Each field with each value once. Each field meets each kind: there are more values than kinds, and they are out of step. */
const oddsFrom = (shift: number): readonly Odd[] => {
  const kinds = Object.keys(KINDS);
  return oddFields().map((fields, i) => ({ kind: kinds[(i + shift) % kinds.length] ?? "", fields }));
};

test("one odd field, of every type, whatever the handler does", { timeout: 600_000 }, async () => {
  const shifts = ALL ? Object.keys(KINDS).length : 1;

  for (let shift = 0; shift < shifts; shift++) {
    await afresh();
    const odds = oddsFrom(shift);

    await run(odds);

    await expectAllKept(odds);
    nothingUnhandled();
  }
});

test("one odd field, of every type, by a basic fetch", async () => {
  const odds = oddsFrom(6);

  await run(odds, "basic");

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
      await afresh();

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
