/** The workers of a test file: silent, stopped after each test, and looked at for what they leave behind. */
import { randomBytes } from "node:crypto";
import { Worker } from "@tsq/worker";
import type { ErrorContext, WorkerOptions } from "@tsq/worker";
import { redisOptions } from "@tsq/core/protocol";
import type { RawPayload, RedisOptions } from "@tsq/core";
import type { Redis } from "ioredis";
import { pino } from "pino";
import { expect } from "vitest";
import { eventually } from "./eventually.ts";
import { wayFrom } from "./inside-worker.ts";
import type { Way } from "./inside-worker.ts";
import { keysLeftByAll } from "./keys-left.ts";
import type { TestRedis } from "./redis.ts";

/** A line of the log, as pino writes it. */
export interface LogLine {
  readonly level: number;
  readonly msg?: string;
  readonly [key: string]: unknown;
}

export interface Reported {
  readonly error: unknown;
  readonly context: ErrorContext;
}

export class TestWorkers {
  /** What all of them logged. */
  readonly log: LogLine[] = [];
  /** What their error handlers were told. */
  readonly errors: Reported[] = [];
  readonly logger = pino(
    { level: "trace" },
    // pino writes one JSON object at a time.
    { write: (line: string) => this.log.push(JSON.parse(line) as LogLine) },
  );
  readonly redis: Redis;
  // Other test files may be at work on the same server.
  readonly #name = `tsq-test-${randomBytes(6).toString("hex")}`;
  readonly #server: TestRedis;
  readonly #workers: Worker[] = [];

  constructor(server: TestRedis) {
    this.#server = server;
    this.redis = server.client();
  }

  /** Where workers connect to, under a name by which their connections are counted. */
  get target(): RedisOptions {
    return { ...redisOptions(this.#server.url), connectionName: this.#name };
  }

  make(options: Partial<WorkerOptions> = {}): Worker {
    const worker = new Worker({
      jobs: [],
      redis: this.target,
      logger: this.logger,
      errorHandlers: [(error, context) => this.errors.push({ error, context })],
      ...options,
    });
    this.#workers.push(worker);
    return worker;
  }

  async start(options: Partial<WorkerOptions> = {}): Promise<Worker> {
    const worker = this.make(options);
    await worker.start();
    return worker;
  }

  /**
   * Messages of at least this level: 30 is info, 40 warn, 50 error. Without the one that a beat was answered slowly:
   * on a busy machine any worker says so, whatever the test is about.
   */
  messages(level = 0): readonly string[] {
    return this.log
      .filter((line) => line.level >= level && line["rttUs"] === undefined)
      .map(({ msg }) => msg ?? "");
  }

  /** The first line of the log with this message, once it is there. */
  logged(msg: string): Promise<LogLine> {
    return eventually(() => {
      const line = this.log.find((one) => one.msg === msg);
      if (!line) expect(this.messages()).toContain(msg);
      return line as LogLine;
    });
  }

  /** The one job of a sorted set, once it is there. */
  jobIn(set: string): Promise<{ readonly payload: RawPayload; readonly score: number }> {
    return eventually(async () => {
      const [text, score, ...more] = await this.redis.zrange(set, "0", "-1", "WITHSCORES");
      expect(text).toBeDefined();
      expect(more).toEqual([]);
      return { payload: JSON.parse(text ?? "") as RawPayload, score: Number(score) };
    });
  }

  /** Stops all, and expects that no key and no connection of theirs is left. */
  async end(): Promise<void> {
    await this.hurried(Promise.all(this.#workers.splice(0).map((worker) => worker.stop())));
    const leftovers = await this.leftovers();
    await eventually(async () => expect(await this.connections()).toEqual([]));
    await this.clear();
    if (leftovers.length > 0) await this.redis.del(...leftovers);
    expect(leftovers).toEqual([]);
  }

  /** An empty Redis and an empty log, for the next test of workers that go on. */
  async clear(): Promise<void> {
    const kept = await this.redis.keys("tsq:*");
    const all = await this.redis.keys("*");
    // What a running worker is known by stays.
    const gone = all.filter((key) => !kept.includes(key) && !this.#isOfWorker(key));
    if (gone.length > 0) await this.redis.del(...gone);
    this.log.length = 0;
    this.errors.length = 0;
  }

  #isOfWorker(key: string): boolean {
    return key === "processes" || this.#workers.some(({ identity }) => key.startsWith(identity));
  }

  /** Waits, and no blocked pop of a basic fetch is waited for with it: each would take its two seconds. */
  async hurried<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    const wake = async (): Promise<void> => {
      if (isDone) return;
      for (const id of await this.connections("cmd=br")) await this.redis.client("UNBLOCK", id);
      setTimeout(() => void wake(), 20);
    };
    await wake();
    return done;
  }

  /** Keys of tsq's own that should not outlive a worker. */
  leftovers(): Promise<readonly string[]> {
    return keysLeftByAll(this.redis);
  }

  /** How many jobs are in flight or on a pad. */
  async leftoverJobs(): Promise<number> {
    let jobs = 0;
    for (const key of await this.redis.keys("tsq:*")) {
      if (key.startsWith("tsq:pad:") && (await this.redis.type(key)) === "list")
        jobs += await this.redis.llen(key);
      if (!key.startsWith("tsq:in-flight:")) continue;
      jobs += (await this.redis.hkeys(key)).filter((field) => !field.startsWith("#")).length;
    }
    return jobs;
  }

  /** Resolves when so many pads wait at the server, as those of few queues do; where there are none, when somebody keeps watch. */
  async untilWaiting(pads = 1, way: Way = wayFrom(process.env)): Promise<void> {
    await eventually(async () => {
      if (way === "pads" || way === "hybrid") expect(await this.connections(" flags=b ")).toHaveLength(pads);
      else expect(await this.redis.keys("tsq:watch:????????????????")).not.toEqual([]);
    });
  }

  /** The ids of the workers' connections, all or those of which the server says this. */
  async connections(saying = ""): Promise<readonly string[]> {
    const clients = String(await this.redis.client("LIST")).split("\n");
    const ours = clients.filter((line) => line.includes(` name=${this.#name} `) && line.includes(saying));
    return ours.map((line) => /^id=(\d+)/.exec(line)?.[1] ?? "");
  }
}
