/**
 * Puts due jobs from the retry set and the schedule onto their queues (WIRE §5). Any number of processes
 * poll; taking a job out of its set is the claim, so each is enqueued once, and never lost in between.
 */
import {
  burialAt,
  cleanupProcesses,
  connect,
  displayClass,
  HookTimeoutError,
  HookWaits,
  JidSource,
  keys,
  kill,
  LazyConnection,
  parsePayload,
  promote,
  open,
  promotionOf,
  scoreOf,
  timeToken,
} from "@tsq/core/protocol";
import type { Outage, Redis } from "@tsq/core/protocol";
import { Chain, MalformedPayloadError } from "@tsq/core";
import type { ChainSource, ClientMiddleware, PushContext, RedisTarget, WireGeneration } from "@tsq/core";
import type { RetryPolicy } from "../run/conclude.ts";
import type { ErrorHandler } from "../run/hooks.ts";
import { Loop } from "./loop.ts";
import type { Service } from "./service.ts";
import { SharedConnection } from "./shared-connection.ts";
import type { Share } from "./shared-connection.ts";

// A call holds Redis for a third of a millisecond. 200 would move a tenth more per second, and hold it twice as long.
const AT_ONCE = 100;
const FIRST_WAIT_MS = 10_000;
// For the middleware of one job, where that of others of its class has not answered.
const LEAST_MS = 100;
const FIRST_SPREAD_MS = 5_000;

export interface PollerOptions {
  readonly redis: RedisTarget;
  /** Else it has a connection of its own. */
  readonly connection?: Share;
  readonly wire: () => WireGeneration;
  readonly middleware: ChainSource<ClientMiddleware>;
  readonly policy: RetryPolicy;
  readonly onError: ErrorHandler;
  readonly outage: Outage;
  /** As in `WorkerOptions`. */
  readonly hookTimeoutMs: number;
  /** Seconds between two looks of the whole fleet (Sidekiq's `average_scheduled_poll_interval`, 5). */
  readonly averageScheduledPollInterval: number;
  /** Seconds between two looks of this process, whatever the fleet's size. */
  readonly pollIntervalAverage: number | undefined;
  readonly random?: () => number;
}

interface Due {
  readonly member: Buffer;
  readonly queue: string;
  /** Undefined when a client middleware stopped it: it is removed and not pushed, as in Sidekiq. */
  readonly payload: Buffer | undefined;
}

/** Some of what is due, made ready to be moved. */
interface Batch {
  readonly size: number;
  readonly due: readonly Due[];
  /** So many were malformed, and are in the dead set. */
  readonly buried: number;
}

