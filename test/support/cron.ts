/** A poller of the cron schedule with a clock that tests set, and what it tells. */
import { Chain } from "@tsq/core";
import type { ClientMiddleware, JobOptions, Runnable } from "@tsq/core";
import type { CronOptions } from "@tsq/cron";
import { JidSource, JobRegistry } from "@tsq/core/protocol";
import type { Redis } from "ioredis";
import { CronPoller, layoutOf, readDefinition, saveEntry } from "./inside-cron.ts";
import type { CronPollerParts, Fired, MissedTick, Teller } from "./inside-cron.ts";

/** What was told of entries, each by its key. */
export class Told implements Teller {
  readonly failures: (readonly [key: string, error: string])[] = [];
  readonly misses: (readonly [key: string, time: string, reason: string])[] = [];
  /** The instants of those, by entry. */
  readonly missedAt: (readonly [key: string, at: string])[] = [];
  readonly repairs: (readonly [key: string, was: string, is: string])[] = [];
  readonly doubles: string[] = [];
  readonly lefts: (readonly [key: string, jobClass: string])[] = [];
  readonly firings: (readonly [key: string, tick: string, what: Fired])[] = [];

  failed(key: string, error: unknown): void {
    this.failures.push([key, String(error)]);
  }
  missed(key: string, missed: readonly MissedTick[]): void {
    for (const { tickMs, reason } of missed) {
      const at = new Date(tickMs).toISOString();
      this.misses.push([key, at.slice(11, 19), reason]);
      this.missedAt.push([key, at]);
    }
  }
  repaired(key: string, was: string, is: string): void {
    this.repairs.push([key, was, is]);
  }
  twice(key: string): void {
    this.doubles.push(key);
  }
  left(key: string, jobClass: string): void {
    if (!this.lefts.some(([known]) => known === key)) this.lefts.push([key, jobClass]);
  }
  fired(key: string, tick: string, what: Fired): void {
    this.firings.push([key, tick, what]);
  }
}

export interface CronTestPoller {
  readonly poller: CronPoller;
  readonly told: Told;
  /** Polls at this instant. */
  readonly poll: (at: string) => Promise<number>;
}

export interface CronTestOptions extends Partial<Omit<CronPollerParts, "namespaces">> {
  readonly namespaces?: readonly string[];
  readonly jobs?: readonly Runnable[];
  readonly use?: readonly ClientMiddleware[];
  readonly defaults?: JobOptions;
}

let count = 0;

export const cronPoller = (redis: Redis, options: CronTestOptions = {}): CronTestPoller => {
  const told = new Told();
  const jids = new JidSource();
  const { jobs = [], use = [], defaults = {}, namespaces = ["default"], ...parts } = options;
  const poller = new CronPoller({
    redis: () => redis,
    client: () => ({ nextJid: () => jids.next(), defaultJobOptions: defaults }),
    middleware: new Chain<ClientMiddleware>(use),
    registry: new JobRegistry(jobs),
    wire: () => 8,
    identity: `test:${++count}`,
    random: () => 0.5,
    namespaces: async () => namespaces,
    tell: told,
    watch: () => {},
    ...parts,
  });
  return { poller, told, poll: (at) => poller.poll(Date.parse(at)) };
};

export interface SaveAt {
  readonly at: string;
  readonly version?: 1 | 2;
  readonly source?: "schedule" | "dynamic";
  readonly jobs?: readonly Runnable[];
}

/** Writes an entry as of an instant. Resolves to its key. */
export const saveCron = (
  redis: Redis,
  name: string,
  options: CronOptions,
  { at, version = 2, source = "dynamic", jobs = [] }: SaveAt,
): Promise<string> =>
  saveEntry(readDefinition(name, options, source), {
    redis,
    layout: layoutOf(version, "default"),
    registry: new JobRegistry(jobs),
    nowMs: Date.parse(at),
  });
