/** The one owner of a data API's connection: opened at the first command, shared by what is built on it, closed once. */
import type { Logger } from "pino";
import type { DeathHandler } from "../job/death-handler.ts";
import type { ClientMiddleware } from "../client/chain.ts";
import type { Chain, ChainSource } from "../config/chain.ts";
import { functions, logger, middleware } from "../config/functions.ts";
import { readOptions } from "../config/option.ts";
import type { Kind, Option, Schema } from "../config/option.ts";
import { DEAD_SET, WIRE } from "../config/shared-options.ts";
import { connect, redisOptions } from "../redis/connect.ts";
import type { Redis, RedisTarget } from "../redis/connect.ts";
import { defaultRedis } from "../redis/default-redis.ts";
import { WireFleet } from "../redis/wire-fleet.ts";
import { Outage } from "../redis/outage.ts";
import type { WireOption } from "../redis/wire-fleet.ts";
import type { WireGeneration } from "../wire/time.ts";
import { RedisUnusableError, TsqError } from "../errors.ts";
import { whyUnusable } from "../redis/why-unusable.ts";
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
  /**
   * A kill leaves one less in the dead set, as Sidekiq's trim does. An integer from 1.
   *
   * @default it throws nothing away: the workers do, by their own limit
   */
  deadMaxJobs?: number;
  /**
   * A kill throws away what has died longer ago, in seconds. An integer from 1.
   *
   * @default it throws nothing away: the workers do, by their own limit
   */
  deadTimeoutInSeconds?: number;
}

/** A row for each option of the data API. */
export const API_OPTIONS = {
  redis: {
    takes: "see above; an open connection of ioredis is used as it is and never closed",
    read: targetOf,
    tells: "the server to look at",
    make: () => defaultRedis().redis,
    usual: "see above",
  },
  wire: { ...WIRE, tells: "how times of moved jobs are written" },
  logger: {
    ...logger(),
    tells: "told once when Redis cannot be reached or goes silent, and once when it is back",
    usual: "nobody is told",
  },
  middleware: {
    ...middleware<ClientMiddleware>("client"),
    tells: "wraps the push of jobs that `retry()` and `addToQueue()` move",
    fallback: [],
  },
  deathHandlers: {
    ...functions<DeathHandler>(),
    tells: "told of jobs that `kill()` moves to the dead set",
    fallback: [],
  },
  // Whoever kills one job must not throw away thousands that the workers keep, whose limits are not known here.
  deadMaxJobs: {
    ...unlimited(DEAD_SET.deadMaxJobs),
    tells: "a kill leaves one less in the dead set",
  },
  deadTimeoutInSeconds: {
    ...unlimited(DEAD_SET.deadTimeoutInSeconds),
    tells: "a kill throws away what has died so many seconds ago",
  },
} satisfies Schema<ApiOptions>;

/** What every class of the data API takes: options, or the connection of another one to share. */
export type ApiSource = ApiOptions | ApiConnection;

interface Connected {
  readonly redis: Redis;
  readonly fleet: WireFleet;
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
  /** A kill leaves one less than so many jobs in the dead set; Infinity where no limit was said. */
  readonly deadMaxJobs: number;
  /** A kill throws away what has died so many seconds ago; Infinity where no limit was said. */
  readonly deadTimeoutInSeconds: number;
  readonly #target: RedisTarget;
  readonly #outage: Outage | undefined;
  readonly #wireOption: WireOption;
  #open: Connected | undefined;
  /** The one that was closed last. */
  #leaving: Redis | undefined;
  #hasEnded = false;
  #lastError: Error | undefined;

  /** @throws ConfigError when an option is unknown, or not what it should be */
  constructor(options: ApiOptions = {}) {
    const own = readOptions("the data API", API_OPTIONS, options);
    this.#target = own.redis;
    this.#wireOption = own.wire;
    this.#outage = Outage.to(own.logger, this.#target);
    this.middleware = own.middleware;
    this.deathHandlers = own.deathHandlers;
    this.deadMaxJobs = own.deadMaxJobs;
    this.deadTimeoutInSeconds = own.deadTimeoutInSeconds;
  }

  /** The connection; opens it if nobody has. What an ACL refuses is rejected with a RedisUnusableError, which it throws after `end()`. */
  get redis(): Redis {
    return this.#connected().redis;
  }

  /** Whether it opens the connection itself, of whose outages it tells its logger; false of one that was given open. */
  get isOwn(): boolean {
    return !isOpen(this.#target);
  }

  /** The spelling of times for what is written now; looks at the fleet at most every 10 seconds. */
  async wire(): Promise<WireGeneration> {
    const { fleet } = this.#connected();
    return fleet.at(Date.now()) ?? fleet.look();
  }

  /**
   * What to tell a person of a command that failed: which Redis, why, and what to do. ioredis says to a command only that
   * there is no connection, and to the connection why; of one that was given open that is not known here.
   */
  whyFailed(error: Error): string {
    // What was explained before says it all.
    if (error instanceof TsqError || this.#hasEnded || this.redis.options.keyPrefix) return error.message;
    const cause = error.name === "ReplyError" ? error : (this.#lastError ?? error);
    return whyUnusable(this.#target, cause, "").message.trim();
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
    this.#leaving = open.redis;
    if (open.redis.status === "ready") await open.redis.quit().catch(() => {});
    open.redis.disconnect();
  }

  /**
   * Ends the connection at once and for good: what waits for an answer is rejected, and so is every later command, with a
   * RedisUnusableError. One that was given open stays open, and is not used any more.
   */
  end(): void {
    const open = this.#open;
    this.#hasEnded = true;
    this.#open = undefined;
    if (open && !isOpen(this.#target)) drop(open.redis);
    // Whose QUIT nobody may have answered yet.
    if (this.#leaving) drop(this.#leaving);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #connected(): Connected {
    if (this.#hasEnded) throw new RedisUnusableError("This connection of the data API has been ended.");
    return (this.#open ??= this.#connect());
  }

  #connect(): Connected {
    const redis = isOpen(this.#target) ? this.#target : this.#connectTo(this.#target);
    const said = withSaidRefusals(redis);
    return { redis: said, fleet: new WireFleet(said, this.#wireOption) };
  }

  #connectTo(target: RedisTarget): Redis {
    const redis = connect(target, "api", this.#outage?.connection("data API"));
    redis.on("error", (error: Error) => (this.#lastError = error));
    redis.on("ready", () => (this.#lastError = undefined));
    return redis;
  }
}

/** As for a Worker, but nothing where nobody says it. */
function unlimited({
  takes,
  read,
}: Kind<number>): Kind<number> & Required<Pick<Option<number>, "make" | "usual">> {
  return { takes, read, make: () => Infinity, usual: "nothing is thrown away" };
}

/** ioredis alone gives a server that is silent two more seconds. */
function drop(redis: Redis): void {
  redis.disconnect();
  // Undefined until it has connected, whatever its type says.
  const stream: Redis["stream"] | undefined = redis.stream;
  stream?.destroy();
}

/** Refused at once, and not at the first command. */
function targetOf(value: unknown): RedisTarget {
  // From JavaScript anything can come.
  const target = value as RedisTarget;
  if (!isOpen(target)) redisOptions(target);
  return target;
}

/** By what it can do: a connection may come from another copy of ioredis. */
function isOpen(target: RedisTarget): target is Redis {
  return typeof target === "object" && target !== null && typeof (target as Redis).pipeline === "function";
}