export class Poller implements Service {
  readonly name = "poller";
  readonly #options: PollerOptions;
  readonly #share: Share;
  readonly #redis: Redis;
  /** For what middleware asks: a command of its own must not wait for ever, nor be sent twice. */
  readonly #asked: LazyConnection;
  readonly #middleware: Chain<ClientMiddleware>;
  readonly #waits: HookWaits;
  readonly #loop: Loop;
  readonly #random: () => number;
  readonly #jids = new JidSource();
  /** How long middleware is waited for in this look, by class: of those for which it has not answered. */
  readonly #patienceMs = new Map<string, number>();
  #stopping: Promise<void> | undefined;
  #hasCleaned = false;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    const { redis, connection, outage } = options;
    this.#share = connection ?? new SharedConnection(redis, outage.connection("poller")).share();
    this.#redis = this.#share.redis;
    this.#asked = new LazyConnection(() =>
      connect(options.redis, "client", options.outage.connection("poller's middleware")),
    );
    this.#middleware = new Chain(options.middleware);
    this.#waits = new HookWaits(options.hookTimeoutMs);
    this.#loop = new Loop({
      name: this.name,
      firstMs: () => this.#firstWaitMs(),
      nextMs: async () => (await this.#nextWaitSeconds()) * 1_000,
      runOnce: () => this.#pollOnce(),
      witness: options.outage.part("move due jobs"),
      // What a pass without a server has not moved is still in its set.
      isReachable: () => this.#redis.status === "ready",
    });
  }

  start(): void {
    open(this.#redis);
    this.#loop.start();
  }

  /** What falls due is left to the processes that take jobs. */
  quiet(): Promise<void> {
    return this.stop();
  }

  /** Once, because a connection that is ended twice keeps its process alive for two seconds. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const stopped = this.#loop.stop();
    // A look that waits for middleware would be waited for in vain: what it has not answered for stays in its set.
    this.#waits.end();
    await stopped;
    this.#share.leave();
    this.#asked.disconnect();
  }

  /** One pass over both sets, until nothing is due. */
  async poll(nowMs = Date.now()): Promise<number> {
    this.#patienceMs.clear();
    let moved = 0;
    for (const set of [keys.RETRY, keys.SCHEDULE]) {
      for (;;) {
        const sweep = await this.#sweep(set, scoreOf(nowMs));
        moved += sweep.moved;
        // What another poller took first was passed over as well, and with it as many that could be moved.
        if (sweep.moved === 0 || sweep.passedOver === 0 || this.#loop.isStopped) break;
      }
    }
    return moved;
  }

  async #pollOnce(): Promise<void> {
    if (!this.#hasCleaned) await cleanupProcesses(this.#redis);
    this.#hasCleaned = true;
    await this.poll();
  }

  /** 10 to 15 s, so that a fleet that restarts does not look all at once. */
  #firstWaitMs(): number {
    const first = this.#options.pollIntervalAverage === undefined ? FIRST_WAIT_MS : 0;
    return first + this.#random() * FIRST_SPREAD_MS;
  }

  /** Sidekiq's formulas: each process looks the less often the more there are (WIRE §5, 8.0.10 and later). */
  async #nextWaitSeconds(): Promise<number> {
    const processes = Math.max(1, await this.#redis.scard(keys.PROCESSES));
    const average =
      this.#options.pollIntervalAverage ?? processes * this.#options.averageScheduledPollInterval;
    const spread = average * this.#random();
    return processes < 10 ? spread + average / 2 : spread * 2;
  }

  /** Once through what is due. What cannot be moved is passed over, so that it holds up nobody. */
  async #sweep(set: string, until: string): Promise<{ moved: number; passedOver: number }> {
    let moved = 0;
    let passedOver = 0;
    let batch = await this.#batch(set, until, 0);
    while (batch.size > 0 && !this.#loop.isStopped) {
      // The next ones are read first and made ready while Redis moves these.
      const reading = this.#batch(set, until, passedOver + batch.size - batch.buried);
      const [next, some] = await Promise.all([reading, this.#move(set, batch)]);
      passedOver += batch.size - some;
      moved += some;
      batch = next;
    }
    return { moved, passedOver };
  }

  async #batch(set: string, until: string, from: number): Promise<Batch> {
    const page = ["LIMIT", from, AT_ONCE] as const;
    const push: PushContext = {
      reason: set === keys.RETRY ? "retried" : "due",
      redis: () => this.#asked.get(),
    };
    const members = await this.#redis.zrangeBuffer(set, "-inf", until, "BYSCORE", ...page);
    const due: Due[] = [];
    let buried = 0;
    for (const member of members) {
      // The rest stays in its set, and its middleware has nothing to answer for.
      if (this.#loop.isStopped) break;
      try {
        due.push(await this.#prepare(member, push));
      } catch (error) {
        const isMalformed = error instanceof MalformedPayloadError;
        const context = isMalformed
          ? `Malformed member of \`${set}\`, kept in the dead set`
          : `A client middleware failed; the job stays in \`${set}\``;
        this.#options.onError(error, { context });
        if (isMalformed) buried += await this.#bury(set, member);
      }
    }
    return { size: members.length, due, buried };
  }

  /** How many of the batch are not in the set any more. */
  async #move(set: string, { due, buried }: Batch): Promise<number> {
    if (due.length === 0) return buried;
    const targets = [...new Set(due.map(({ queue }) => queue))];
    const moved = await promote(
      this.#redis,
      { set, queues: keys.QUEUES, targets: targets.map(keys.queueKey) },
      {
        plan: { targets: due.map(({ queue, payload }) => (payload ? targets.indexOf(queue) + 1 : 0)) },
        jobs: due.flatMap(({ member, payload }) => [member, payload ?? ""]),
      },
    );
    return moved + buried;
  }

  async #prepare(member: Buffer, push: PushContext): Promise<Due> {
    const payload = parsePayload(member.toString("utf8"));
    const promoted = (): ReturnType<typeof promotionOf> =>
      promotionOf(member, payload, {
        enqueuedAt: timeToken(Date.now(), this.#options.wire()),
        isRetry: false,
        nextJid: () => this.#jids.next(),
        middleware: this.#middleware,
        push,
      });
    const { queue, bytes } =
      this.#middleware.size === 0 ? await promoted() : await this.#patiently(displayClass(payload), promoted);
    return { member, queue, payload: bytes };
  }

  /**
   * What answers for none of many jobs keeps those behind them for about twice as long as for one, and not for each anew.
   * Others may be honestly slow: of each class it is its own.
   */
  async #patiently<T>(jobClass: string, answer: () => Promise<T>): Promise<Awaited<T>> {
    const limitMs = this.#patienceMs.get(jobClass) ?? this.#options.hookTimeoutMs;
    try {
      return await this.#waits.answerOf(`client middleware for a job of ${jobClass}`, answer, limitMs);
    } catch (error) {
      if (error instanceof HookTimeoutError)
        this.#patienceMs.set(jobClass, Math.min(limitMs, Math.max(LEAST_MS, limitMs / 2)));
      throw error;
    }
  }

  #bury(set: string, member: Buffer): Promise<number> {
    const burial = burialAt(Date.now(), this.#options.policy);
    return kill(this.#redis, { set, dead: keys.DEAD }, { member, ...burial });
  }
}
