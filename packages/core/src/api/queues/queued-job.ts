/** A job on a queue, not yet taken by a worker. */
import type { ApiConnection } from "../api-connection.ts";
import { claim } from "../claims.ts";
import { JobRecord } from "../job-record.ts";
import { clearCancel } from "../../job/cancellation.ts";
import type { Redis } from "../../redis/connect.ts";
import { queueKey } from "../../wire/keys.ts";

/** A job on a queue. It is a picture: a worker may have taken the job since. */
export class QueuedJob extends JobRecord {
  readonly #api: ApiConnection;
  readonly #queue: string;

  constructor(api: ApiConnection, queue: string, payload: Buffer) {
    super(payload);
    this.#api = api;
    this.#queue = queue;
  }

  /** The queue it lies on, whatever its payload says. */
  override get queue(): string {
    return this.#queue;
  }

  /**
   * Takes the job off its queue.
   *
   * @returns false when it was gone: a worker or somebody else has taken it
   * @throws ClaimUnknownError when the answer was lost, and nobody knows whether it was this
   */
  async delete(): Promise<boolean> {
    const remove = (redis: Redis) => redis.lrem(queueKey(this.#queue), 1, this.bytes);
    const isOurs = (await claim(this.#api.redis, remove, (count) => count > 0)) > 0;
    if (isOurs && this.jid) await clearCancel(this.#api.redis, [this.jid]);
    return isOurs;
  }
}
