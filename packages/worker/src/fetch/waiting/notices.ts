/**
 * Redis tells of queues that change: what the fetch connection has read under CLIENT TRACKING is registered, and its next
 * write, by whatever client, sends the key's name once to a connection that listens.
 *
 * Proxies take these commands and never tell, and so may servers that know them in part; others close the connection, or
 * answer it never again. So it is tried by a connection that may be lost, and then nothing is believed before a change of a
 * key of our own has been told, on these very connections.
 */
import { isOfServer } from "@tsq/core/protocol";
import type { Redis, Witness } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";
import { Alarm } from "./alarm.ts";
import { Closed, explained, Unopened } from "./closed.ts";
import { inTime } from "./in-time.ts";
import { Listener } from "./listener.ts";
import { tryApart, tryBy, turnOn } from "./trial.ts";

const PONG_MS = 500;
// A server that is away, busy or full says nothing about what it tells. It is tried again soon, and then less often.
const SOON_MS = 1_000;
const AGAIN_MS = 30_000;

export interface NoticesOptions {
  /** Whose reads are registered. */
  readonly redis: Redis;
  readonly target: RedisTarget;
  /** For a connection that listens. */
  readonly witness: () => Witness;
  readonly probeKey: string;
  /** These keys have changed; all, when they are undefined. */
  readonly told: (keys: readonly string[] | undefined) => void;
  /** What was registered no longer is, or it has turned out that Redis tells. */
  readonly changed: () => void;
  /** It tells, and will register what is read from now on. */
  readonly registers: () => Promise<unknown>;
  /** Known for these connections: whether it tells, or why not. */
  readonly decided: (refusal: Error | undefined) => void;
}

export class Notices {
  readonly #options: NoticesOptions;
  #listener: Listener | undefined;
  #listenerId: number | undefined;
  // Of the connections: what began in an earlier one is void.
  #epoch = 0;
  #isTelling = false;
  // It tells, and our reads are registered.
  #isOn = false;
  // The server may have it on for the fetch connection.
  #mayBeOn = false;
  // The listener has listened for no trial before this one.
  #isFresh = false;
  #isTriedAgain = false;
  #isStopped = false;
  // Connections of trials.
  readonly #tried = new Set<Redis>();
  #soonMs = SOON_MS;
  #probed = (): void => {};
  readonly #again = new Alarm(() => this.#begin());

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  /** Whether Redis tells of what is read; only then nothing need be looked at twice. */
  get isTelling(): boolean {
    return this.#isTelling;
  }

  /** Whether what was read before is still registered. */
  get isRegistering(): boolean {
    return this.#isTelling && this.#isOn;
  }

