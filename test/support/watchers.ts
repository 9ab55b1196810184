/** Capsules that wait for the same queues, and who of them keeps the watch. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { Capsule } from "./capsule.ts";
import type { CapsuleOptions } from "./capsule.ts";
import { eventually } from "./eventually.ts";
import { startRedis } from "./redis.ts";
import type { TestRedis } from "./redis.ts";
import { TestWorkers } from "./worker.ts";

export const named = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `q${i}`);

export class Watchers {
  server!: TestRedis;
  workers!: TestWorkers;
  #capsules: Capsule[] = [];
  #pushed = 0;

  /** For a test file: a server, and each test's capsules. */
  constructor(start = startRedis) {
    beforeAll(async () => {
      this.server = await start();
      this.workers = new TestWorkers(this.server);
    });
    beforeEach(async () => {
      await this.workers.redis.flushdb();
      this.workers.log.length = 0;
    });
    afterEach(async () => {
      for (const capsule of this.#capsules.splice(0)) await capsule.leave();
    });
    afterAll(async () => {
      await this.workers.redis.flushdb();
      await this.workers.end();
      await this.server.stop();
    });
  }

  get redis(): TestWorkers["redis"] {
    return this.workers.redis;
  }

  /** One whose jobs are over at once, unless `onUnit` says otherwise. */
  async start(options: CapsuleOptions): Promise<Capsule> {
    const capsule = new Capsule(this.workers, {
      queues: named(16),
      concurrency: 2,
      onUnit: (unit) => unit.acknowledge(),
      ...options,
    });
    this.#capsules.push(capsule);
    await capsule.fetch.start();
    return capsule;
  }

  /** So many, and each has its part: a watchman, a deputy, and those that stand by. */
  async fleet(count: number, options: CapsuleOptions): Promise<readonly Capsule[]> {
    const all: Capsule[] = [];
    for (let i = 0; i < count; i++) {
      all.push(await this.start(options));
      if (i === 0) await eventually(async () => expect(await this.watchman()).toBe(all[0]));
      if (i === 1) await eventually(async () => expect(await this.deputy()).toBe(all[1]));
    }
    return all;
  }

  watchman(): Promise<Capsule | undefined> {
    return this.#holderOf("tsq:watch:????????????????");
  }

  deputy(): Promise<Capsule | undefined> {
    return this.#holderOf("tsq:watch:*:deputy");
  }

  /** The leases as Redis knows them. */
  leases(): Promise<readonly string[]> {
    return this.redis.keys("tsq:watch:*").then((found) => found.filter((key) => !/bell$|probe/.test(key)));
  }

  /** How often the server has run it since its statistics were reset. */
  async calls(command: string): Promise<number> {
    const stats = await this.redis.info("commandstats");
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  }

  /** Resolves when the server would tell somebody of so many keys, or more. */
  untilRegistered(keys: number): Promise<unknown> {
    return eventually(async () => {
      const stats = await this.redis.info("stats");
      expect(Number(/tracking_total_keys:(\d+)/.exec(stats)?.[1])).toBeGreaterThanOrEqual(keys);
    });
  }

  /** A push as any client makes it, by turns to all of 16 queues but the first two, at which a hybrid has its pads. */
  async push(queue = `q${2 + ((this.#pushed * 5) % 14)}`): Promise<string> {
    const text = `job ${this.#pushed++}`;
    await this.redis.lpush(`queue:${queue}`, text);
    return text;
  }

  /** It is dead: nothing is given back. */
  kill(capsule: Capsule): void {
    capsule.fetch.disconnect();
    this.#capsules = this.#capsules.filter((one) => one !== capsule);
  }

  async #holderOf(pattern: string): Promise<Capsule | undefined> {
    const [key] = await this.redis.keys(pattern);
    const holder = key === undefined ? null : await this.redis.get(key);
    return this.#capsules.find(({ identity }) => holder?.startsWith(`${identity}~`));
  }
}

/** Resolves to the one that has taken the job; `timeoutMs` where it is promised how soon. */
export const taken = (text: string, by: readonly Capsule[], timeoutMs?: number): Promise<Capsule> =>
  eventually(
    () => {
      const taker = by.find(({ texts }) => texts.includes(text));
      expect(taker, text).toBeDefined();
      return taker as Capsule;
    },
    { everyMs: 2, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
  );
