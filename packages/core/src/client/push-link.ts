/** The connection of a client's pushes, as they see it: whether it can be used, and how long to wait for that. */
import type { Redis } from "../redis/connect.ts";

/** So many connections in a row may fail before what waits for one is refused. */
const TRIES = 4;
/** Counted in ticks and not by the clock: a blocked event loop must not take its own silence for the server's. */
const PATIENT_TICKS = 10;

// What a new connection will hear again.
const REFUSED = /^(?:NOAUTH|WRONGPASS|NOPERM|ERR (?:AUTH|invalid password|Client sent AUTH))/;

export interface PushLinkOptions {
  /** How long a push waits for a connection at most. */
  readonly waitMs: number;
}

/** Whoever waits for the connection. */
export interface PushLinkOwner {
  /** The connection can be used, for the first time or again. */
  usable(): void;
  /** It could not be used for so long that who waits should wait no more. */
  hopeless(reason: Error): void;
  /** Now and then; answers whether there is still something to look after. */
  tick(): boolean;
}

export class PushLink {
  readonly redis: Redis;
  readonly #waitMs: number;
  readonly #owners: PushLinkOwner[] = [];
  #waiting: { readonly resolve: () => void; readonly reject: (reason: Error) => void }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isReady = false;
  #unusableTicks = 0;
  #failedTries = 0;
  #cause: Error | undefined;

  constructor(redis: Redis, { waitMs }: PushLinkOptions) {
    this.redis = redis;
    this.#waitMs = waitMs;
    redis.on("ready", this.#ready);
    redis.on("close", this.#closed);
    redis.on("end", () => this.#giveUp());
    redis.on("error", (error: Error) => {
      this.#cause = error;
      if (isReply(error) && REFUSED.test(error.message)) this.#giveUp();
    });
  }

  own(owner: PushLinkOwner): void {
    this.#owners.push(owner);
  }

  get isUsable(): boolean {
    // Between the end of a socket and its event the connection calls itself ready, and so it does before its owners know.
    return this.#isReady && this.redis.status === "ready" && this.redis.stream.writable;
  }

  get hasEnded(): boolean {
    return this.redis.status === "end";
  }

  /** Why it cannot be used. */
  reason(): Error {
    if (this.#cause) return this.#cause;
    return new Error(
      this.#failedTries > 0 ? "Connection is closed." : `no answer for ${this.#waitMs / 1_000} s`,
    );
  }

  /** Looks after what waits, until an owner's `tick()` has nothing to look after any more. */
  watch(): void {
    this.#timer ??= setInterval(this.#tick, this.#waitMs / PATIENT_TICKS).unref();
  }

  /** Asks what changes nothing, and asks again when the connection was lost meanwhile. */
  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      await this.#untilUsable();
      try {
        return await question();
      } catch (error) {
        if (isReply(error) || tries === TRIES) throw error;
      }
    }
  }

  /** Closes the socket, so that a new one is opened. */
  drop(): void {
    this.redis.stream.destroy();
  }

  /** Says goodbye with a last command, if there is somebody to say it to. */
  async end(lastCommand: (() => Promise<unknown>) | undefined): Promise<void> {
    if (this.isUsable) {
      // QUIT waits for the replies of everything before it; without a server there is nothing to wait for.
      await Promise.allSettled([lastCommand?.(), this.redis.quit()]);
    }
    clearInterval(this.#timer);
    this.redis.disconnect();
  }

  async #untilUsable(): Promise<void> {
    if (this.isUsable) return;
    if (this.hasEnded) throw this.reason();
    this.watch();
    await new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  readonly #ready = (): void => {
    this.#failedTries = this.#unusableTicks = 0;
    this.#cause = undefined;
    this.#isReady = true;
    for (const owner of this.#owners) owner.usable();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of waiting) resolve();
  };

  readonly #closed = (): void => {
    this.#isReady = false;
    if (++this.#failedTries % TRIES === 0) this.#giveUp();
  };

  #giveUp(): void {
    this.#unusableTicks = 0;
    const reason = this.reason();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(reason);
    for (const owner of this.#owners) owner.hopeless(reason);
  }

  readonly #tick = (): void => {
    if (this.isUsable) this.#unusableTicks = 0;
    else if (++this.#unusableTicks >= PATIENT_TICKS) this.#giveUp();
    const isNeeded = this.#owners.map((owner) => owner.tick()).includes(true);
    if (isNeeded || this.#waiting.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  };
}

/** Whether the server said so itself. */
export const isReply = (error: unknown): boolean => error instanceof Error && error.name === "ReplyError";
