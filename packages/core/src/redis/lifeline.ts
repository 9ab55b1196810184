/**
 * Gives up a connection that has gone silent: a command waits for its answer and no byte comes. Its socket is closed,
 * and ioredis makes a new one. A firewall that forgot a connection, or a host that is gone, tells neither side, and TCP
 * alone goes on trying for a quarter of an hour.
 *
 * One timer per connection compares two counters now and then: a command costs nothing.
 */
import { shown } from "../report/inspect.ts";
import { LONGEST_TIMER_MS } from "../wire/time-limits.ts";
import { Command } from "ioredis";
import type { Redis } from "ioredis";
import { ConfigError } from "../errors.ts";

// Ruby's client gives up after 1 to 3 s; a server that forks or runs a long script may need more.
const SILENCE_LIMIT_MS = 10_000;

// A connection is given up between the limit and a tenth more.
const LOOKS = 10;
// A blocked pop is answered when its own time is over, so that little more is silence.
const BLOCKED_GRACE_MS = 2_000;
// A connection that was lost and is there again at the first attempt is nothing to tell of.
const ATTEMPTS = 2;

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
    `Expected \`socketTimeout\` of \`redis\` to be milliseconds above 0 and below 2^31, got ${shown(socketTimeout)}. ` +
      `Leave it out for ${SILENCE_LIMIT_MS}.`,
  );
};

/** What a connection, or a part that calls Redis now and then, sees of it; an Outage makes them. */
export interface Witness {
  /** As often as it fails. */
  readonly failing: (error: Error) => void;
  readonly answered: () => void;
  /** It is closed, or does no more: it has nothing to say. */
  readonly ended: () => void;
  /** Makes a connection find out whether it still has answers; set by who watches it. */
  ask?: () => void;
}

/** Watches a connection of ioredis, whoever made it, until it ends; the witness is told when it is lost or silent, and when it has answers. */
export const watchSilence = (redis: Redis, limitMs: number, witness?: Witness): void => {
  const lifeline = new Lifeline(redis, limitMs, witness);
  let attempts = 0;
  let lastError: Error | undefined;
  redis.on("connect", () => lifeline.begin());
  redis.on("close", () => lifeline.rest());
  redis.on("error", (error: Error) => (lastError = error));
  redis.on("reconnecting", () => {
    if (++attempts === ATTEMPTS) witness?.failing(lastError ?? new Error("the connection was lost"));
  });
  redis.on("ready", () => {
    attempts = 0;
    lastError = undefined;
    witness?.answered();
  });
  redis.on("end", () => witness?.ended());
  if (witness) witness.ask = () => lifeline.ask();
};

class Lifeline {
  readonly #redis: Redis;
  readonly #limitMs: number;
  readonly #witness: Witness | undefined;
  #timer: NodeJS.Timeout | undefined;
  // Looks that found a command waiting and nothing new. Time is not measured: after a blocked event loop, or a
  // machine that slept, the answers are there and have not been read.
  #idleLooks = 0;
  #bytesRead = 0;
  #unsent = 0;

  constructor(redis: Redis, limitMs: number, witness: Witness | undefined) {
    this.#redis = redis;
    this.#limitMs = limitMs;
    this.#witness = witness;
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

  /** Another connection has lost its Redis: this one sends something, whose answer or silence tells of its own. */
  ask(): void {
    // An error is an answer, too, unless it is that of a connection that is gone: then "ready" will come.
    const heard = (): void => {
      if (this.#redis.status === "ready") this.#witness?.answered();
    };
    if (this.#redis.status === "ready") this.#redis.ping().then(heard, heard);
  }

  #look(): void {
    const { commandQueue, stream } = this.#redis;
    const { bytesRead, writableLength } = stream;
    // A long command that is still on its way out is no silence.
    const isMoving = bytesRead !== this.#bytesRead || writableLength < this.#unsent;
    this.#bytesRead = bytesRead;
    this.#unsent = writableLength;
    if (isMoving || commandQueue.length === 0) this.#idleLooks = 0;
    else if (++this.#idleLooks > LOOKS * this.#patience()) this.#giveUp(this.#patience());
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

  #giveUp(patience: number): void {
    clearInterval(this.#timer);
    const seconds = Number(((patience * this.#limitMs) / 1_000).toFixed(1));
    const error = new Error(`it has not answered for ${seconds} s`);
    this.#witness?.failing(error);
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
