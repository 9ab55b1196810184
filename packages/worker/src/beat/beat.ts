/**
 * One heartbeat: what Ruby's beat writes, with the fields of every generation of Web UI (WIRE §7), and the
 * counters of every generation that is there (WIRE §8). Runs in a thread of its own (beat-thread.ts).
 */
import {
  announce,
  beat as beatInFullMemory,
  isFull,
  keys,
  OWN_VERSION_PREFIX,
  readGenerations,
  utcDate,
} from "@tsq/core/redis";
import type { Redis } from "@tsq/core/redis";
import { again } from "../fetch/reliable/again.ts";
import { writeKept } from "./beat-kept.ts";
import { writeMetrics } from "./beat-metrics.ts";
import type { MetricsSnapshot } from "../run/metrics.ts";
import type { OwnerState } from "../fetch/fetch.ts";
import type { WorkEntry } from "../run/work-state.ts";

/** So long a process lives on without a beat (lua/core/register.lua says the same). */
export const LEASE_SECONDS = 60;
const DAILY_EXPIRES_SECONDS = 157_680_000;
/** Of whom it is written down when they beat: those that died long ago go first. */
const MOST_HEARD = 10_000;

/** What the main thread knows at a beat. */
export interface BeatSnapshot {
  readonly busy: number;
  readonly isQuiet: boolean;
  /** How late the event loop was since the last one, in microseconds. */
  readonly lagUs?: number | undefined;
  readonly work: readonly WorkEntry[];
  readonly owners: readonly OwnerState[];
  readonly metrics: MetricsSnapshot;
}

/** As long as nobody has said how things stand: the process lives all the same. */
export const NOTHING_KNOWN: BeatSnapshot = {
  busy: 0,
  isQuiet: false,
  work: [],
  owners: [],
  metrics: { processed: 0, failed: 0, classes: new Map() },
};

/** What a beat finds out. */
export interface BeatReport {
  readonly generations: readonly number[];
  readonly paused: readonly string[];
  readonly signal: string | undefined;
  readonly rttUs: number;
  /** The process was not in Redis before: the first beat, or the first after an outage. */
  readonly isNew: boolean;
}

type Heard = Omit<BeatReport, "generations">;

export class Beat {
  readonly #redis: Redis;
  readonly #identity: string;
  readonly #info: string;
  readonly #concurrency: number;
  readonly #classes: string;
  /** Undefined before the first beat. */
  #generations: ReadonlySet<number> | undefined;

  constructor(
    redis: Redis,
    options: {
      readonly identity: string;
      readonly info: string;
      readonly concurrency: number;
      readonly classes: string;
    },
  ) {
    this.#redis = redis;
    this.#identity = options.identity;
    this.#info = options.info;
    this.#concurrency = options.concurrency;
    this.#classes = options.classes;
  }

