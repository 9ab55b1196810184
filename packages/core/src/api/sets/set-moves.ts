/**
 * What can be done to the entries of a sorted set. Removing an entry is the claim: of any number of callers
 * one moves it, and at no moment is it nowhere.
 */
import { ClaimUnknownError } from "../../errors.ts";
import type { Redis } from "../../redis/connect.ts";
import { kill, promote, replace } from "../../redis/scripts.gen.ts";
import { JidSource } from "../../wire/jid.ts";
import { DEAD, QUEUES, queueKey, SCHEDULE } from "../../wire/keys.ts";
import { timeToken } from "../../wire/time.ts";
import type { ApiConnection } from "../api-connection.ts";
import { claim } from "../claims.ts";
import { JobRecord } from "../job-record.ts";
import { cancelsOf, clearCancel, requestCancel, withdrawCancel } from "../../job/cancellation.ts";
import { tellKilled } from "./killing.ts";
import type { KillOptions } from "./killing.ts";
import { burialAt } from "../../moves/burial.ts";
import { editedPayload } from "../../moves/job-edit.ts";
import type { JobEdit } from "../../moves/job-edit.ts";
import { promotionOf } from "../../moves/promotion.ts";
import type { Promotion } from "../../moves/promotion.ts";
import { askEach, repliesOf, scoreText } from "../replies.ts";

export class SetMoves {
  readonly #api: ApiConnection;
  readonly #key: string;
  readonly #jids = new JidSource();

  constructor(api: ApiConnection, key: string) {
    this.#api = api;
    this.#key = key;
  }

  async remove(record: JobRecord): Promise<boolean> {
    const remove = (redis: Redis) => redis.zrem(this.#key, record.bytes);
    const isOurs = (await claim(this.#api.redis, remove, isOne)) === 1;
    if (isOurs) await clearCancel(this.#api.redis, jidsOf([record]));
    return isOurs;
  }

  async reschedule(record: JobRecord, score: number): Promise<boolean> {
    // XX: an entry that has gone must not come back. The second command tells whether it was there.
    const isFound = ([, found]: readonly unknown[]): boolean => found !== undefined;
    const ask = (redis: Redis) =>
      repliesOf(
        redis.multi().zadd(this.#key, "XX", scoreText(score), record.bytes).zscore(this.#key, record.bytes),
      );
    return this.#wanted([record], async () => isFound(await claim(this.#api.redis, ask, isFound)), Boolean);
  }

  /** Changes an entry where it is. The record must be a job. */
  async change(record: JobRecord, edit: JobEdit): Promise<boolean> {
    const instead = editedPayload(record.bytes, edit);
    const ask = (redis: Redis) => replace(redis, { set: this.#key }, { member: record.bytes, instead });
    return this.#wanted([record], async () => isOne(await claim(this.#api.redis, ask, isOne)), Boolean);
  }

  /** Puts entries onto their queues, in this order, and changed if they are to be; those without a payload stay. */
  async promote(records: readonly JobRecord[], isRetry: boolean, edit?: JobEdit): Promise<number> {
    const moves = await this.#promotions(records, isRetry, edit);
    if (moves.length === 0) return 0;
    const targets = [...new Set(moves.map(({ queue }) => queue))];
    const ask = (redis: Redis) =>
      promote(
        redis,
        { set: this.#key, queues: QUEUES, targets: targets.map(queueKey) },
        {
          // 0 is a job that a client middleware stopped: it is removed and goes nowhere, as in Sidekiq.
          plan: { targets: moves.map(({ queue, bytes }) => (bytes ? targets.indexOf(queue) + 1 : 0)) },
          jobs: moves.flatMap(({ member, bytes }) => [member, bytes ?? ""]),
        },
      );
    return this.#wanted(
      records,
      () => claim(this.#api.redis, ask, (moved) => moved === moves.length),
      // Which of them somebody else has taken is not known.
      (moved) => moved > 0,
    );
  }

  /**
   * Puts entries into the dead set, malformed or not, byte for byte, and tells death handlers if asked to.
   *
   * @param tell told of each that was, also when it rejects
   */
  async kill(records: readonly JobRecord[], options: KillOptions, tell?: () => void): Promise<number> {
    const { redis } = this.#api;
    const burial = burialAt(Date.now(), this.#api);
    const move = (member: Buffer) =>
      claim(redis, () => kill(redis, { set: this.#key, dead: DEAD }, { member, ...burial }), isOne);
    const killed = await Promise.allSettled(records.map(({ bytes }) => move(bytes)));
    // Of those that were gone somebody else has told, or nobody is to be told.
    const ours = records.filter((_, i) => {
      const outcome = killed[i];
      return outcome?.status === "fulfilled" && outcome.value === 1;
    });
    for (const _ of ours) tell?.();
    await clearCancel(redis, jidsOf(ours));
    await tellKilled(this.#api, ours, options);
    // Told to the caller when the deaths of the others have been told.
    const failed = killed.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
    return ours.length;
  }

  /**
   * Whoever touches a job by hand has something else in mind for it than the one who cancelled it. The mark goes before
   * the job is where it may be started at once, and comes back when it is somebody else who has moved the job.
   */
  async #wanted<Answer>(
    records: readonly JobRecord[],
    move: () => Promise<Answer>,
    isMoved: (answer: Answer) => boolean,
  ): Promise<Answer> {
    const since = await this.#withdrawn(records);
    const giveBack = async (): Promise<void> => {
      for (const [jid, seconds] of since) await requestCancel(this.#api.redis, jid, seconds * 1_000);
    };
    let answer: Answer;
    try {
      answer = await move();
    } catch (error) {
      // A job that somebody wants is worth more than a cancel: it may be on its queue.
      // And what refused the move may refuse this: the first is told.
      if (!(error instanceof ClaimUnknownError)) await giveBack().catch(() => {});
      throw error;
    }
    if (!isMoved(answer)) await giveBack();
    return answer;
  }

  /** Of those that are still there. */
  async #withdrawn(records: readonly JobRecord[]): Promise<ReadonlyMap<string, number>> {
    const { redis } = this.#api;
    const named = records.filter(({ jid }) => jid);
    const since = await cancelsOf(redis, jidsOf(named));
    const cancelled = named.flatMap((record, i) =>
      since[i] === undefined ? [] : { record, since: since[i] },
    );
    const scores = await askEach(redis, cancelled, (asked, { record }) =>
      asked.zscore(this.#key, record.bytes),
    );
    const there = cancelled.filter((_, i) => scores[i]?.[0] !== undefined);
    await withdrawCancel(redis, jidsOf(there.map(({ record }) => record)));
    return new Map(there.map((one) => [one.record.jid ?? "", Number(one.since)]));
  }

  async #promotions(
    records: readonly JobRecord[],
    isRetry: boolean,
    edit: JobEdit | undefined,
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
    for (const record of records) {
      const member = record.bytes;
      const { bytes, payload } = edit && record.payload ? new JobRecord(editedPayload(member, edit)) : record;
      if (payload) moves.push({ member, ...(await promotionOf(bytes, payload, options)) });
    }
    return moves;
  }
}

const jidsOf = (records: readonly JobRecord[]): readonly string[] => records.flatMap(({ jid }) => jid || []);

const isOne = (count: number): boolean => count === 1;
