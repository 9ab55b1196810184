/** The worker processes that are alive. */
import { readMembers, runnersOf } from "../../redis/members.ts";
import type { Runners } from "../../redis/members.ts";
import { cleanupProcesses } from "../../redis/process-cleanup.ts";
import { readClassList } from "../../wire/class-list.ts";
import type { ClassList } from "../../wire/class-list.ts";
import { classesKey, PROCESSES } from "../../wire/keys.ts";
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import { byName } from "./by-name.ts";
import { PROCESS_FIELDS, ProcessRecord } from "./process-record.ts";
import { askEach, membersOf, PAGE, repliesOf, togetherOf } from "../replies.ts";

// Sidekiq Enterprise's; nobody else writes it (WIRE §10.2).
const LEADER = "dear-leader";

/**
 * The worker processes, Ruby's and ours (WIRE §7). One that has died is out of sight a minute later.
 *
 * @example
 * for await (const worker of new ProcessSet({ redis })) if (!worker.isEmbedded) await worker.quiet();
 */
export class ProcessSet extends ApiObject {
  constructor(source: ApiSource = {}) {
    super(source);
  }

  /** How many processes are registered; until a `cleanup()` also those that died without a word. */
  size(): Promise<number> {
    return this.api.redis.scard(PROCESSES);
  }

  /** All processes that have a heartbeat, by identity. */
  async all(): Promise<ProcessRecord[]> {
    const { redis } = this.api;
    const identities = (await membersOf(redis, PROCESSES)).sort(byName);
    const hashes = await askEach(redis, identities, (pipeline, identity) =>
      pipeline.hmget(identity, ...PROCESS_FIELDS),
    );
    return identities.flatMap((identity, i) => ProcessRecord.read(this.api, identity, hashes[i]?.[0]));
  }

  /** The same one by one. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ProcessRecord> {
    yield* await this.all();
  }

  /** The process with this identity; undefined when it is not registered or has no heartbeat. */
  async findProcess(identity: string): Promise<ProcessRecord | undefined> {
    const [isRegistered, hash] = await togetherOf(this.api.redis, (chain) =>
      chain.sismember(PROCESSES, identity).hmget(identity, ...PROCESS_FIELDS),
    );
    return isRegistered === 1 ? ProcessRecord.read(this.api, identity, hash)[0] : undefined;
  }

  /**
   * Who can run jobs of a class that are in a queue: those processes that say so, nobody, or not known. A worker of tsq
   * says what it can run, up to 500 classes; Ruby does not say.
   *
   * @param name the class on the wire, or what an ActiveJob wrapper holds
   */
  async runnersOf(name: string, queue: string): Promise<Runners> {
    return runnersOf(await readMembers(this.api.redis), [name], queue);
  }

  /**
   * Whether processes serve a queue, and all of them say that they run none of these classes. Of Ruby nobody knows. It asks no
   * further than to the first that can.
   *
   * @param classes the class on the wire, and what an ActiveJob wrapper holds
   * @param processes of whoever has just read them
   */
  async lacksRunner(
    classes: readonly string[],
    queue: string,
    processes?: readonly ProcessRecord[],
  ): Promise<boolean> {
    const serving = (processes ?? (await this.all())).filter((process) => process.serves(queue));
    if (serving.length === 0 || serving.some(({ isRuby }) => isRuby)) return false;
    for (let from = 0; from < serving.length; from += PAGE) {
      const some = serving.slice(from, from + PAGE);
      const lists = await this.#classesOf(some);
      const members = some.map((process, i) => ({
        identity: process.identity,
        isRuby: process.isRuby,
        queues: process.queues,
        isQuiet: process.isQuiet,
        classes: lists[i],
      }));
      if (runnersOf(members, classes, queue).kind !== "nobody") return false;
    }
    return true;
  }

  /** How many jobs all processes can run at once. */
  async totalConcurrency(): Promise<number> {
    return (await this.all()).reduce((sum, { concurrency }) => sum + concurrency, 0);
  }

  /** The memory of all processes in KiB. */
  async totalRssKib(): Promise<number> {
    return (await this.all()).reduce((sum, { rssKib }) => sum + rssKib, 0);
  }

  /** The identity of the leader that Sidekiq Enterprise has elected; undefined without Sidekiq Enterprise. */
  async leader(): Promise<string | undefined> {
    const [leader] = await repliesOf(this.api.redis.pipeline().get(LEADER));
    return typeof leader === "string" ? leader : undefined;
  }

  /**
   * Takes processes without a heartbeat off the list, at most once a minute whoever asks (WIRE §7.6).
   *
   * @returns how many; 0 also when somebody did it within the last minute
   */
  cleanup(): Promise<number> {
    return cleanupProcesses(this.api.redis);
  }

  async #classesOf(processes: readonly ProcessRecord[]): Promise<readonly (ClassList | undefined)[]> {
    const pipeline = this.api.redis.pipeline();
    for (const { identity } of processes) pipeline.get(classesKey(identity));
    return (await repliesOf(pipeline)).map(readClassList);
  }
}