  start(): void {
    const { redis } = this.#options;
    redis.on("close", this.#lost);
    redis.on("ready", this.#ready);
    this.#begin();
  }

  stop(): void {
    const { redis } = this.#options;
    redis.off("close", this.#lost);
    redis.off("ready", this.#ready);
    this.#again.stop();
    this.#isStopped = true;
    for (const tried of this.#tried) tried.disconnect();
    this.#epoch++;
    this.#isTelling = false;
    this.#deafen();
  }

  /** How many of these hold anything, and from now on a change is told; undefined when that is not so any more. */
  async read(names: readonly string[]): Promise<number | undefined> {
    const { redis } = this.#options;
    const epoch = this.#epoch;
    const sent: Promise<unknown>[] = [];
    if (this.#isTelling) {
      if (!this.#isOn) sent.push(this.#turnOn());
      this.#isOn = true;
      // Of the next command alone: nothing may come in between. Not of a script, of which Redis 7.0 registers all keys.
      sent.push(redis.client("CACHING", "YES"));
    }
    const found = redis.exists(...names);
    try {
      await Promise.all([...sent, found]);
    } catch (error) {
      // Refused, or sent again on another connection, which tracks nothing.
      if (epoch === this.#epoch && this.#isTelling) this.doubt(error as Error);
      throw error;
    }
    return epoch === this.#epoch ? found : undefined;
  }

  /** Others keep the watch: what stays registered would tell us of each push. */
  off(): void {
    // Not while it is tried: what comes of that is known as a whole.
    if (this.#isOn) this.#turnOff();
  }

  /** Something has changed without a word, or was refused: it is tried anew whether Redis tells. */
  doubt(error?: Error): void {
    this.#void();
    if (error && isOfServer(error.message)) this.#soon();
    else this.#try();
  }

  /** Another server, perhaps, or one that is itself again: what was found out before is said of none. */
  readonly #ready = (): void => {
    this.#soonMs = SOON_MS;
    this.#begin();
  };

  readonly #lost = (): void => {
    this.#mayBeOn = false;
    this.#void();
  };

  #void(): void {
    this.#epoch++;
    this.#isTelling = false;
    this.#isOn = false;
    this.#options.changed();
  }

  #begin(): void {
    if (this.#listener) return this.#try();
    const { target, witness } = this.#options;
    this.#isFresh = true;
    const listener = (this.#listener = new Listener(target, witness(), {
      told: (names) => this.#told(names),
      listens: (id) => {
        this.#listenerId = id;
        this.#isFresh = true;
        this.#try();
      },
      lost: () => {
        this.#listenerId = undefined;
        this.#void();
      },
      failed: (error) => {
        if (listener === this.#listener) this.#failed(error);
      },
    }));
  }

  #deafen(): void {
    this.#listener?.end();
    this.#listener = undefined;
    this.#listenerId = undefined;
  }

  readonly #try = (): void => {
    this.#trial().catch((error: Error) => this.#failed(error));
  };

  async #trial(): Promise<void> {
    const { redis, target, probeKey } = this.#options;
    const listener = this.#listener;
    const listenerId = this.#listenerId;
    if (!listener || listenerId === undefined || redis.status !== "ready") return;
    this.#again.stop();
    const epoch = ++this.#epoch;
    this.#isTelling = false;
    const trial = {
      probeKey,
      listenerId,
      caughtUp: () => listener.caughtUp(),
      heard: () => new Promise<void>((resolve) => (this.#probed = resolve)),
    };
    let error = await tryApart(target, trial, this.#tried);
    if (epoch !== this.#epoch) return;
    if (!error) {
      this.#mayBeOn = true;
      error = await tryBy(redis, trial);
    }
    // Then their next "ready" tries.
    if (epoch !== this.#epoch) return;
    if (error) {
      this.#failed(error);
      return;
    }
    // Refused, nothing is lost by it: the next one that comes does it.
    await this.#options.registers().catch(() => {});
    if (epoch !== this.#epoch) return;
    this.#isTelling = true;
    this.#isOn = true;
    this.#isFresh = false;
    this.#isTriedAgain = false;
    this.#soonMs = SOON_MS;
    this.#options.decided(undefined);
    this.#options.changed();
  }

  #turnOn(): Promise<unknown> {
    this.#mayBeOn = true;
    return turnOn(this.#options.redis, this.#listenerId as number);
  }

  #turnOff(): void {
    this.#isOn = false;
    this.#mayBeOn = false;
    this.#options.redis.client("TRACKING", "OFF").catch(() => {});
  }

  #failed(failure: Error): void {
    // By a proxy that gives its clients the connections of others.
    const reason = /max number of clients/.test(failure.message) ? new Unopened() : failure;
    // After a failover it may be at the old server still, where nothing is told of the new one.
    const mayBeElsewhere = !this.#isFresh || /does not exist/.test(reason.message);
    this.#deafen();
    this.#void();
    if (this.#mayBeOn) this.#turnOff();
    this.#conclude(reason, mayBeElsewhere).catch(() => this.#soon());
  }

  async #conclude(reason: Error, mayBeElsewhere: boolean): Promise<void> {
    const isToBlame = await this.#isToBlame(reason);
    if (this.#isStopped || this.#listener) return;
    const isByChance = reason instanceof Closed;
    if (!isToBlame) this.#soon();
    else if ((mayBeElsewhere || isByChance) && !this.#isTriedAgain) {
      this.#isTriedAgain = true;
      // Whoever closes connections may still be at it.
      if (isByChance) this.#again.within(SOON_MS);
      else this.#begin();
    } else {
      // Where INFO is refused as well, it is said without the limit.
      const why = (): Promise<Unopened> => explained(this.#options.redis).catch(() => new Unopened());
      const said = reason instanceof Unopened ? await why() : reason;
      if (this.#isStopped || this.#listener) return;
      this.#isTriedAgain = false;
      this.#again.within(AGAIN_MS);
      this.#options.decided(said);
    }
  }

  /** Whether it is about what Redis tells, or about a server that is away, busy or full, of which others tell. */
  async #isToBlame(error: Error): Promise<boolean> {
    if (error.name === "ReplyError") return !isOfServer(error.message);
    const { redis } = this.#options;
    return (await inTime(PONG_MS, redis.ping())) !== undefined;
  }

  #soon(): void {
    this.#again.within(this.#soonMs);
    this.#soonMs = Math.min(2 * this.#soonMs, AGAIN_MS);
  }

  #told(names: readonly string[] | undefined): void {
    if (names?.includes(this.#options.probeKey)) this.#probed();
    this.#options.told(names);
  }
}
