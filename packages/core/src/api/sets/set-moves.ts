/**
 * What can be done to the entries of a sorted set. Removing an entry is the claim: of any number of callers
 * one moves it, and at no moment is it nowhere.
 */
import type { Redis } from "../../redis/connect.ts";
import { kill, promote } from "../../redis/scripts.gen.ts";
import { JidSource } from "../../wire/jid.ts";
import { DEAD, QUEUES, queueKey, SCHEDULE } from "../../wire/keys.ts";
import { timeToken } from "../../wire/time.ts";
import type { ApiConnection } from "../api-connection.ts";
import { claim } from "../claims.ts";
import type { JobRecord } from "../job-record.ts";
import { withdrawCancel } from "../../job/cancellation.ts";
import { tellKilled } from "./killing.ts";
import type { KillOptions } from "./killing.ts";
import { burialAt } from "../../moves/burial.ts";
import { promotionOf } from "../../moves/promotion.ts";
import type { Promotion } from "../../moves/promotion.ts";
import { repliesOf, scoreText } from "../replies.ts";

export class SetMoves {
  readonly #api: ApiConnection;
  readonly #key: string;
  readonly #jids = new JidSource();

  constructor(api: ApiConnection, key: string) {
    this.#api = api;
    this.#key = key;
  }

  async remove(record: JobRecord): Promise<boolean> {
    await this.#wanted([record]);
    const remove = (redis: Redis) => redis.zrem(this.#key, record.bytes);
    return (await claim(this.#api.redis, remove, isOne)) === 1;
  }

  async reschedule(record: JobRecord, score: number): Promise<boolean> {
    await this.#wanted([record]);
    // XX: an entry that has gone must not come back. The second command tells whether it was there.
    const isFound = ([, found]: readonly unknown[]): boolean => found !== undefined;
    const replies = await claim(
      this.#api.redis,
      (redis) =>
        repliesOf(
          redis.multi().zadd(this.#key, "XX", scoreText(score), record.bytes).zscore(this.#key, record.bytes),
        ),
      isFound,
    );
    return isFound(replies);
  }

  /** Puts entries onto their queues, in this order; those without a payload stay. */
  async promote(records: readonly JobRecord[], isRetry: boolean): Promise<number> {
    const moves = await this.#promotions(records, isRetry);
    if (moves.length === 0) return 0;
    // Before it is on its queue, where it may be started at once.
    await this.#wanted(records);
    const targets = [...new Set(moves.map(({ queue }) => queue))];
    return claim(
      this.#api.redis,
      (redis) =>
        promote(
          redis,
          { set: this.#key, queues: QUEUES, targets: targets.map(queueKey) },
          {
            // 0 is a job that a client middleware stopped: it is removed and goes nowhere, as in Sidekiq.
            plan: { targets: moves.map(({ queue, bytes }) => (bytes ? targets.indexOf(queue) + 1 : 0)) },
            jobs: moves.flatMap(({ member, bytes }) => [member, bytes ?? ""]),
          },
        ),
      (moved) => moved === moves.length,
    );
  }

  /** Puts entries into the dead set, malformed or not, byte for byte, and tells death handlers if asked to. */
  async kill(records: readonly JobRecord[], options: KillOptions): Promise<number> {
    const { redis } = this.#api;
    await this.#wanted(records);
    const burial = burialAt(Date.now(), this.#api);
    const move = (member: Buffer) =>
      claim(redis, () => kill(redis, { set: this.#key, dead: DEAD }, { member, ...burial }), isOne);
    const killed = await Promise.allSettled(records.map(({ bytes }) => move(bytes)));
    // Of those that were gone somebody else has told, or nobody is to be told.
    const ours = records.filter((_, i) => {
      const outcome = killed[i];
      return outcome?.status === "fulfilled" && outcome.value === 1;
    });
    await tellKilled(this.#api, ours, options);
    // Told to the caller when the deaths of the others have been told.
    const failed = killed.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
    return ours.length;
  }

  /** Whoever touches a job by hand has something else in mind for it than the one who cancelled it. */
  #wanted(records: readonly JobRecord[]): Promise<void> {
    return withdrawCancel(
      this.#api.redis,
      records.flatMap(({ jid }) => jid || []),
    );
  }

  async #promotions(
    records: readonly JobRecord[],
    isRetry: boolean,
  ): Promise<(Promotion & { readonly member: Buffer })[]> {
    const options = {
      enqueuedAt: timeToken(Date.now(), await this.#api.wire()),
      isRetry,
      nextJid: () => this.#jids.next(),
      middleware: this.#api.middleware,
      push: {
        reason: this.#key === SCHEDULE ? ("due" as const) : ("retried" as const),
        redis: () => this.#api.redis,
      },
    };
    const moves: (Promotion & { readonly member: Buffer })[] = [];
    // One after the other, as their pushes would come: middleware may count on it.
    for (const { bytes: member, payload } of records) {
      if (payload) moves.push({ member, ...(await promotionOf(member, payload, options)) });
    }
    return moves;
  }
}

const isOne = (count: number): boolean => count === 1;
