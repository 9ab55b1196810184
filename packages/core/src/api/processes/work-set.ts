/** The jobs that are running. */
import { PROCESSES, legacyWorkKey, workKey } from "../../wire/keys.ts";
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import { matchOf, mayHold } from "../jid-match.ts";
import { askEach, membersOf, numberOf } from "../replies.ts";
import { stillHeld } from "./held-runs.ts";
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
  all(): Promise<WorkRecord[]> {
    return this.#read(() => true);
  }

  /** The same one by one. */
  async *[Symbol.asyncIterator](): AsyncGenerator<WorkRecord> {
    yield* await this.all();
  }

  /** The run of a job; undefined when it is not running or has not been reported yet. */
  async findWork(jid: string): Promise<WorkRecord | undefined> {
    const isIt = matchOf(jid);
    return (await this.#read(mayHold(jid))).find(({ job }) => isIt(job));
  }

  /**
   * Those of the runs that have not ended since their process told of them, in their order. Processes of tsq let go of a job when
   * it is done; of all others, such as Ruby's, it is known at their next heartbeat, and they are left in.
   *
   * @param runs as `all()` or `findWork()` has them
   */
  stillRunning(runs: readonly WorkRecord[]): Promise<readonly WorkRecord[]> {
    return stillHeld(this.api.redis, runs);
  }

  /** @param isMeant of what the process says of a run: the others are not parsed */
  async #read(isMeant: (value: string) => boolean): Promise<WorkRecord[]> {
    const { redis } = this.api;
    const identities = await membersOf(redis, PROCESSES);
    // 6.4.0 and 6.4.1 write the second key instead of the first, and some write both.
    const hashes = await askEach(redis, identities, (pipeline, identity) => {
      pipeline.hgetall(legacyWorkKey(identity));
      pipeline.hgetall(workKey(identity));
    });
    return identities
      .flatMap((identity, i) =>
        Object.entries(Object.assign({}, ...(hashes[i] ?? [])) as Record<string, string>).flatMap(
          ([tid, value]) => (isMeant(value) ? [new WorkRecord(identity, tid, value)] : []),
        ),
      )
      .sort(byStart);
  }
}
