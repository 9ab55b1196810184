/** The one owner of a data API's connection: opened at the first command, shared by what is built on it, closed once. */
import type { Logger } from "pino";
import type { DeathHandler } from "../job/death-handler.ts";
import type { ClientMiddleware } from "../client/chain.ts";
import { chainOf } from "../config/chain.ts";
import type { Chain, ChainSource } from "../config/chain.ts";
import { refuseUnknown } from "../config/nearest.ts";
import { checkedFunctions, checkedWire } from "../config/option-checks.ts";
import { deadSetLimits } from "../moves/burial.ts";
import { connect } from "../redis/connect.ts";
import type { Redis, RedisTarget } from "../redis/connect.ts";
import { defaultRedis } from "../redis/default-redis.ts";
import { Fleet } from "../redis/fleet.ts";
import { Outage } from "../redis/outage.ts";
import type { WireOption } from "../redis/fleet.ts";
import type { WireGeneration } from "../wire/time.ts";
import { withSaidRefusals } from "./said-refusals.ts";

/** Where the data API looks, and how it writes what it moves. */
export interface ApiOptions {
  /**
   * Where Redis is. A URL or ioredis options open a connection at the first command, which `close()` ends.
   * An open ioredis connection is used as it is and never closed. The options' `socketTimeout` is that of `ClientOptions`.
   *
   * @default what `configure()` says, else the variable that REDIS_PROVIDER names, else REDIS_URL, else
   * redis://localhost:6379/0
   */
  redis?: RedisTarget | undefined;
  /**
   * How `enqueued_at` of a moved job is written: 8 as integer milliseconds, 7 as float seconds. `auto` looks at
   * the Ruby processes that are alive (WIRE §15.1).
   *
   * @default "auto"
   */
  wire?: WireOption;
  /** Told once when Redis cannot be reached or leaves a command unanswered for too long, and once when it is back. @default nobody */
  logger?: Logger;
  /** Wraps the push of jobs that `retry()` and `addToQueue()` move, as it wraps every push. @default [] */
  middleware?: ChainSource<ClientMiddleware>;
  /**
   * Told of jobs that `kill()` moves to the dead set. They run here, in the process that kills, as Sidekiq's do;
   * give it those of your workers. @default []
   */
  deathHandlers?: readonly DeathHandler[];
  /** The dead set keeps one less, as Sidekiq's trim does. An integer from 1. @default 10_000 */
  deadMaxJobs?: number;
  /** Seconds a job stays in the dead set. @default 15_552_000, 180 days */
  deadTimeoutInSeconds?: number;
}

const OPTIONS: Readonly<Record<keyof ApiOptions, true>> = {
  redis: true,
  wire: true,
  logger: true,
  middleware: true,
  deathHandlers: true,
  deadMaxJobs: true,
  deadTimeoutInSeconds: true,
};

/** What every class of the data API takes: options, or the connection of another one to share. */
export type ApiSource = ApiOptions | ApiConnection;

interface Connected {
  readonly redis: Redis;
  readonly fleet: Fleet;
}

/**
 * A connection that several objects of the data API share. Each class opens its own when it gets options.
 *
 * @example
 * await using api = new ApiConnection({ redis: "redis://localhost:6379/0" });
 * const [stats, retries] = await Promise.all([new Stats(api).fetch(), new RetrySet(api).size()]);
 */
export class ApiConnection implements AsyncDisposable {
  /** Wraps the push of moved jobs. */
  readonly middleware: Chain<ClientMiddleware>;
  /** Told of killed jobs. */
  readonly deathHandlers: readonly DeathHandler[];
  /** The dead set keeps one less than so many jobs. */
  readonly deadMaxJobs: number;
  /** Seconds a job stays in the dead set. */
  readonly deadTimeoutInSeconds: number;
  readonly #target: RedisTarget;
  readonly #outage: Outage | undefined;
  readonly #wireOption: WireOption;
  #open: Connected | undefined;

  /** @throws ConfigError when an option is unknown, or not what it should be */
  constructor(options: ApiOptions = {}) {
    refuseUnknown("the data API", options, Object.keys(OPTIONS));
    this.#target = options.redis ?? defaultRedis().redis;
    this.#wireOption = checkedWire(options.wire ?? "auto");
    this.#outage = Outage.to(options.logger, this.#target);
    this.middleware = chainOf("middleware", options.middleware ?? []);
    this.deathHandlers = checkedFunctions("deathHandlers", options.deathHandlers ?? []);
    const { deadMaxJobs, deadTimeoutInSeconds } = deadSetLimits(options);
    this.deadMaxJobs = deadMaxJobs;
    this.deadTimeoutInSeconds = deadTimeoutInSeconds;
  }

  /** The connection; opens it if nobody has. What an ACL refuses is rejected with a RedisUnusableError. */
  get redis(): Redis {
    return this.#connected().redis;
  }

  /** The spelling of times for what is written now; looks at the fleet at most every 10 seconds. */
  async wire(): Promise<WireGeneration> {
    const { fleet } = this.#connected();
    return fleet.at(Date.now()) ?? fleet.look();
  }

  /**
   * Ends the connection after what was sent has been answered; the next command opens it again. One that was
   * given open stays open.
   */
  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (!open || isOpen(this.#target)) return;
    // QUIT waits for the replies of everything before it; without a server there is nothing to wait for.
    if (open.redis.status === "ready") await open.redis.quit().catch(() => {});
    open.redis.disconnect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #connected(): Connected {
    return (this.#open ??= this.#connect());
  }

  #connect(): Connected {
    const redis = isOpen(this.#target)
      ? this.#target
      : connect(this.#target, "client", this.#outage?.connection("data API"));
    const said = withSaidRefusals(redis);
    return { redis: said, fleet: new Fleet(said, this.#wireOption) };
  }
}

/** By what it can do: a connection may come from another copy of ioredis. */
const isOpen = (target: RedisTarget): target is Redis =>
  typeof target === "object" && "pipeline" in target && typeof target.pipeline === "function";
