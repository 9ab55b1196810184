/** Pushes numbered jobs from TypeScript, and writes down each push before it is sent and when it is answered. */
import { Client, type RedisTarget } from "tsq";
import { Redis } from "ioredis";
import { setTimeout as sleep } from "node:timers/promises";
import { wayFrom } from "../inside-worker.ts";
import { monotonicMs, type History, type Plan } from "./history.ts";
import type { Chance } from "./seed.ts";

/**
 * A set of the ids of all pushes that were accepted, written after each. A server that has lost its last moments and
 * has the id has heard of the push, and answers for its job.
 */
export const PUSHED = "chaos:pushed";

/** Where pads are only for the two heaviest of many, there are many: else they would be all that is tried. */
export const QUEUES: readonly string[] = [
  "critical",
  "default",
  "low",
  ...(wayFrom(process.env) === "hybrid" ? ["mailers", "reports", "imports"] : []),
];

/** How a job of test/chaos/chaos-job.mjs passes its time. */
export type Style = "polite" | "deaf" | "blocking" | "held";

export interface PlannedJob extends Plan {
  readonly queue: string;
  readonly style: Style;
  /** Milliseconds until it is due; at once when undefined. */
  readonly inMs?: number;
}

/** The mix of an application: mostly short, some slow, some that fail, wait, die or are garbage. */
export function ordinaryJob(chance: Chance): PlannedJob {
  const queue = chance.pick(QUEUES);
  const style = chance.pick(["polite", "deaf"] as const);
  const short: PlannedJob = { queue, style, ms: chance.between(0, 15), fails: 0, retries: 5 };
  const share = chance.between(1, 100);
  if (share <= 70) return short;
  if (share <= 80) return { ...short, fails: 1 };
  if (share <= 90) return { ...short, inMs: chance.between(0, 1_500) };
  if (share <= 95) return { ...short, ms: chance.between(50, 400) };
  if (share <= 99) return { ...short, fails: 9, retries: chance.between(0, 1) };
  return { ...short, isMalformed: true };
}

export interface DriverOptions {
  readonly redis: RedisTarget;
  readonly history: History;
  readonly chance: Chance;
  /** @default ordinaryJob */
  readonly plan?: (chance: Chance) => PlannedJob;
  /** The number of its first job, so that drivers don't count alike. @default 0 */
  readonly first?: number;
}

export class Driver {
  readonly #options: DriverOptions;
  readonly #client: Client;
  readonly #raw: Redis;
  #next: number;
  #isPushing = false;
  #pushing: Promise<void> = Promise.resolve();

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#next = options.first ?? 0;
    const { redis } = options;
    this.#client = new Client({ redis });
    const settings = { maxRetriesPerRequest: 3, socketTimeout: 10_000 };
    this.#raw =
      typeof redis === "string"
        ? new Redis(redis, settings)
        : new Redis({ ...(redis as object), ...settings });
    // Each push hears of it.
    this.#raw.on("error", () => {});
  }

  /** How many pushes it has begun. */
  get pushed(): number {
    return this.#next - (this.#options.first ?? 0);
  }

  /** Pushes bursts with pauses between, about so many jobs per second, until `stop()`. */
  start(perSecond: number): void {
    const { chance } = this.#options;
    this.#isPushing = true;
    this.#pushing = (async () => {
      while (this.#isPushing) {
        const burst = chance.between(1, 10);
        await this.burst(burst);
        await sleep((burst / perSecond) * 1_000);
      }
    })();
  }

  /** Pushes so many at once; resolves when each has been answered. */
  async burst(count: number, plan = this.#options.plan ?? ordinaryJob): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.push(plan(this.#options.chance))));
  }

  async push({ queue, style, inMs, ...plan }: PlannedJob): Promise<void> {
    const { history, chance } = this.#options;
    const n = this.#next++;
    const id = plan.isMalformed ? `{"class":"ChaosJob","args":[${n}` : chance.jid();
    const at = monotonicMs();
    const due = inMs === undefined ? {} : { dueAt: at + inMs };
    history.note({ kind: "pushing", at, n, id, plan: { ...plan, ...due } });
    try {
      if (plan.isMalformed) await this.#raw.lpush(`queue:${queue}`, id);
      else
        await this.#client.push({
          class: "ChaosJob",
          args: [n, plan.ms, plan.fails, style],
          queue,
          retry: plan.retries,
          jid: id,
          ...(inMs === undefined ? {} : { at: (Date.now() + inMs) / 1_000 }),
        });
      history.note({ kind: "accepted", at: monotonicMs(), n });
    } catch (error) {
      history.note({ kind: "refused", at: monotonicMs(), n, error: String(error) });
      return;
    }
    // Not waited for, and a Redis that is away, full or silent does not learn of it: then a rollback may excuse one job more.
    this.#raw.sadd(PUSHED, id).catch(() => {});
  }

  /** Resolves when its last push has been answered. */
  async stop(): Promise<void> {
    this.#isPushing = false;
    // First: a push whose Redis is gone for good waits for ten minutes, or until its client is closed.
    await this.#client.close();
    await this.#pushing;
    this.#raw.disconnect();
  }
}
