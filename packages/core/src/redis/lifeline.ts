/**
 * Gives up a connection that has gone silent: a command waits for its answer and no byte comes. Its socket is closed,
 * and ioredis makes a new one. A firewall that forgot a connection, or a host that is gone, tells neither side, and TCP
 * alone goes on trying for a quarter of an hour.
 *
 * One timer per connection compares two counters now and then: a command costs nothing.
 */
import { Command } from "ioredis";
import type { Redis } from "ioredis";
import { ConfigError } from "../errors.ts";

// Ruby's client gives up after 1 to 3 s; a server that forks or runs a long script may need more.
const SILENCE_LIMIT_MS = 10_000;

// A connection is given up between the limit and a tenth more.
const LOOKS = 10;
// A blocked pop is answered when its own time is over, so that little more is silence.
const BLOCKED_GRACE_MS = 2_000;
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * The limit by the `socketTimeout` of ioredis' options, in milliseconds.
 *
 * @throws ConfigError when it is no number above 0
 */
export const silenceLimit = (socketTimeout: unknown = SILENCE_LIMIT_MS): number => {
  if (typeof socketTimeout === "number" && socketTimeout > 0 && socketTimeout <= LONGEST_TIMER_MS) {
    return socketTimeout;
  }
  throw new ConfigError(
    `Expected \`socketTimeout\` of \`redis\` to be milliseconds above 0 and below 2^31, got \`${String(socketTimeout)}\`. ` +
      `Leave it out for ${SILENCE_LIMIT_MS}.`,
  );
};

/** What becomes of a connection, for a log. */
export interface LifelineEvents {
  /** Redis has said nothing for the limit; called once, until `back` or `ended`. */
  readonly silent?: (error: Error) => void;
  /** A connection that had gone silent is ready again. */
  readonly back?: () => void;
  /** It was ended while it was silent: nothing more will be said of it. */
  readonly ended?: () => void;
}

/** Watches a connection of ioredis, whoever made it, until it ends. */
export const watchSilence = (redis: Redis, limitMs: number, events: LifelineEvents = {}): void => {
  const lifeline = new Lifeline(redis, limitMs, events);
  redis.on("connect", () => lifeline.begin());
  redis.on("close", () => lifeline.rest());
  redis.on("ready", () => lifeline.over("back"));
  redis.on("end", () => lifeline.over("ended"));
};

class Lifeline {
  readonly #redis: Redis;
  readonly #limitMs: number;
  readonly #events: LifelineEvents;
  #timer: NodeJS.Timeout | undefined;
  #isSilent = false;
  // Looks that found a command waiting and nothing new. Time is not measured: after a blocked event loop, or a
  // machine that slept, the answers are there and have not been read.
  #idleLooks = 0;
  #bytesRead = 0;
  #unsent = 0;

  constructor(redis: Redis, limitMs: number, events: LifelineEvents) {
    this.#redis = redis;
    this.#limitMs = limitMs;
    this.#events = events;
  }

  /** There is a socket. */
  begin(): void {
    clearInterval(this.#timer);
    this.#idleLooks = 0;
    this.#bytesRead = 0;
    this.#unsent = 0;
    this.#timer = setInterval(() => this.#look(), this.#limitMs / LOOKS);
    // What keeps a process alive is its sockets.
    this.#timer.unref();
  }

  /** There is none. */
  rest(): void {
    clearInterval(this.#timer);
  }

  over(how: "back" | "ended"): void {
    if (this.#isSilent) this.#events[how]?.();
    this.#isSilent = false;
  }

  #look(): void {
    const { commandQueue, stream } = this.#redis;
    const { bytesRead, writableLength } = stream;
    // A long command that is still on its way out is no silence.
    const isMoving = bytesRead !== this.#bytesRead || writableLength < this.#unsent;
    this.#bytesRead = bytesRead;
    this.#unsent = writableLength;
    if (isMoving || commandQueue.length === 0) this.#idleLooks = 0;
    else if (++this.#idleLooks > LOOKS * this.#patience()) this.#giveUp();
  }

  /** How many times the limit the command at the head may wait. */
  #patience(): number {
    const command = this.#redis.commandQueue.peekFront()?.command;
    const blocksMs = command instanceof Command ? command.extractBlockingTimeout() : undefined;
    if (blocksMs === undefined) return 1;
    // Without a timeout of its own it may wait for ever.
    if (!blocksMs) return Number.POSITIVE_INFINITY;
    return (blocksMs + Math.min(BLOCKED_GRACE_MS, this.#limitMs)) / this.#limitMs;
  }

  #giveUp(): void {
    clearInterval(this.#timer);
    const error = new Error(`Redis has not answered for ${this.#limitMs / 1_000} s; connecting anew`);
    if (!this.#isSilent) this.#events.silent?.(error);
    this.#isSilent = true;
    cut(this.#redis.stream, error);
  }
}

/**
 * Closes without waiting for the other side, and with a reset where the socket knows one: else the system would go
 * on sending what is unsent, and Redis might do it after what is sent anew.
 */
const cut = (stream: Redis["stream"], error: Error): void => {
  try {
    stream.resetAndDestroy();
  } catch {
    // A pipe, or TLS.
  }
  stream.destroy(error);
};
