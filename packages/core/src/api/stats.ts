/** Counts over all of Sidekiq: now, and day by day. */
import { shown } from "../report/inspect.ts";
import type { ChainableCommander } from "ioredis";
import { ConfigError } from "../errors.ts";
import { unknownName } from "../config/nearest.ts";
import {
  DEAD,
  PAUSED,
  PROCESSES,
  QUEUES,
  RETRY,
  SCHEDULE,
  dailyStatKey,
  queueKey,
  statKey,
} from "../wire/keys.ts";
import type { StatName } from "../wire/keys.ts";
import { utcDate } from "../wire/time.ts";
import type { ApiSource } from "./api-connection.ts";
import { ApiObject } from "./api-object.ts";
import { JobRecord } from "./job-record.ts";
import { askEach, membersOf, numberOf, repliesOf } from "./replies.ts";

/** One queue at a glance. */
export interface QueueSummary {
  readonly name: string;
  /** How many jobs wait. */
  readonly size: number;
  /** Seconds the oldest job has waited. */
  readonly latency: number;
  readonly paused: boolean;
}

/** Sidekiq at a glance (WIRE §11.1). */
export interface StatsSnapshot {
  /** Jobs run since the last reset, failed ones included. */
  readonly processed: number;
  /** Jobs that failed since the last reset. */
  readonly failed: number;
  readonly scheduled: number;
  readonly retries: number;
  readonly dead: number;
  /** Processes with a heartbeat. */
  readonly processes: number;
  /** Jobs that wait on all queues. */
  readonly enqueued: number;
  /** Jobs that run. */
  readonly workers: number;
  /** Seconds the oldest job of the queue `default` has waited. */
  readonly defaultQueueLatency: number;
  /** By name. */
  readonly queues: readonly QueueSummary[];
}

/** What happened on one day, by UTC. */
export interface DayStats {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly processed: number;
  readonly failed: number;
}

const TOTALS: readonly StatName[] = ["failed", "processed"];
const DAY_MS = 86_400_000;
const OLDEST_DAYS = 1825;

/**
 * Sidekiq's numbers.
 *
 * @example
 * const { enqueued, queues } = await new Stats({ redis }).fetch();
 */
export class Stats extends ApiObject {
  constructor(source: ApiSource = {}) {
    super(source);
  }

  /** Everything at once; the numbers may be some milliseconds apart. */
  async fetch(): Promise<StatsSnapshot> {
    const { redis } = this.api;
    const [names, identities] = await Promise.all([membersOf(redis, QUEUES), membersOf(redis, PROCESSES)]);
    const [totals, lists, processes] = await Promise.all([
      repliesOf(
        redis
          .pipeline()
          .get(statKey("processed"))
          .get(statKey("failed"))
          .zcard(SCHEDULE)
          .zcard(RETRY)
          .zcard(DEAD)
          .lindexBuffer(queueKey("default"), -1)
          .smembers(PAUSED),
      ),
      askEach(redis, names, (pipeline, name) =>
        pipeline.llen(queueKey(name)).lindexBuffer(queueKey(name), -1),
      ),
      askEach(redis, identities, (pipeline, identity) => pipeline.hget(identity, "busy")),
    ]);
    const [processed, failed, scheduled, retries, dead, oldest, paused] = totals;
    const nowMs = Date.now();
    const pausedNames = new Set(Array.isArray(paused) ? paused : []);
    const queues = names.map((name, i): QueueSummary => {
      const [size, last] = lists[i] ?? [];
      return { name, size: numberOf(size), latency: latencyOf(last, nowMs), paused: pausedNames.has(name) };
    });
    // A heartbeat writes it with all the rest; the rest is kilobytes of each, and this is asked for each second.
    const alive = processes.flatMap(([busy]) => (typeof busy === "string" ? [busy] : []));
    return {
      processed: numberOf(processed),
      failed: numberOf(failed),
      scheduled: numberOf(scheduled),
      retries: numberOf(retries),
      dead: numberOf(dead),
      processes: alive.length,
      enqueued: queues.reduce((sum, { size }) => sum + size, 0),
      workers: alive.reduce((sum, busy) => sum + numberOf(busy), 0),
      defaultQueueLatency: latencyOf(oldest, nowMs),
      queues,
    };
  }

  /**
   * The days up to today, or up to another day, newest first; days that nothing is known of are 0.
   *
   * @param days from 1 to 1825, which is as long as they are kept
   * @throws ConfigError when `days` is out of range
   */
  async history(days: number, until = new Date()): Promise<DayStats[]> {
    if (!Number.isInteger(days) || days < 1 || days > OLDEST_DAYS) {
      throw new ConfigError(
        `Expected \`days\` to be an integer from 1 to ${OLDEST_DAYS}, got ${shown(days)}.`,
      );
    }
    const dates = Array.from({ length: days }, (_, i) => utcDate(until.getTime() - i * DAY_MS));
    const counts = (stat: StatName) => dates.map((date) => dailyStatKey(stat, date));
    const pipeline: ChainableCommander = this.api.redis
      .pipeline()
      .mget(...counts("processed"))
      .mget(...counts("failed"));
    const [processed, failed] = (await repliesOf(pipeline)) as (readonly unknown[])[];
    return dates.map((date, i) => ({
      date,
      processed: numberOf(processed?.[i]),
      failed: numberOf(failed?.[i]),
    }));
  }

  /**
   * Sets totals back to 0, both unless named. The days keep theirs.
   *
   * @throws ConfigError when one of them is no total: then none is reset
   */
  async reset(...stats: readonly StatName[]): Promise<void> {
    for (const name of stats) {
      if (!TOTALS.includes(name)) throw new ConfigError(unknownName("total", "Stats", name, TOTALS));
    }
    const names = stats.length > 0 ? stats : TOTALS;
    await this.api.redis.mset(...names.flatMap((name) => [statKey(name), "0"]));
  }
}

const latencyOf = (oldest: unknown, nowMs: number): number =>
  Buffer.isBuffer(oldest) ? new JobRecord(oldest).latency(nowMs) : 0;
