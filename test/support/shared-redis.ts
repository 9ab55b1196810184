/**
 * One Redis that tsq and one generation of Ruby Sidekiq share: a server for the test file, a database for each
 * generation. Jobs and counts are gone before each test; the Ruby processes that live stay.
 */
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { Redis } from "ioredis";
import { Client, type RedisTarget } from "tsq";
import { describeEachRuby, type EachRubyOptions } from "./each-ruby.ts";
import { hasNativeRedis, startNativeRedis, type NativeRedis } from "./native-redis.ts";
import { isRequired } from "./required.ts";
import type { Ruby, RubyPage, RubyVisit } from "./ruby.ts";
import type { RubyWorker, RubyWorkerOptions } from "./ruby-worker.ts";
import { TsqProcess, type TsqProcessOptions } from "./tsq-process.ts";
import { startTsq, type TsqWorker, type TsqWorkerOptions } from "./tsq-worker.ts";

export interface InteropOptions extends EachRubyOptions {
  /** Whether each test finds what those before it left. @default false */
  readonly keepsState?: boolean;
}

/** Describes the same behaviour of tsq and each generation of Ruby on one Redis. */
export function describeInterop(
  title: string,
  describeOne: (shared: SharedRedis) => void,
  { keepsState = false, ...options }: InteropOptions = {},
): void {
  describe.runIf(hasNativeRedis() || isRequired("native"))(title, () => {
    let server: NativeRedis;
    beforeAll(async () => {
      server = await startNativeRedis();
    });
    afterAll(() => server.stop());

    describeEachRuby((ruby) => {
      const shared = new SharedRedis(ruby, () => `redis://127.0.0.1:${server.port}/${ruby.generation}`);
      if (!keepsState) beforeEach(() => shared.clear());
      afterAll(() => shared.close());
      describeOne(shared);
    }, options);
  });
}

export class SharedRedis {
  readonly ruby: Ruby;
  readonly #url: () => string;
  #redis: Redis | undefined;
  #clients: Client[] = [];

  constructor(ruby: Ruby, url: () => string) {
    this.ruby = ruby;
    this.#url = url;
  }

  get url(): string {
    return this.#url();
  }

  /** For a look at the bytes themselves. */
  get redis(): Redis {
    return (this.#redis ??= new Redis(this.url));
  }

  /** A tsq client that has not yet looked who else is there. */
  newClient(): Client {
    const redis: RedisTarget = this.url;
    const client = new Client({ redis });
    this.#clients.push(client);
    return client;
  }

  /** Evaluates Ruby, with `args` in a local of that name. */
  eval<Value = unknown>(script: string, ...args: readonly unknown[]): Promise<Value> {
    return this.ruby.eval<Value>(script, { redisUrl: this.url, args });
  }

  /** A page of Ruby's Web UI, or what one of its buttons does. */
  page(
    path: string,
    form?: RubyVisit["form"],
    headers: NonNullable<RubyVisit["headers"]> = {},
  ): Promise<RubyPage> {
    return this.ruby.page(path, { redisUrl: this.url, headers, ...(form && { form }) });
  }

  startRuby(options: Omit<RubyWorkerOptions, "redisUrl"> = {}): Promise<RubyWorker> {
    return this.ruby.startWorker({ redisUrl: this.url, ...options });
  }

  startTsq(options: Omit<TsqWorkerOptions, "redis">): Promise<TsqWorker> {
    return startTsq({ redis: this.url, ...options });
  }

  /** `tsq work` in a process of its own. */
  startTsqProcess(options: Omit<TsqProcessOptions, "redisUrl">): Promise<TsqProcess> {
    return TsqProcess.start({ redisUrl: this.url, ...options });
  }

  /** Keeps Ruby's workers from promoting, so that it is tsq that does. */
  async holdRubyPollers(): Promise<void> {
    await this.redis.set("interop:hold-pollers", "1");
  }

  /** Makes everything in `retry` or `schedule` due, rather than wait for it. */
  async makeDue(set: "retry" | "schedule"): Promise<void> {
    const due = Date.now() / 1_000 - 1;
    for (const member of await this.redis.zrangeBuffer(set, "0", "-1"))
      await this.redis.zadd(set, "XX", due, member);
  }

  /** What jobs left in `interop:started` or `interop:done`. */
  async runs(list: "started" | "done" = "done"): Promise<readonly Run[]> {
    const lines = await this.redis.lrange(`interop:${list}`, 0, -1);
    // The shape is that of `note` in ruby/jobs.rb and tsq-jobs.ts.
    return lines.map((line) => JSON.parse(line) as Run);
  }

  /** Removes everything but who is alive. */
  async clear(): Promise<void> {
    const alive = await this.redis.smembers("processes");
    const keys = await this.redis.keys("*");
    const own = keys.filter(
      (key) => key !== "processes" && !alive.some((identity) => key.startsWith(identity)),
    );
    if (own.length > 0) await this.redis.del(...own);
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    this.#clients = [];
    this.#redis?.disconnect();
  }
}

/** What a job of ruby/jobs.rb or tsq-jobs.ts says of its run. */
export interface Run {
  readonly jid: string;
  readonly args: readonly unknown[];
  readonly by: string;
  readonly pid: number;
  /** Of Ruby's alone: the arguments as Ruby dumps them, and their classes. */
  readonly args_json?: string;
  readonly classes?: readonly string[];
  readonly retry_count?: number | null;
}
