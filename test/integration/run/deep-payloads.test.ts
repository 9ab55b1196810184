/**
 * Payloads that `JSON.parse` reads and nothing can walk: every field that a payload can hold, thousands of levels deep, for
 * every way in which a run can end. Whatever a job holds, the others run, its slot is free again, the process goes on, and
 * the job is done, retried, dead, dropped or back in its queue.
 */
import { Client, defineJob } from "@tsq/core";
import type { Job, JobContext, RawPayload, ServerMiddleware } from "@tsq/core";
import type { Worker } from "@tsq/worker";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deepFields } from "../../support/deep-json.ts";
import type { Deep } from "../../support/deep-json.ts";
import { eventually } from "../../support/eventually.ts";
import { pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { ALL } from "../../support/runs.ts";
import { TestWorkers } from "../../support/worker.ts";

const MOST_AT_ONCE = 500;
const FETCHES = ["reliable", "basic"] as const;

const untilAborted = ({ signal }: JobContext): Promise<void> =>
  new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
const boom = (): never => {
  throw new Error("boom");
};
/** As a hook does that keeps what it was told. */
const dumped = (...told: readonly unknown[]): never => {
  throw new Error(JSON.stringify(told).slice(0, 0));
};

let server: TestRedis;
let workers: TestWorkers;
let release: () => void;
let released: Promise<void>;
let told: RawPayload[] = [];
const ran = new Set<unknown>();
const unhandled: unknown[] = [];
const seen = (error: unknown): void => void unhandled.push(error);

const good = defineJob("Good", (_, n: number) => void ran.add(n));
const JOBS: Readonly<Record<string, Job<readonly unknown[]>>> = {
  Returns: defineJob("Returns", () => {}),
  Fails: defineJob("Fails", { retryIn: dumped, backtrace: true }, boom),
  FailsForTheLastTime: defineJob("FailsForTheLastTime", { retry: 0, retriesExhausted: dumped }, boom),
  TimesOut: defineJob("TimesOut", { timeout: 0.01 }, untilAborted),
  Overruns: Object.assign(
    defineJob("Overruns", { timeout: 0.01 }, () => released),
    { graceMs: 0 },
  ),
  Waits: defineJob("Waits", untilAborted),
  NeverEnds: defineJob("NeverEnds", () => released),
};

/** As a middleware does that reports what runs. */
const report: ServerMiddleware = async (job, next) => {
  job.logger.info({ payload: job.payload }, "runs");
  await next();
};

beforeAll(async () => {
  for (const event of ["unhandledRejection", "uncaughtException"]) process.on(event, seen);
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => {
  told = [];
  ran.clear();
  released = new Promise((resolve) => (release = resolve));
});
afterEach(async () => {
  release();
  await workers.end();
  expect(unhandled.splice(0)).toEqual([]);
});
afterAll(async () => {
  await server.stop();
  for (const event of ["unhandledRejection", "uncaughtException"]) process.off(event, seen);
});

const start = (fetch: "reliable" | "basic" = "reliable", shutdownTimeoutMs = 25_000): Promise<Worker> =>
  workers.start({
    jobs: [good, ...Object.values(JOBS)],
    fetch,
    concurrency: MOST_AT_ONCE,
    shutdownTimeoutMs,
    middleware: [report],
    unknownJobs: "handBack",
    // As in production, but nobody reads its megabytes.
    logger: pino({ level: "info" }, { write: () => {} }),
    deathHandlers: [(payload) => void told.push(payload), dumped],
  });

const textOf = (kind: string, { field, value }: Deep, mark: number): string => {
  const usual = { class: JSON.stringify(kind), args: "[]", jid: `"j${mark}"` };
  const members = Object.entries({ ...usual, [field]: value }).map(([key, text]) => `"${key}":${text}`);
  return `{"mark":${mark},${members.join(",")}}`;
};

const markOf = (text: string): number => Number(/"mark":(\d+)/.exec(text)?.[1]);

/** Pushes them with a good job behind each, and waits until all of the good ones have run. */
const runAmongGoodOnes = async (texts: readonly string[]): Promise<void> => {
  await pushTexts(
    workers.redis,
    texts.flatMap((text, i) => [text, JSON.stringify({ class: "Good", args: [i], jid: `good${i}` })]),
    "default",
  );
  await eventually(() => expect(ran.size).toBe(texts.length));
};

const cancelAll = async (deeps: readonly Deep[]): Promise<void> => {
  const client = new Client({ redis: workers.target });
  for (const mark of deeps.keys()) await client.cancel(`j${mark}`);
  await client.close();
};

/** Who is in which set, or was told to a death handler. */
const whereabouts = async (): Promise<ReadonlyMap<number, string>> => {
  const found = new Map<number, string>();
  for (const set of ["retry", "dead", "schedule"]) {
    for (const text of await workers.redis.zrange(set, "0", "-1")) {
      expect(found.has(markOf(text))).toBe(false);
      found.set(markOf(text), set);
    }
  }
  for (const { mark } of told) if (!found.has(Number(mark))) found.set(Number(mark), "told");
  return found;
};

/** What has no class that can be read is no job, and is buried as it is. */
const isJob = ({ field }: Deep): boolean => field !== "class";

const expectAll = async (
  deeps: readonly Deep[],
  where: (deep: Deep) => string | undefined,
): Promise<void> => {
  await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
  expect(await workers.redis.llen("queue:default")).toBe(0);
  const found = await whereabouts();
  const all = deeps.map((deep, mark) => `${deep.what}: ${found.get(mark) ?? "nowhere"}`);
  expect(all).toEqual(
    deeps.map((deep) => `${deep.what}: ${(isJob(deep) ? where(deep) : "dead") ?? "nowhere"}`),
  );
};

/** Of each the fields are deep in other ways. */
const ROUNDS = ALL ? [0, 4, 8] : [0];

describe.each(
  ROUNDS.flatMap((round) =>
    [
      { kind: "Returns", ends: "is done", set: undefined },
      { kind: "Fails", ends: "fails", set: "retry" },
      { kind: "FailsForTheLastTime", ends: "fails for the last time", set: "dead" },
      { kind: "TimesOut", ends: "times out", set: "retry" },
      { kind: "Unknown", ends: "is known to nobody", set: "retry" },
    ].map((way) => ({ ...way, round })),
  ),
)("a deep job that $ends, round $round,", ({ kind, set, round }) => {
  // At a desk by one of them: the ways to end have nothing to do with it.
  const fetches = ALL ? FETCHES : FETCHES.filter((_, i) => i === kind.length % FETCHES.length);
  test.each(fetches)("keeps nobody else from running, %s fetch", async (fetch) => {
    const deeps = deepFields(kind.length + round);
    const worker = await start(fetch);

    await runAmongGoodOnes(deeps.map((deep, mark) => textOf(kind, deep, mark)));

    await eventually(() => expect(worker.running()).toEqual([]));
    await expectAll(deeps, ({ field }) => (field === "retry" && set === "dead" ? "retry" : set));
  });
});

describe.each(ROUNDS)("in round %d, a deep job that", (round) => {
  test("is cancelled while it runs ends, and keeps nobody else from running", async () => {
    // Without a jid it has no name to be cancelled by.
    const deeps = deepFields(round + 3).filter(({ field }) => field !== "jid");
    const worker = await start();
    await runAmongGoodOnes(deeps.map((deep, mark) => textOf("Waits", deep, mark)));

    await cancelAll(deeps);

    await eventually(() => expect(worker.running()).toEqual([]));
    await expectAll(deeps, () => undefined);
  });

  test("was cancelled before it could start does not start", async () => {
    const deeps = deepFields(round + 4).filter(({ field }) => field !== "jid");
    await cancelAll(deeps);
    const worker = await start();

    await runAmongGoodOnes(deeps.map((deep, mark) => textOf("Fails", deep, mark)));

    await eventually(() => expect(worker.running()).toEqual([]));
    await expectAll(deeps, () => undefined);
  });

  test("goes on beyond its timeout is told of with the next heartbeat", async () => {
    const deeps = deepFields(round);
    const worker = await start();
    await runAmongGoodOnes(deeps.map((deep, mark) => textOf("Overruns", deep, mark)));
    await expectAll(deeps, () => "retry");

    // It beats at once.
    await worker.quiet();

    await eventually(async () => {
      const shown = await workers.redis.hvals(`${worker.identity}:work`);
      const jobs = shown.map((text) => JSON.parse(text) as { payload: string; overrunning?: true });
      expect(jobs).toHaveLength(deeps.filter(isJob).length);
      for (const { payload, overrunning } of jobs) {
        expect(overrunning).toBe(true);
        expect(payload).toMatch(/"overrunning"\]/);
        expect(() => JSON.parse(payload) as unknown).not.toThrow();
      }
    });
    release();
    await eventually(() => expect(worker.running()).toEqual([]));
  });

  test.each(FETCHES)("still runs at a shutdown is back in its queue as it was, %s fetch", async (fetch) => {
    const deeps = deepFields(round + 2).filter(isJob);
    const worker = await start(fetch, 0);
    const texts = deeps.map((deep, mark) => textOf("NeverEnds", deep, mark));
    await runAmongGoodOnes(texts);

    const stopped = worker.stop();
    await eventually(async () => expect(await workers.redis.llen("queue:default")).toBe(texts.length));
    release();
    await stopped;

    const back = await workers.redis.lrange("queue:default", 0, -1);
    expect(new Set(back)).toEqual(new Set(texts));
  });
});
