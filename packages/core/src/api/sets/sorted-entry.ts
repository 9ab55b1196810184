/** One job in the retry set, the scheduled set or the dead set. */
import { shown } from "../../report/inspect.ts";
import { secondsOf } from "../../client/normalize.ts";
import { InvalidJobError } from "../../errors.ts";
import { queueName } from "../../moves/job-edit.ts";
import type { JobEdit } from "../../moves/job-edit.ts";
import { dateOfSeconds } from "../dates.ts";
import { keyOf } from "../job-key.ts";
import { JobRecord } from "../job-record.ts";
import type { KillOptions } from "./killing.ts";
import { scoreText } from "../replies.ts";
import type { Scored } from "../replies.ts";
import type { SetMoves } from "./set-moves.ts";

/**
 * A job in a sorted set (WIRE §11.2). It is a picture: the job may have been moved since, and then every
 * action answers false and changes nothing.
 */
export class SortedEntry extends JobRecord {
  readonly #moves: SetMoves;
  #score: number;

  constructor(moves: SetMoves, { bytes, score }: Scored) {
    super(bytes);
    this.#score = score;
    this.#moves = moves;
  }

  /** Seconds since 1970: when it is due, or in the dead set when it died. */
  get score(): number {
    return this.#score;
  }

  /** The score as a Date; undefined when it is beyond all dates. */
  get at(): Date | undefined {
    return dateOfSeconds(this.score);
  }

  /**
   * Names the entry in links: `<score>-<jid>` as in Ruby's Web UI, or a digest of its bytes for a job without
   * jid, or with one of more than 255 characters, which Ruby's Web UI cannot open.
   */
  get id(): string {
    return `${scoreText(this.score)}-${keyOf(this)}`;
  }

  /**
   * Puts the job onto its queue now, with one failure taken back from `retry_count` (WIRE §11.3).
   *
   * @param edit other arguments, another queue or another class; every other byte of the job stays as it is
   * @returns false when it was no longer in the set
   * @throws InvalidJobError when the edit is nothing that a job can have. MalformedPayloadError when it is no job; delete it, or kill it to look at later. ClaimUnknownError when the
   * answer was lost, and nobody knows whether it was this
   */
  async retry(edit?: JobEdit): Promise<boolean> {
    return this.#promote(true, edit);
  }

  /**
   * Puts the job onto its queue now, as the poller would when it falls due.
   *
   * @returns false when it was no longer in the set
   * @throws MalformedPayloadError when it is no job; delete it, or kill it to look at later. ClaimUnknownError when the
   * answer was lost, and nobody knows whether it was this
   */
  async addToQueue(): Promise<boolean> {
    return this.#promote(false);
  }

  /**
   * Names another queue in the job: it stays in its set, and goes there when it is due or retried. What you hold is then
   * no longer what lies in the set: read it anew.
   *
   * @returns false when it was no longer in the set
   * @throws InvalidJobError when the name is none. MalformedPayloadError when it is no job. ClaimUnknownError when the answer
   * was lost, and nobody knows whether it was this
   */
  async move(queue: string): Promise<boolean> {
    const edit = { queue: queueName(queue) };
    if (this.error) throw this.error;
    return this.#moves.change(this, edit);
  }

  /**
   * Moves the job to the dead set and tells the death handlers of the options.
   *
   * @returns false when it was no longer in the set; then nobody is told
   * @throws what a death handler throws; the job is in the dead set all the same. ClaimUnknownError when the answer was
   * lost, and nobody knows whether it was this; then nobody is told
   */
  async kill(options: KillOptions = {}): Promise<boolean> {
    return (await this.#moves.kill([this], options)) > 0;
  }

  /**
   * Takes the job out of its set.
   *
   * @returns false when it was no longer there
   * @throws ClaimUnknownError when the answer was lost, and nobody knows whether it was this
   */
  delete(): Promise<boolean> {
    return this.#moves.remove(this);
  }

  /**
   * Gives the job another time: seconds since 1970, or a Date. From then on `score`, `at` and `id` are of that time.
   *
   * @returns false when it was no longer in the set
   * @throws InvalidJobError when the time is none. ClaimUnknownError when the answer was lost, and nobody knows whether it
   * was still in the set, and has the new time or had it
   */
  async reschedule(time: number | Date): Promise<boolean> {
    const seconds = secondsOf(time);
    if (!Number.isFinite(seconds)) {
      throw new InvalidJobError(`Expected a Date or seconds since 1970, got ${shown(time)}.`);
    }
    const isThere = await this.#moves.reschedule(this, seconds);
    if (isThere) this.#score = seconds;
    return isThere;
  }

  async #promote(isRetry: boolean, edit?: JobEdit): Promise<boolean> {
    if (this.error) throw this.error;
    return (await this.#moves.promote([this], isRetry, edit)) > 0;
  }
}
