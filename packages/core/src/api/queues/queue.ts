/** One queue: its jobs, how long they wait, and whether it is paused. */
import { ConfigError } from "../../errors.ts";
import { PAUSED, QUEUES, queueKey } from "../../wire/keys.ts";
import { ApiConnection } from "../api-connection.ts";
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import { scopeOf } from "../bulk/bulk-scope.ts";
import type { BulkScope } from "../bulk/bulk-scope.ts";
import { QueueBulk } from "../bulk/queue-bulk.ts";
import { claim } from "../claims.ts";
import { JobRecord } from "../job-record.ts";
import type { Page, PageOptions } from "../page.ts";
import { clearCounted, countJobs } from "./queue-clear.ts";
import type { ClearScope, CountedJobs } from "./queue-clear.ts";
import { queueGroups } from "./queue-groups.ts";
import { readQueuePage } from "./queue-page.ts";
import { QueuedJob } from "./queued-job.ts";
import type { QueueSeat } from "./queued-job.ts";
import { walkQueue } from "./queue-walk.ts";
import { membersOf, numberOf, togetherOf } from "../replies.ts";
import { facetsOf } from "../search/facets.ts";
import type { FacetOptions, Facets } from "../search/facets.ts";
import { filterOf } from "../search/filter.ts";
import type { FilterSource } from "../search/filter.ts";
import { QueueSlices } from "../search/queue-slices.ts";
import { search } from "../search/search.ts";
import type { SearchOptions, SearchResult } from "../search/search.ts";

/**
 * A queue of jobs that wait for a worker (WIRE §11.1). It exists as soon as something is pushed to it.
 *
 * @example
 * await using queue = new Queue("mailers", { redis: "redis://localhost:6379/0" });
 * for await (const job of queue) if (job.displayClass === "OldJob") await job.delete();
 */
export class Queue extends ApiObject {
  /** The queue's name, without `queue:`. */
  readonly name: string;

  /** @throws ConfigError when the name is empty, or an option is out of range */
  constructor(name = "default", source: ApiSource = {}) {
    super(source);
    if (!name) throw new ConfigError("Expected a queue's name, got an empty one. Name the queue.");
    this.name = name;
  }

  /**
   * All queues that something was ever pushed to, by name. They share one connection: closing one of them
   * closes it for all.
   */
  static async all(source: ApiSource = {}): Promise<Queue[]> {
    const api = source instanceof ApiConnection ? source : new ApiConnection(source);
    const names = await membersOf(api.redis, QUEUES);
    const queues = names.filter((name) => name !== "").map((name) => new Queue(name, api));
    // Nobody would be left to close it.
    if (queues.length === 0 && api !== source) await api.close();
    return queues;
  }

  /**
   * The queues that hold jobs, by name, in groups to be read at once: those of a group hold a few hundred together, or it is one
   * alone. Where there are a hundred thousand, one after the other would take minutes.
   */
  static async *groups(api: ApiConnection): AsyncGenerator<readonly Queue[]> {
    yield* queueGroups(api, await Queue.all(api));
  }

  /** How many jobs wait. */
  size(): Promise<number> {
    return this.api.redis.llen(queueKey(this.name));
  }

  /** Seconds the oldest job has waited; 0 when the queue is empty or that job does not say. */
  async latency(): Promise<number> {
    const oldest = await this.api.redis.lindexBuffer(queueKey(this.name), -1);
    return oldest ? new JobRecord(oldest).latency() : 0;
  }

  /** Whether workers leave the queue alone. Ruby workers do so with Sidekiq Pro only. */
  async isPaused(): Promise<boolean> {
    return (await this.api.redis.sismember(PAUSED, this.name)) === 1;
  }

  /** Tells workers to take nothing from the queue. Jobs may still be pushed, and what runs goes on. */
  async pause(): Promise<void> {
    await this.api.redis.sadd(PAUSED, this.name);
  }

  /** Ends a pause. */
  async resume(): Promise<void> {
    await this.api.redis.srem(PAUSED, this.name);
  }

