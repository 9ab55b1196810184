/**
 * Takes jobs as Ruby's own fetch does: BRPOP, one at a time (WIRE §4.1). A job that was popped exists only in
 * this process: a crash loses it. For those who want Ruby's own behaviour, and to compare.
 */
import { connect, isFull, keys, LazyConnection, silenceLimitOf } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import { again } from "./reliable/again.ts";
import { Backoff } from "./backoff.ts";
import type { Fetch, FetchOptions, Move, UnitOfWork } from "./fetch.ts";
import { checkMove, inNoSlot, moveOut } from "./move-out.ts";
import { drawOrder } from "../options/queue-order.ts";

// 2 s as in Sidekiq, so that quiet and newly paused queues are noticed without being told.
const BLOCK_SECONDS = 2;
const RETRY_MS = 1_000;

/** Redis has refused a call. Resolves when it is time to try again. */
type Refused = (error: Error, tries: number) => Promise<void>;

class BasicUnit implements UnitOfWork {
  readonly queue: string;
  readonly text: string;
  readonly raw: Buffer;
  isGone = false;
  #isDone = false;
  readonly #redis: Redis;
  readonly #refused: Refused;
  readonly #done: () => void;

  constructor(queue: string, raw: Buffer, redis: Redis, refused: Refused, done: () => void) {
    this.queue = queue;
    this.raw = raw;
    this.text = raw.toString("utf8");
    this.#redis = redis;
    this.#refused = refused;
    // Once: a slot that is given back twice would let two jobs in.
    this.#done = () => {
      if (!this.#isDone) done();
      this.#isDone = true;
    };
  }

  bytes(): Promise<Buffer> {
    return Promise.resolve(this.raw);
  }

  acknowledge(): void {
    this.#done();
  }

  async move(to: Move): Promise<boolean> {
    try {
      checkMove(to);
      for (let tries = 1; !this.isGone; tries++) {
        try {
          await moveOut(this.#redis, inNoSlot(this.raw), to);
          return true;
        } catch (error) {
          // Nothing was written, and the job is nowhere else: a stop puts it back should this never end.
          await this.#refused(error as Error, tries);
        }
      }
      return false;
    } finally {
      this.#done();
    }
  }
}

export class BasicFetch implements Fetch {
  readonly #options: FetchOptions;
  readonly #redis: Redis;
  readonly #blocking: LazyConnection;
  readonly #backoff: Backoff;
  #running = 0;
  #paused: ReadonlySet<string> = new Set();
  #isQuiet = false;
  #isOver = false;
  #loop: Promise<void> | undefined;
  #roomAgain = (): void => {};

  constructor(options: FetchOptions) {
    this.#options = options;
    this.#redis = connect(options.redis, "worker", options.outage.connection("jobs"));
    this.#blocking = new LazyConnection(() =>
      connect(options.redis, "blocking", options.outage.connection("fetch")),
    );
    this.#backoff = new Backoff(options.outage.part("outcomes"));
  }

  owner(): undefined {}

  async start(): Promise<void> {
    await Promise.all([this.#redis.ping(), connected(this.#blocking.get())]);
    this.#loop = this.#run();
  }

  pause(queues: ReadonlySet<string>): void {
    this.#paused = queues;
  }

  async quiet(): Promise<void> {
    this.#isQuiet = true;
    this.#roomAgain();
    await this.#loop;
  }

  heard(): void {}

  async requeue(units: readonly UnitOfWork[]): Promise<number> {
    const ours = units.filter((unit): unit is BasicUnit => unit instanceof BasicUnit && !unit.isGone);
    for (const unit of ours) unit.isGone = true;
    const { hindered } = this.#options.events;
    const pushes = await Promise.allSettled(
      ours.map((unit) => again(() => this.#giveBack(unit.queue, unit.raw), hindered)),
    );
    const queues = new Set(ours.map((unit) => unit.queue));
    // Its name costs the pages a queue, and the jobs nothing.
    if (queues.size > 0) await this.#redis.sadd(keys.QUEUES, ...queues).catch(hindered);
    const lost = pushes.filter(({ status }) => status === "rejected");
    for (const { reason } of lost as readonly PromiseRejectedResult[]) hindered(reason);
    return pushes.length - lost.length;
  }

  async stop(): Promise<void> {
    await this.quiet();
    this.disconnect();
  }

  disconnect(): void {
    this.#isQuiet = true;
    this.#isOver = true;
    this.#redis.disconnect();
    this.#blocking.disconnect();
  }

  /** As Ruby does, to be the next one fetched; a full memory, in which Ruby loses the job, takes it by a script alone. */
  async #giveBack(queue: string, payload: Buffer): Promise<void> {
    try {
      await this.#redis.rpush(keys.queueKey(queue), payload);
    } catch (error) {
      if (!isFull(error)) throw error;
      await moveOut(this.#redis, inNoSlot(payload), { kind: "queue", queue, side: "front", payload });
    }
  }

  readonly #refused: Refused = async (error, tries) => {
    // Then nobody is left to try again.
    if (this.#isOver) throw error;
    await this.#backoff.refused(error, tries);
  };

  async #run(): Promise<void> {
    const { names, shares } = this.#options.order;
    const blockSeconds = Math.min(BLOCK_SECONDS, silenceLimitOf(this.#options.redis) / 2_000);
    const witness = this.#options.outage.part("fetch");
    const blocking = this.#blocking.get();
    while (!this.#isQuiet) {
      if (this.#running >= this.#options.concurrency) {
        await new Promise<void>((resolve) => (this.#roomAgain = resolve));
        continue;
      }
      const queues = drawOrder(names, shares, Math.random).filter((name) => !this.#paused.has(name));
      try {
        // With every queue paused there is nothing to block on; Ruby's loop sleeps for as long.
        if (queues.length === 0) await blocking.brpop("tsq:none", blockSeconds);
        else await this.#took(await blocking.brpopBuffer(...queues.map(keys.queueKey), blockSeconds));
        witness.answered();
      } catch (error) {
        if (this.#isQuiet) return;
        witness.failing(error as Error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async #took(popped: readonly Buffer[] | null): Promise<void> {
    const [key, raw] = popped ?? [];
    if (!key || !raw) return;
    const queue = key.toString("utf8").slice(keys.queueKey("").length);
    if (this.#isQuiet) {
      // As Ruby does: it is the next one fetched. It is nowhere else any more.
      await again(() => this.#giveBack(queue, raw), this.#options.events.hindered);
      return;
    }
    this.#running++;
    const done = (): void => {
      this.#running--;
      this.#roomAgain();
    };
    const unit = new BasicUnit(queue, raw, this.#redis, this.#refused, done);
    this.#options.events.deliver([unit]);
  }
}

/** It has its server, or has been ended: what a blocking connection is asked before that is refused. */
const connected = async (redis: Redis): Promise<void> => {
  if (redis.status === "ready") return;
  await new Promise<void>((resolve) => {
    redis.once("ready", resolve);
    redis.once("end", resolve);
  });
};
