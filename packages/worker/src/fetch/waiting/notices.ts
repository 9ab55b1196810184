/**
 * Redis tells of queues that change: what the fetch connection has read under CLIENT TRACKING is registered, and its next
 * write, by whatever client, sends the key's name once to a connection that listens. By RESP2, as everything of ours: for
 * RESP3 ioredis 6 drops what is pushed.
 *
 * Proxies take these commands and never tell, and so may servers that know them in part. So nothing is believed before
 * a change of a key of our own has been told, on these very connections.
 */
import { connect } from "@tsq/core/protocol";
import type { Redis, Witness } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";
import { within } from "../../within.ts";

const CHANNEL = "__redis__:invalidate";
const TRIAL_MS = 1_500;
// Redis writes what it tells before the answer that is waited for; a proxy may be slower with the one than with the other.
const GRACE_MS = 200;
const PROBE_MS = 1_000;
const AGAIN_MS = 30_000;
// Nobody would notice that a connection is silent which only listens.
const PING_MS = 5_000;

export interface NoticesOptions {
  /** Whose reads are registered. */
  readonly redis: Redis;
  readonly target: RedisTarget;
  readonly witness: Witness;
  readonly probeKey: string;
  /** These keys have changed; all, when they are undefined. */
  readonly told: (keys: readonly string[] | undefined) => void;
  /** What was registered no longer is, or it has turned out that Redis tells. */
  readonly changed: () => void;
  /** Known for these connections: whether it tells, or why not. */
  readonly decided: (refusal: Error | undefined) => void;
}

export class Notices {
  readonly #options: NoticesOptions;
  #listener: Redis | undefined;
  #listenerId: number | undefined;
  // Of the connections: what began in an earlier one is void.
  #epoch = 0;
  #isTelling = false;
  // It tells, and our reads are registered.
  #isOn = false;
  #isTriedAgain = false;
  #probed = (): void => {};
  #again: NodeJS.Timeout | undefined;
  #pinging: NodeJS.Timeout | undefined;

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
    const { redis, target, witness } = this.#options;
    const listener = (this.#listener = connect(target, "listening", witness));
    listener.on("messageBuffer", (_channel, names: unknown) => this.#told(names));
    listener.on("ready", () => this.#listen(listener));
    listener.on("close", () => {
      this.#listenerId = undefined;
      this.#void();
    });
    redis.on("close", this.#void);
    redis.on("ready", this.#try);
    this.#pinging = setInterval(() => {
      // Its answer, or its silence, is the lifeline's.
      if (this.#listenerId !== undefined) listener.ping().catch(() => {});
    }, PING_MS).unref();
  }

  stop(): void {
    const { redis } = this.#options;
    redis.off("close", this.#void);
    redis.off("ready", this.#try);
    clearInterval(this.#pinging);
    clearTimeout(this.#again);
    this.#epoch++;
    this.#isTelling = false;
    this.#listener?.disconnect();
    this.#listener = undefined;
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
      if (epoch === this.#epoch && this.#isTelling) this.doubt();
      throw error;
    }
    return epoch === this.#epoch ? found : undefined;
  }

  /** Others keep the watch: what stays registered would tell us of each push. */
  off(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#options.redis.client("TRACKING", "OFF").catch(() => {});
  }

  /** Something has changed without a word: it is tried anew whether Redis tells. */
  doubt(): void {
    this.#void();
    this.#try();
  }

  readonly #void = (): void => {
    this.#epoch++;
    this.#isTelling = false;
    this.#isOn = false;
    this.#options.changed();
  };

  #listen(listener: Redis): void {
    // Its id first: who has subscribed may ask nothing any more.
    const subscribed = listener.client("ID").then(async (id) => {
      await listener.subscribe(CHANNEL);
      return id;
    });
    subscribed.then(
      (id) => {
        if (listener !== this.#listener || listener.status !== "ready") return;
        this.#listenerId = id;
        this.#try();
      },
      (error: Error) => {
        if (listener === this.#listener && listener.status === "ready") this.#failed(error);
      },
    );
  }

  readonly #try = (): void => {
    this.#trial().catch((error: Error) => this.#failed(error));
  };

  async #trial(): Promise<void> {
    const { redis, probeKey } = this.#options;
    const listener = this.#listener;
    if (!listener || this.#listenerId === undefined || redis.status !== "ready") return;
    clearTimeout(this.#again);
    const epoch = ++this.#epoch;
    this.#isTelling = false;
    const heard = new Promise<true>((resolve) => (this.#probed = () => resolve(true)));
    const trial = async (): Promise<Error | undefined> => {
      await Promise.all([
        this.#turnOn(),
        redis.client("CACHING", "YES"),
        redis.exists(probeKey),
        redis.set(probeKey, "1", "PX", PROBE_MS),
      ]);
      await listener.ping();
      return (await within(GRACE_MS, heard))
        ? undefined
        : new Error("it takes CLIENT TRACKING and tells nothing");
    };
    const silent = new Error("CLIENT TRACKING was not answered in time");
    const answered = trial().then(
      (error) => [error],
      (error: Error) => [error],
    );
    const [error] = (await within(TRIAL_MS, answered)) ?? [silent];
    // Then their next "ready" tries.
    if (epoch !== this.#epoch) return;
    if (error) {
      this.#failed(error);
      return;
    }
    this.#isTelling = true;
    this.#isOn = true;
    this.#isTriedAgain = false;
    this.#options.decided(undefined);
    this.#options.changed();
  }

  #turnOn(): Promise<unknown> {
    return this.#options.redis.client("TRACKING", "ON", "REDIRECT", this.#listenerId as number, "OPTIN");
  }

  #failed(refusal: Error): void {
    const listener = this.#listener;
    if (!listener) return;
    this.#void();
    const { redis, decided } = this.#options;
    if (redis.status === "ready") redis.client("TRACKING", "OFF").catch(() => {});
    // After a failover the listener may be at the old server still, where nothing is told of the new one.
    const isRefused = refusal.name === "ReplyError" && !/does not exist/.test(refusal.message);
    if (isRefused || this.#isTriedAgain) {
      decided(refusal);
      this.#again = setTimeout(() => this.#reconnect(), AGAIN_MS).unref();
    } else {
      this.#isTriedAgain = true;
      this.#reconnect();
    }
  }

  /** Its "ready" begins anew. */
  #reconnect(): void {
    if (this.#listener?.status === "ready") this.#listener.disconnect(true);
  }

  #told(names: unknown): void {
    // After FLUSHALL there are none.
    if (!Array.isArray(names)) return this.#options.told(undefined);
    const keys = names.map(String);
    if (keys.includes(this.#options.probeKey)) this.#probed();
    this.#options.told(keys);
  }
}
