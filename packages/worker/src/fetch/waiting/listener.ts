/**
 * The connection on which Redis tells of keys that change. By RESP2, as everything of ours: for RESP3 ioredis 6 drops what
 * is pushed. A server, or a proxy, that refuses to let it listen, closes it then or says nothing, is found out here.
 */
import { connect } from "@tsq/core/protocol";
import type { Redis, Witness } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";
import { Closed, Unopened } from "./closed.ts";
import { inTime } from "./in-time.ts";

const CHANNEL = "__redis__:invalidate";
const ANSWER_MS = 1_000;
// In a network in which new connections hang, ioredis tells so after ten seconds.
const OPEN_MS = 2_000;
// Nobody would notice that a connection is silent which only listens.
const PING_MS = 5_000;

export interface ListenerEvents {
  /** These keys have changed; all, when they are undefined. */
  readonly told: (keys: readonly string[] | undefined) => void;
  /** Redis can tell it by this id. */
  readonly listens: (id: number) => void;
  /** It has no connection, and makes a new one. */
  readonly lost: () => void;
  /** It has one, and cannot listen there. */
  readonly failed: (error: Error) => void;
}

export class Listener {
  readonly #redis: Redis;
  readonly #events: ListenerEvents;
  readonly #pinging: NodeJS.Timeout;
  #isListening = false;
  #isEnded = false;

  constructor(target: RedisTarget, witness: Witness, events: ListenerEvents) {
    this.#events = events;
    const redis = (this.#redis = connect(target, "listening", witness));
    redis.on("messageBuffer", (_channel, names: unknown) => {
      // After FLUSHALL there are none.
      events.told(Array.isArray(names) ? names.map(String) : undefined);
    });
    redis.on("ready", () => this.#listen());
    this.#opens();
    this.#pinging = setInterval(() => {
      // Its answer, or its silence, is the lifeline's.
      if (this.#isListening) redis.ping().catch(() => {});
    }, PING_MS).unref();
  }

  /** Resolves when all is told that was to be told before. */
  async caughtUp(): Promise<void> {
    await this.#redis.ping();
  }

  end(): void {
    this.#isEnded = true;
    clearInterval(this.#pinging);
    this.#redis.disconnect();
  }

  /** It makes a connection, and says so when that takes too long. */
  #opens(): void {
    const redis = this.#redis;
    const settled = new Promise<true>((resolve) => {
      for (const event of ["ready", "end"]) redis.once(event, () => resolve(true));
    });
    inTime(OPEN_MS, settled).then(
      (isSettled) => {
        if (!isSettled && !this.#isEnded) this.#events.failed(new Unopened());
      },
      () => {},
    );
  }

  #listen(): void {
    const redis = this.#redis;
    const closed = new Promise<Error>((resolve) => {
      redis.once("close", () => {
        const wasListening = this.#isListening;
        this.#isListening = false;
        if (this.#isEnded) return;
        this.#events.lost();
        this.#opens();
        if (!wasListening) resolve(new Closed("the connection was closed at SUBSCRIBE"));
      });
    });
    // Its id first: who has subscribed may ask nothing any more.
    const answered = redis.client("ID").then(async (id) => {
      await redis.subscribe(CHANNEL);
      return id;
    });
    const answer = answered.catch((error: Error) => (redis.status === "ready" ? error : closed));
    const silent = new Error("SUBSCRIBE was not answered in time");
    inTime(ANSWER_MS, Promise.race([answer, closed])).then(
      (id = silent) => this.#answered(id),
      (error: Error) => this.#answered(error),
    );
  }

  #answered(id: number | Error): void {
    if (this.#isEnded) return;
    if (typeof id !== "number") return this.#events.failed(id);
    this.#isListening = true;
    this.#events.listens(id);
  }
}
