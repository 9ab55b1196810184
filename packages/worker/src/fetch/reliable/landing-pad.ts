/**
 * Wakes a sleeping capsule: a BLMOVE from one queue to a list of at most one job. Exactly one worker wakes
 * per job, without polling, and the job is never outside Redis.
 *
 * States: idle → armed (BLMOVE is waiting) → idle, or → landed (a job is on the pad until the next fetch
 * call has adopted it or given it back) → idle.
 */
import { connect, isNoPermission, silenceLimitOf } from "@tsq/core/protocol";
import type { Redis, Witness } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";
import { within } from "../../within.ts";
import { LostMoves } from "./lost-moves.ts";

const BLOCK_SECONDS = 5;
// Who may not wake a waiting move has to wait for its end.
const UNWAKEABLE_SECONDS = 1;
const RETRY_MS = 1_000;
const UNBLOCK_AGAIN_MS = 20;
const REFUSED_AGAIN_MS = 100;

export interface LandingPadOptions {
  readonly redis: RedisTarget;
  readonly queueKey: string;
  readonly padKey: string;
  /** Whether a job may come now; asked whenever the pad could be armed again. */
  readonly mayArm: () => boolean;
  readonly landed: (text: string) => void;
  /** The move is refused, by a full memory say: jobs must be looked for without it. */
  readonly refused: () => void;
  /** The connection is gone, and another one is made. */
  readonly lost: () => void;
  readonly witness: Witness;
  /** The waiting move may not be woken: its own end is waited for. */
  readonly unwakeable: (error: unknown) => unknown;
}

export class LandingPad {
  readonly #options: LandingPadOptions;
  // Silence is noticed behind the answer that this makes sure of.
  #blockSeconds: number;
  #redis: Redis | undefined;
  #clientId: number | undefined;
  #lastId: number | undefined;
  #waiting: Promise<void> | undefined;
  #isBeingWoken = false;
  // The last move was refused, and the next may be: a full memory, say, which lets others take jobs.
  #isRefused = false;
  #isLanded = false;
  #retry: NodeJS.Timeout | undefined;
  #isStopped = false;
  readonly #lost = new LostMoves();
  // Counts what happened to the pad, so that a slow look at it can tell that it is out of date.
  #changes = 0;

  constructor(options: LandingPadOptions) {
    this.#options = options;
    this.#blockSeconds = Math.min(BLOCK_SECONDS, silenceLimitOf(options.redis) / 2_000);
  }

  get isArmed(): boolean {
    return this.#waiting !== undefined;
  }

  /** The server waits here for a job: then the queue is empty, and who else asks for its jobs asks in vain. */
  get isWatching(): boolean {
    const isWaiting = this.#waiting !== undefined && this.#clientId !== undefined;
    return isWaiting && !this.#isBeingWoken && !this.#isRefused;
  }

  /** It has a connection, by which it has looked at what is on it. */
  get isConnected(): boolean {
    return this.#clientId !== undefined;
  }

  /** A job may still come, by a move of which it is not known that it is over. */
  get mayTakeLate(): boolean {
    return this.isArmed || this.#lost.areThere;
  }

  start(): void {
    const redis = (this.#redis = connect(this.#options.redis, "blocking", this.#options.witness));
    redis.on("ready", () => this.#look(redis));
    redis.on("close", () => {
      this.#clientId = undefined;
      this.#options.lost();
    });
  }

  /** Looks at the pad, unless it waits or its job is known. */
  lookAgain(): void {
    const isIdle = this.#clientId !== undefined && !this.#waiting && !this.#isLanded;
    if (this.#redis && isIdle) this.#look(this.#redis);
  }

  /** Looks at the pad, and again as long as the server refuses that: a pad that nobody looks at is never armed. */
  #look(redis: Redis): void {
    this.#reconcile(redis).catch(() => {
      // Without its connection the next "ready" is the next look.
      if (redis.status === "ready") this.#later(() => this.#look(redis));
    });
  }

  /** A move that was answered into a dead connection has left its job on the pad. */
  async #reconcile(redis: Redis): Promise<void> {
    const id = await redis.client("ID");
    // Who may not end the earlier connection wakes what waits there by now: it would be served before the new one.
    // This connection waits for nothing: of it the server says only whether we may ask.
    await redis.client("UNBLOCK", this.#lastId ?? id).catch((error: Error) => this.#notWoken(error));
    this.#lastId = id;
    await this.#lost.end(redis);
    for (;;) {
      const changes = this.#changes;
      const found = await redis.lrange(this.#options.padKey, 0, 0);
      if (this.#isLanded) break;
      if (changes !== this.#changes) continue;
      if (found[0] !== undefined) this.#land(found[0]);
      break;
    }
    this.#clientId = id;
    this.arm();
  }

  arm(): void {
    if (this.#clientId === undefined || this.#waiting || this.#isLanded || !this.#options.mayArm()) return;
    const redis = this.#redis as Redis;
    this.#waiting = redis
      .blmove(this.#options.queueKey, this.#options.padKey, "RIGHT", "LEFT", this.#blockSeconds)
      .then(
        (text) => this.#answered(text),
        (error: Error) => {
          if (error.name !== "ReplyError") this.#lost.add();
          this.#answered(undefined);
        },
      );
  }

  /** A job, null when none came in time, or undefined when the move failed. */
  #answered(text: string | null | undefined): void {
    this.#waiting = undefined;
    this.#isBeingWoken = false;
    this.#isRefused = text === undefined;
    if (typeof text === "string") this.#land(text);
    else if (text === null) this.arm();
    // The connection broke, or the key holds another type: not at once again.
    else this.#later(() => this.arm());
  }

  /** Until then jobs are looked for without the pad. */
  #later(act: () => void): void {
    if (this.#isStopped) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#options.refused();
      act();
    }, RETRY_MS);
  }

  #land(text: string): void {
    this.#isLanded = true;
    this.#changes++;
    this.#options.landed(text);
  }

  /** The fetch call that took the job off the pad has been answered. */
  cleared(): void {
    this.#isLanded = false;
    this.#changes++;
  }

  /** Wakes the waiting move; if it has just been served, its job lands all the same. */
  async disarm(through: Redis): Promise<void> {
    const waiting = this.#waiting;
    if (!waiting) return;
    this.#isBeingWoken = true;
    while (this.#waiting === waiting && this.#clientId !== undefined) {
      const woken = await through.client("UNBLOCK", this.#clientId).catch((error: Error) => {
        this.#notWoken(error);
        this.#options.unwakeable(error);
        return undefined;
      });
      // It was not blocked: its answer is on the way here, or the move itself, by another connection, on the way there.
      if (woken === 0) await within(UNBLOCK_AGAIN_MS, waiting);
      else if (woken === undefined) await within(REFUSED_AGAIN_MS, waiting);
      else await waiting;
    }
  }

  #notWoken(error: Error): void {
    // By the ACL, and so for ever; a busy server says otherwise in a moment.
    if (isNoPermission(error.message)) this.#blockSeconds = Math.min(this.#blockSeconds, UNWAKEABLE_SECONDS);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    this.#redis?.disconnect();
  }
}
