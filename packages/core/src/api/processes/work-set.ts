/** The jobs that are running. */
import { PROCESSES, legacyWorkKey, workKey } from "../../wire/keys.ts";
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import { askEach, membersOf, numberOf } from "../replies.ts";
import { byStart, WorkRecord } from "./work-record.ts";

/** The jobs that all processes are running, of every generation (WIRE §7.2, §11.3). */
export class WorkSet extends ApiObject {
  constructor(source: ApiSource = {}) {
    super(source);
  }

  /** How many jobs run, by the processes' own count; it may differ from what is listed. */
  async size(): Promise<number> {
    const { redis } = this.api;
    const identities = await membersOf(redis, PROCESSES);
    const busy = await askEach(redis, identities, (pipeline, identity) => pipeline.hget(identity, "busy"));
    return busy.reduce((sum, [count]) => sum + numberOf(count), 0);
  }

  /** All of them, the one that has run longest first. */
  async all(): Promise<WorkRecord[]> {
    const { redis } = this.api;
    const identities = await membersOf(redis, PROCESSES);
    // 6.4.0 and 6.4.1 write the second key instead of the first, and some write both.
    const hashes = await askEach(redis, identities, (pipeline, identity) => {
      pipeline.hgetall(legacyWorkKey(identity));
      pipeline.hgetall(workKey(identity));
    });
    return identities
      .flatMap((identity, i) =>
        Object.entries(Object.assign({}, ...(hashes[i] ?? [])) as Record<string, string>).map(
          ([tid, value]) => new WorkRecord(identity, tid, value),
        ),
      )
      .sort(byStart);
  }

  /** The same one by one. */
  async *[Symbol.asyncIterator](): AsyncGenerator<WorkRecord> {
    yield* await this.all();
  }

  /** The run of a job; undefined when it is not running or has not been reported yet. */
  async findWork(jid: string): Promise<WorkRecord | undefined> {
    return (await this.all()).find(({ job }) => job.jid === jid);
  }
}
