/** What a Client is made with, checked once. */
import type { Logger } from "pino";
import { ConfigError } from "../errors.ts";
import { inspect } from "../report/inspect.ts";
import { chainOf } from "../config/chain.ts";
import type { Chain, ChainSource } from "../config/chain.ts";
import { refuseUnknown } from "../config/nearest.ts";
import { checkedLogger, checkedWire } from "../config/option-checks.ts";
import { silenceLimitOf } from "../redis/connect.ts";
import type { RedisTarget } from "../redis/connect.ts";
import { defaultRedis } from "../redis/default-redis.ts";
import type { WireOption } from "../redis/fleet.ts";
import type { JobOptions } from "../wire/payload.ts";
import { DEFINE_ONLY, refuseMisspelled, SET_ONLY } from "../job/job-option-names.ts";
import type { ClientMiddleware } from "./chain.ts";
import { checkOptions, given, wholeRetryFor } from "./normalize.ts";
import { checkedTransport } from "./transport.ts";
import type { Transport } from "./transport.ts";

export interface ClientOptions {
  /**
   * Where Redis is: a URL, ioredis options or a connection whose options are copied. Their `socketTimeout` says for how
   * many milliseconds Redis may leave a command unanswered before its connection is closed and made anew: above 0 and
   * below 2^31, by default 10,000.
   *
   * @default what `configure()` says, else the variable that REDIS_PROVIDER names, else REDIS_URL, else
   * redis://localhost:6379/0
   */
  redis?: RedisTarget | undefined;
  /**
   * What carries the payloads in place of Redis, for tests, an outbox and the like: it gets the bytes that Redis would,
   * after the same checks and middleware. It belongs to the client, whose `close()` closes it. Not with `redis`.
   *
   * @default Redis
   */
  transport?: Transport;
  /**
   * How times are written: 8 as integer milliseconds, 7 as float seconds for fleets with Sidekiq 7 or older.
   * `auto` looks at the Ruby processes that are alive, or asks the `transport`.
   *
   * @default "auto"
   */
  wire?: WireOption;
  /** Wraps every push, in this order. @default [] */
  middleware?: ChainSource<ClientMiddleware>;
  /**
   * The options that every job pushed through this client starts from; a job's own go before them, key by key
   * (Sidekiq's `default_job_options`).
   *
   * @default { retry: true, queue: "default" }
   */
  defaultJobOptions?: JobOptions;
  /** Told once when Redis cannot be reached or leaves a push unanswered for too long, and once when it is back. @default nobody */
  logger?: Logger;
}

const OPTIONS: Readonly<Record<keyof ClientOptions, true>> = {
  redis: true,
  transport: true,
  wire: true,
  middleware: true,
  defaultJobOptions: true,
  logger: true,
};

/** For those who take these options among others. */
export const CLIENT_OPTION_NAMES: readonly string[] = Object.keys(OPTIONS);

/** Where the pushes of a client go. */
export type Destination = { readonly redis: RedisTarget } | { readonly transport: Transport };

/** The options with everything decided. */
export interface CheckedClientOptions {
  readonly to: Destination;
  readonly wire: WireOption;
  readonly middleware: Chain<ClientMiddleware>;
  readonly defaultJobOptions: JobOptions;
  readonly logger: Logger | undefined;
}

/**
 * @throws ConfigError naming the option, what was expected and what came
 * @throws InvalidJobError when one of `defaultJobOptions` breaks Sidekiq's rules
 */
export const checkedClientOptions = (options: ClientOptions): CheckedClientOptions => {
  refuseUnknown("a Client", options, CLIENT_OPTION_NAMES);
  return {
    to: destination(options),
    wire: checkedWire(options.wire ?? "auto"),
    middleware: chainOf("middleware", options.middleware ?? []),
    defaultJobOptions: checkedDefaults(options.defaultJobOptions ?? {}),
    logger: options.logger === undefined ? undefined : checkedLogger(options.logger),
  };
};

const destination = ({ redis, transport }: ClientOptions): Destination => {
  if (transport === undefined)
    return { redis: redis === undefined ? defaultRedis().redis : checkedTarget(redis) };
  if (redis === undefined) return { transport: checkedTransport(transport) };
  throw new ConfigError(
    "Expected either `redis` or `transport`, got both: the transport carries the jobs, and the Redis would get none. Leave one out.",
  );
};

/** At once, and not at the first push. */
const checkedTarget = (target: RedisTarget): RedisTarget => {
  silenceLimitOf(target);
  return target;
};

const checkedDefaults = (defaults: JobOptions): JobOptions => {
  const shape: unknown = defaults;
  if (typeof shape !== "object" || shape === null || Array.isArray(shape)) {
    throw new ConfigError(
      `Expected \`defaultJobOptions\` to be an object such as { retry: 5 }, got \`${inspect(shape)}\`.`,
    );
  }
  refuseMisspelled("`defaultJobOptions`", defaults, [], [...SET_ONLY, ...DEFINE_ONLY]);
  checkOptions(defaults as Readonly<Record<string, unknown>>);
  return wholeRetryFor(given(defaults));
};