  /**
   * @param counted called once the counts are in Redis: a beat that fails behind that must not count them again
   * @param refused told what a full memory answers, which has taken all of the beat but the counts and what runs
   */
  async beat(
    snapshot: BeatSnapshot,
    counted: () => void,
    refused: (error: Error) => void = () => {},
  ): Promise<BeatReport> {
    // A full memory does not refuse this: who waits for the rest to be taken must not be taken for dead.
    const [, isAdvertised] = await Promise.all([
      this.#redis.expire(this.#identity, LEASE_SECONDS),
      this.#redis.expire(keys.classesKey(this.#identity), LEASE_SECONDS),
    ]);
    const generations = (this.#generations = await readGenerations(this.#redis));
    await this.#writeCounts(snapshot.metrics, generations);
    counted();
    const classes = isAdvertised === 0 ? this.#classes : "";
    const report = await this.#write(snapshot, generations, classes).catch((error: Error) => {
      if (!isFull(error)) throw error;
      refused(error);
      return this.#writeInFullMemory(snapshot, classes);
    });
    for (const owner of snapshot.owners) await this.#announce(owner);
    return { generations: [...generations], ...report };
  }

  /** As Ruby writes it. @param classes empty when they are there */
  async #write(snapshot: BeatSnapshot, generations: ReadonlySet<number>, classes: string): Promise<Heard> {
    await this.#writeWork(snapshot.work, generations);
    const rttUs = await this.#rttUs();
    const id = this.#identity;
    const nowMs = Date.now();
    const multi = this.#redis
      .multi()
      .sadd(keys.PROCESSES, id)
      // A fetch that starts writes down that we live, and no more.
      .hexists(id, "info")
      .hset(id, this.#fields(snapshot, rttUs, nowMs))
      .expire(id, LEASE_SECONDS)
      .rpop(keys.signalsKey(id))
      .smembers(keys.PAUSED);
    // It never changes: with the first beat, and after an outage that took it.
    if (classes !== "") multi.set(keys.classesKey(id), classes, "EX", LEASE_SECONDS);
    const heard = this.#writeHeard(nowMs);
    const replies = await multi.exec();
    await heard;
    return { rttUs, isNew: answerAt(replies, 1) === 0, ...toldBy(replies, 4) };
  }

  /**
   * A full memory takes no transaction. What runs is not written then, as it can be long; what this process is told is read
   * by itself: who has filled the memory must be stopped, and queues be paused.
   */
  async #writeInFullMemory(snapshot: BeatSnapshot, classes: string): Promise<Heard> {
    const rttUs = await this.#rttUs();
    const id = this.#identity;
    const nowMs = Date.now();
    const wasThere = await beatInFullMemory(
      this.#redis,
      { beat: id, processes: keys.PROCESSES, classes: keys.classesKey(id), heard: keys.HEARD },
      {
        identity: id,
        nowMs,
        list: classes,
        fields: Object.entries(this.#fields(snapshot, rttUs, nowMs))
          .flat()
          .map(String),
      },
    );
    await this.#writeHeard(nowMs);
    const replies = await this.#redis.pipeline().rpop(keys.signalsKey(id)).smembers(keys.PAUSED).exec();
    return { rttUs, isNew: wasThere === 0, ...toldBy(replies, 0) };
  }

  async #rttUs(): Promise<number> {
    const started = performance.now();
    await this.#redis.ping();
    return Math.round((performance.now() - started) * 1_000);
  }

  #fields(
    { busy, isQuiet, lagUs }: BeatSnapshot,
    rttUs: number,
    nowMs: number,
  ): Record<string, string | number> {
    return {
      info: this.#info,
      concurrency: this.#concurrency,
      busy,
      beat: nowMs / 1_000,
      rtt_us: rttUs,
      quiet: String(isQuiet),
      rss: Math.round(process.memoryUsage.rss() / 1_024),
      ...(lagUs === undefined ? {} : { lag_us: lagUs }),
    };
  }

  /** Behind a death there is nothing left a minute later; this stays for an hour. What refuses it keeps no beat from being heard. */
  async #writeHeard(nowMs: number): Promise<void> {
    const pipeline = this.#redis.pipeline().zadd(keys.HEARD, nowMs, this.#identity);
    // By rank, and not by a time: a clock that is an hour ahead would take all others for dead long ago.
    pipeline.zremrangebyrank(keys.HEARD, 0, -MOST_HEARD - 1).expire(keys.HEARD, keys.HEARD_SECONDS);
    await pipeline.exec().catch(() => {});
  }

  #announce({ name, padQueues, nextName, formerNames }: OwnerState): Promise<unknown> {
    return announce(
      this.#redis,
      { owners: keys.OWNERS, formers: formerNames.map(keys.inFlightKey) },
      { owner: name, queues: JSON.stringify(padQueues), next: nextName, formers: formerNames },
    );
  }

  /** The last beat of a process that ends: its counts, then out of sight. The hash itself expires, as in Sidekiq. */
  async leave(metrics: MetricsSnapshot, released: readonly string[]): Promise<void> {
    let failure: unknown;
    const failed = (error: unknown): void => void (failure ??= error);
    // What was counted cannot be written a second time, and must not keep the process in sight.
    await this.#writeLastCounts(metrics).catch(failed);
    const leave = async (): Promise<void> => {
      const pipeline = this.#redis.pipeline();
      const gone = await this.#withoutJobs(released);
      if (gone.length > 0) pipeline.hdel(keys.OWNERS, ...gone);
      const replies = await pipeline
        .srem(keys.PROCESSES, this.#identity)
        .unlink(keys.workKey(this.#identity), keys.legacyWorkKey(this.#identity))
        .unlink(keys.classesKey(this.#identity))
        .zrem(keys.HEARD, this.#identity)
        .exec();
      // The last one only tells of the dead.
      const refused = replies?.slice(0, -1).find(([error]) => error)?.[0];
      if (refused) throw refused;
    };
    await again(leave, failed);
    if (failure !== undefined) throw failure;
  }

  /** What could not go back to its queue when its owner became the next one is still in its hash, for a rescuer to find. */
  async #withoutJobs(owners: readonly string[]): Promise<readonly string[]> {
    const hashes = await Promise.all(owners.map((owner) => this.#redis.exists(keys.inFlightKey(owner))));
    return owners.filter((_, i) => hashes[i] === 0);
  }

  async #writeLastCounts(metrics: MetricsSnapshot): Promise<void> {
    if (metrics.classes.size === 0 && metrics.processed === 0 && !metrics.kept) return;
    await this.#writeCounts(metrics, this.#generations ?? (await readGenerations(this.#redis)));
  }

  async #writeCounts(
    { processed, failed, classes, kept }: MetricsSnapshot,
    generations: ReadonlySet<number>,
  ): Promise<void> {
    if (processed + failed > 0) {
      const day = utcDate(Date.now());
      const pipeline = this.#redis.pipeline();
      for (const [stat, count] of [
        ["processed", processed],
        ["failed", failed],
      ] as const) {
        const daily = keys.dailyStatKey(stat, day);
        pipeline.incrby(keys.statKey(stat), count).incrby(daily, count).expire(daily, DAILY_EXPIRES_SECONDS);
      }
      await pipeline.exec();
    }
    await writeMetrics(this.#redis, classes, generations, new Date());
    if (kept) await writeKept(this.#redis, kept, Date.now());
  }

  async #writeWork(work: readonly WorkEntry[], generations: ReadonlySet<number>): Promise<void> {
    const multi = this.#redis.multi();
    // 6.4.0 and 6.4.1 read another key; they are among the processes without a version.
    const names = [keys.workKey(this.#identity)];
    if (generations.has(6)) names.push(keys.legacyWorkKey(this.#identity));
    for (const name of names) {
      multi.unlink(name);
      if (work.length === 0) continue;
      multi
        .hset(name, Object.fromEntries(work.map(({ tid, json }) => [tid, json])))
        .expire(name, LEASE_SECONDS);
    }
    await multi.exec();
  }
}

type Replies = Awaited<ReturnType<ReturnType<Redis["pipeline"]>["exec"]>>;

/** What the process is told: behind each other the signal and the queues that are paused. @throws the first refusal of all replies */
const toldBy = (replies: Replies, from: number): Pick<BeatReport, "signal" | "paused"> => {
  const failed = replies?.find(([error]) => error)?.[0];
  if (failed) throw failed;
  return {
    signal: (answerAt(replies, from) as string | null) ?? undefined,
    paused: (answerAt(replies, from + 1) ?? []) as string[],
  };
};

const answerAt = (replies: Replies, i: number): unknown => replies?.[i]?.[1];

/** Names the process as Ruby's pages show it. */
export const ownVersion = (version: string): string => OWN_VERSION_PREFIX + version;
