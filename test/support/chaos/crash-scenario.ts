/**
 * One life of a worker, short and with everything in it: jobs that succeed, fail and run again, are due, die and
 * are garbage, a stop that hands back what runs. At one point of it the connection or the process dies; then a
 * fresh worker finishes everything and the checker looks.
 */
import { join } from "node:path";
import type { Redis } from "ioredis";
import { expect } from "vitest";
import { chaosJob } from "../../chaos/chaos-job.mjs";
import { eventually } from "../eventually.ts";
import { wayFrom } from "../inside-worker.ts";
import { startTsq, type TsqWorker } from "../tsq-worker.ts";
import { check, type Verdict } from "./checker.ts";
import { CrashProxy, type Side } from "./crash-proxy.ts";
import { Driver, type PlannedJob } from "./driver.ts";
import { stateOf } from "./final-state.ts";
import { History, monotonicMs } from "./history.ts";
import type { RedisServer } from "./redis-server.ts";
import type { Chance } from "./seed.ts";
import { TimeMachine } from "./time-machine.ts";
import { WorkerProcess } from "./worker-process.ts";

export type Victim = "connection" | "process";

export interface CrashRun {
  readonly victim: Victim;
  readonly side: Side;
  readonly n: number;
}

export interface CrashResult extends CrashRun {
  /** False when the life ended before its n-th command. */
  readonly wasReached: boolean;
  /** The commands up to the crash point. */
  readonly names: readonly string[];
  readonly verdict: Verdict;
}

const SHORT: PlannedJob = { queue: "default", style: "polite", ms: 1, fails: 0, retries: 5 };
const JOBS: readonly PlannedJob[] = [
  SHORT,
  SHORT,
  { ...SHORT, queue: "low" },
  { ...SHORT, ms: 5 },
  { ...SHORT, fails: 1 },
  { ...SHORT, inMs: 0 },
  { ...SHORT, queue: "low", inMs: 30 },
  { ...SHORT, fails: 9, retries: 0 },
  { ...SHORT, isMalformed: true },
  { ...SHORT, style: "held" },
];
// The two heaviest of many have pads, and nothing else: the jobs are to come by the watch.
const HEAVIER = wayFrom(process.env) === "hybrid" ? ["mailers,9", "reports,9", "imports,1"] : [];
const WORKER = {
  queues: [...HEAVIER, "default,2", "low,1"],
  concurrency: 4,
  shutdownTimeoutMs: 20,
  pollIntervalAverage: 0.02,
} as const;
const SUBJECT = 1;
const FINISHER = 2;

/** @param database of the server, for this run alone */
export async function liveAndCrash(
  server: RedisServer,
  database: number,
  chance: Chance,
  run: CrashRun,
): Promise<CrashResult> {
  const url = `redis://127.0.0.1:${server.port}/${database}`;
  const redis = server.client({ db: database });
  await redis.flushdb();
  const history = new History();
  const proxy = await CrashProxy.listen(server.port);
  const dead = new Set<string>();
  const time = new TimeMachine({ target: url, redis, isDead: (identity) => dead.has(identity) });
  let isKept = true;
  try {
    const subject =
      run.victim === "process"
        ? processSubject(history, proxy.url(database))
        : ownSubject(history, proxy.url(database));
    const crash = (): void => {
      if (run.victim === "process") subject.kill(proxy);
      // A push whose answer is lost with the connection is sent again.
      else history.note({ kind: "outage", at: monotonicMs(), until: monotonicMs(), of: "everyone" });
    };
    proxy.arm({ ...run, crash });
    // A killed process does not push: what a client does when its connection dies is the other victim's part.
    const driver = new Driver({
      redis: run.victim === "process" ? url : proxy.url(database),
      history,
      chance,
    });
    await live(subject, driver, redis);
    await subject.end();
    await driver.stop();
    const wasReached = proxy.hasCrashed;
    for (const identity of await redis.smembers("processes")) dead.add(identity);
    for (const owner of await redis.hkeys("tsq:owners")) dead.add(owner.split("~", 1)[0] ?? "");
    await time.pass();
    await finish(history, url, redis);
    const verdict = check(history.events(), await stateOf(redis));
    isKept = verdict.problems.length > 0;
    return { ...run, wasReached, names: proxy.names, verdict };
  } catch (error) {
    throw new Error(`${describe(run)} after ${proxy.names.slice(-3).join(", ")}; see ${history.folder}`, {
      cause: error,
    });
  } finally {
    await time.stop();
    await proxy.stop();
    redis.disconnect();
    history.close({ isKept });
  }
}

export const describe = ({ victim, side, n }: CrashRun): string => `the ${victim} dies ${side} command ${n}`;

interface Subject {
  start(): Promise<void>;
  /** Ends at once, if it can. */
  kill(proxy: CrashProxy): void;
  hasEnded(): boolean;
  /** Stops, or waits for its end if it was killed. */
  end(): Promise<void>;
}

/** Resolves when all that it can do is done, or when it is dead. */
async function live(subject: Subject, driver: Driver, redis: Redis): Promise<void> {
  const started = subject.start();
  for (const job of JOBS) await driver.push(job);
  await started;
  await eventually(
    async () => {
      if (subject.hasEnded()) return;
      await makeDue(redis);
      const { queued, inFlight, retry, scheduled } = await stateOf(redis);
      // What is held is all that is left.
      expect({ waiting: [...queued, ...retry, ...scheduled], held: inFlight.length <= 2 }).toEqual({
        waiting: [],
        held: true,
      });
    },
    { timeoutMs: 20_000, everyMs: 10 },
  );
}

/** A retry comes after a second at the earliest. */
async function makeDue(redis: Redis): Promise<void> {
  for (const member of await redis.zrange("retry", "0", "-1")) await redis.zadd("retry", "XX", 1, member);
}

async function finish(history: History, url: string, redis: Redis): Promise<void> {
  await using _finisher = await startOwn(history, url, FINISHER, false);
  await eventually(
    async () => {
      await makeDue(redis);
      const { queued, inFlight, retry, scheduled } = await stateOf(redis);
      expect([...queued, ...inFlight, ...retry, ...scheduled]).toEqual([]);
    },
    { timeoutMs: 20_000, everyMs: 10 },
  );
}

function startOwn(history: History, redis: string, pid: number, isHolding: boolean): Promise<TsqWorker> {
  const file = join(history.folder, `worker-${pid}.jsonl`);
  return startTsq({ ...WORKER, redis, jobs: [chaosJob({ file, pid, isHolding })], polls: true });
}

/** A worker of this process: when its connection dies it connects again and goes on. */
function ownSubject(history: History, url: string): Subject {
  let worker: TsqWorker | undefined;
  return {
    start: async () => void (worker = await startOwn(history, url, SUBJECT, true)),
    kill: () => {},
    hasEnded: () => false,
    async end() {
      history.note({
        kind: "told to stop",
        at: monotonicMs(),
        pid: SUBJECT,
        graceMs: WORKER.shutdownTimeoutMs,
      });
      await worker?.stop();
      history.note({ kind: "exited", at: monotonicMs(), pid: SUBJECT, code: 0 });
    },
  };
}

function processSubject(history: History, url: string): Subject {
  const worker = new WorkerProcess(history, { ...WORKER, redis: url, isHolding: true });
  return {
    // Who is killed at its start never is up.
    start: () => worker.up().catch(() => {}),
    kill(proxy) {
      proxy.die();
      void worker.kill9();
    },
    hasEnded: () => worker.hasEnded,
    end: async () => void (await worker.stop()),
  };
}