  /** The jobs, newest first. One that is taken or pushed meanwhile may be missing; a malformed one is not. */
  async *[Symbol.asyncIterator](): AsyncGenerator<QueuedJob> {
    for await (const payload of walkQueue(this.api, this.name)) yield this.#job(payload);
  }

  /**
   * One page of jobs; `asc` begins with the one that runs next. More than a hundred are read in pieces: where jobs come or
   * are taken meanwhile one may be left out, or come twice if as many come as are taken.
   *
   * @throws ConfigError when `offset` or `limit` is out of range
   */
  async page(options: PageOptions = {}): Promise<Page<QueuedJob>> {
    const { total, items } = await readQueuePage(this.api, queueKey(this.name), options);
    return { total, items: items.map(({ payload, seat }) => this.#job(payload, seat)) };
  }

  /**
   * Looks from the newest job to the oldest for what a filter means, in pieces of at most a thousand jobs. It ends when
   * enough are found, or so many were looked at: `cursor` goes on from there. While workers take jobs one may come twice.
   *
   * @example
   * const { items, looked, total } = await new Queue("mailers", api).search('tag:import "ada@example.com"');
   *
   * @throws FilterError when the filter or the cursor is none. ConfigError when an option is out of range
   */
  async search(filter: FilterSource = "", options: SearchOptions = {}): Promise<SearchResult<QueuedJob>> {
    return search(this.slices(options.after), filterOf(filter), options);
  }

  /**
   * Counts by class, queue, error and tag, among the newest 10,000 unless `most` says otherwise: with `Infinity` it counts
   * all, piece by piece.
   *
   * @throws FilterError when the filter is none. ConfigError when an option is out of range
   */
  async facets(options: FacetOptions = {}): Promise<Facets> {
    return facetsOf(this.slices(), options);
  }

  /**
   * What can be done to many jobs at once: to those of a selection, or to all that a filter means.
   *
   * @throws FilterError when the filter is none. ConfigError when anything else of the scope is not what it should be
   */
  bulk(scope: BulkScope = {}): QueueBulk {
    return new QueueBulk(this, scopeOf(scope));
  }

  /** Reads the queue piece by piece; not for callers. */
  slices(after?: string): QueueSlices {
    return new QueueSlices(this.api, this.name, (payload, seat) => this.#job(payload, seat), after);
  }

  /** Looks through the queue for a job: as slow as the queue is long. */
  async findJob(jid: string): Promise<QueuedJob | undefined> {
    for await (const job of this) if (job.jid === jid) return job;
    return undefined;
  }

  /**
   * Takes one job off the queue by its payload, byte for byte: as slow as the queue is long.
   *
   * @returns false when it was gone: a worker or somebody else has taken it
   * @throws ClaimUnknownError when the answer was lost, and nobody knows whether it was this
   */
  deletePayload(payload: string | Buffer): Promise<boolean> {
    return this.#job(Buffer.from(payload)).delete();
  }

  /** How many jobs wait, with what `clear()` knows them by. */
  counted(): Promise<CountedJobs> {
    return countJobs(this.api, this.name);
  }

  /**
   * Deletes the queue with all its jobs; or, with a scope, those that were there when somebody counted them, and the queue
   * only if nothing has come since.
   *
   * @example
   * const counted = await queue.counted();
   * if (await isSure(counted.count)) await queue.clear(counted);
   *
   * @returns how many jobs that were
   * @throws ConfigError when something of the scope is not what it should be
   * @throws ClaimUnknownError when the answer was lost, and nobody knows how many that were
   */
  async clear(scope?: ClearScope): Promise<number> {
    if (scope) return clearCounted(this.api, this.name, scope);
    const key = queueKey(this.name);
    // A key of another type refuses it; UNLINK would not.
    await this.api.redis.llen(key);
    const [size] = await claim(
      this.api.redis,
      (redis) => togetherOf(redis, (chain) => chain.llen(key).unlink(key).srem(QUEUES, this.name)),
      ([found]) => numberOf(found) > 0,
    );
    return numberOf(size);
  }

  #job(payload: Buffer, seat?: QueueSeat): QueuedJob {
    return new QueuedJob(this.api, this.name, payload, seat);
  }
}
