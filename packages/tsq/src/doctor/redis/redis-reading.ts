/** A Redis as the checks see it. It is only read, each part once and so far as a check asks for it. */
import { ApiConnection, Findings, findingsOf, Metrics, ProcessSet } from "@tsq/core/api";
import type {
  Finding as ApiFinding,
  FindingKind,
  JobMetrics,
  MetricsReport,
  ProcessRecord,
  Snapshot,
} from "@tsq/core/api";
import { checkRights, databaseWithProcesses, describeTarget } from "@tsq/core/protocol";
import type { Watching } from "@tsq/core/protocol";
import { TsqError } from "@tsq/core";
import { CronSchedule } from "@tsq/cron";
import type { CronEntry, MissedRecord } from "@tsq/cron";
import { once } from "../once.ts";
import { readDeadOwners } from "./owners.ts";
import type { DeadOwner } from "./owners.ts";
import { readSample } from "./sample.ts";
import type { Sample } from "./sample.ts";
import { readServerInfo } from "@tsq/core/config";
import type { Goals, ServerInfo } from "@tsq/core/config";

export interface RedisClock {
  /** How far the server's clock is ahead of ours, in milliseconds; it may be wrong by half of the round trip. */
  readonly aheadMs: number;
  readonly roundTripMs: number;
}

/** How a worker takes jobs, and learns of them. */
export interface Waits {
  readonly fetch: "reliable" | "basic";
  readonly watching: Watching;
}

export interface LackingRights {
  readonly message: string;
  /** A worker does not start without them; else it says what it does without. */
  readonly isNeeded: boolean;
}

export interface CronReading {
  readonly entries: readonly CronEntry[];
  readonly missed: readonly MissedRecord[];
}

/** By its kind, so that a check which has no words for one of those that it asks for does not compile. */
export type FoundOf<Kind extends FindingKind> = ApiFinding & { readonly kind: Kind };

export class RedisReading implements AsyncDisposable {
  readonly url: string;
  /** Without its password. */
  readonly name: string;
  /** Of the server. */
  readonly version: string;
  readonly api: ApiConnection;
  readonly #goals: Goals;

  static nameOf(url: string): string {
    return describeTarget(url);
  }

  constructor(url: string, version: string, goals: Goals = {}) {
    this.url = url;
    this.name = describeTarget(url);
    this.version = version;
    this.api = new ApiConnection({ redis: url });
    this.#goals = goals;
  }

  readonly info = once(async (): Promise<ServerInfo> => readServerInfo(await this.api.redis.info()));

  /** How all stands, as the dashboard reads it. */
  readonly snapshot = once((): Promise<Snapshot> => new Findings(this.api).snapshot());

  readonly processes = once((): Promise<ProcessRecord[]> => new ProcessSet(this.api).all());

  #sample: Sample | undefined;

  readonly leader = once((): Promise<string | undefined> => new ProcessSet(this.api).leader());

  readonly sample = once(
    async (): Promise<Sample> => (this.#sample = await readSample(this.api, await this.snapshot())),
  );

  /** The sample, if somebody has asked for it. */
  sampled(): Sample | undefined {
    return this.#sample;
  }

  readonly deadOwners = once((): Promise<readonly DeadOwner[]> => readDeadOwners(this.api.redis));

  /** Of sidekiq-cron 1, and of the namespaces of 2 that are named: to find all, Redis would have to look at all its keys. */
  readonly cron = once(async (namespaces: readonly string[]): Promise<CronReading> => {
    const schedule = new CronSchedule({ redis: this.api.redis, namespaces });
    return { entries: await schedule.entries(), missed: await schedule.missed() };
  });

  /** Of the last eight hours. */
  readonly metrics = once((): Promise<MetricsReport> => new Metrics(this.api).topJobs({ minutes: 480 }));

  /** One class, with how many of its runs took how long. */
  async durations(name: string, minutes = 120): Promise<JobMetrics> {
    return (await new Metrics(this.api).forJob(name, { minutes })).job;
  }

  /**
   * What the dashboard's first page would say, of these kinds; but for jobs of which nothing is usual: those that run for an
   * hour are looked at with what the project says of their classes.
   */
  async findings<Kind extends FindingKind>(...kinds: readonly Kind[]): Promise<readonly FoundOf<Kind>[]> {
    const isAsked = (found: ApiFinding): found is FoundOf<Kind> => kinds.some((kind) => kind === found.kind);
    const limits = { ...this.#goals, unusual: Number.MAX_SAFE_INTEGER };
    return findingsOf(await this.snapshot(), limits).filter(isAsked);
  }

  /** The rights that such a worker lacks; undefined when it lacks none, or the server does not tell. */
  async lackingRights({ fetch, watching }: Waits): Promise<LackingRights | undefined> {
    try {
      const missed = await checkRights(this.api.redis, this.url, fetch, watching);
      return missed && { message: missed.message, isNeeded: false };
    } catch (error) {
      return { message: (error as Error).message, isNeeded: true };
    }
  }

  /** Another database of the server in which Sidekiq is at work; undefined when there is none, or it may not be asked. */
  async otherDatabase(): Promise<number | undefined> {
    const late = AbortSignal.timeout(2_000);
    return databaseWithProcesses(this.api.redis, this.url, late).catch(() => undefined);
  }

  /** A setting of the server; undefined where it may not be asked, as with most that are rented. */
  async setting(name: string): Promise<string | undefined> {
    try {
      const reply = (await this.api.redis.config("GET", name)) as unknown;
      const pairs = Array.isArray(reply)
        ? reply.map(String)
        : Object.entries(reply as object)
            .flat()
            .map(String);
      return pairs[1];
    } catch {
      return undefined;
    }
  }

  /** Undefined where the server may not be asked for its time. */
  async clock(): Promise<RedisClock | undefined> {
    try {
      const before = Date.now();
      const [seconds, micros] = await this.api.redis.time();
      const after = Date.now();
      const serverMs = Number(seconds) * 1_000 + Number(micros) / 1_000;
      return { aheadMs: serverMs - (before + after) / 2, roundTripMs: after - before };
    } catch (error) {
      // What an ACL refuses has been put into words by then.
      if (error instanceof TsqError) return undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.api.close();
  }
}
