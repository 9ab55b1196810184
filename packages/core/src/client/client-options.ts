/** What a Client is made with, checked once. */
import type { Logger } from "pino";
import { ConfigError } from "../errors.ts";
import type { ChainSource } from "../config/chain.ts";
import { logger, middleware } from "../config/functions.ts";
import { isRecord } from "../config/nearest.ts";
import { notAsExpected, readOptions } from "../config/option.ts";
import type { Place, Schema, Values } from "../config/option.ts";
import { WIRE } from "../config/shared-options.ts";
import { silenceLimitOf } from "../redis/connect.ts";
import type { RedisTarget } from "../redis/connect.ts";
import { defaultRedis } from "../redis/default-redis.ts";
import type { WireOption } from "../redis/wire-fleet.ts";
import type { JobOptions } from "../wire/payload.ts";
import { DEFINE_ONLY } from "../job/definition.ts";
import { refuseMisspelled, SET_ONLY } from "../job/job-option-names.ts";
import type { ClientMiddleware } from "./chain.ts";
import { checkOptions, given, wholeRetryFor } from "./normalize.ts";
import { checkedTransport } from "./transport.ts";
import type { Transport } from "./transport.ts";

/** Where a `Client` pushes to, and how. */
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

/** A row for each option of a Client. */
export const CLIENT = {
  redis: {
    takes: "see above",
    read: checkedTarget,
    tells: "the server to push to",
    usual: "see above",
  },
  transport: {
    takes: "a [`Transport`](client.md#without-redis)",
    read: checkedTransport,
    tells: "what carries the payloads instead; not with `redis`",
    usual: "Redis",
  },
  wire: {
    ...WIRE,
    tells: "how times are written, as for a Worker; `auto` asks the `transport` if there is one",
  },
  middleware: {
    ...middleware<ClientMiddleware>("client"),
    tells: "wraps every push, the first outermost",
    fallback: [],
  },
  defaultJobOptions: {
    takes: "options of a job that travel",
    read: checkedDefaults,
    tells: "what every job pushed through this client starts from; a job's own options come first",
    make: (): JobOptions => ({}),
    usual: '`{ retry: true, queue: "default" }`',
  },
  logger: {
    ...logger(),
    tells: "told once when Redis cannot be reached or goes silent, and once when it is back",
    usual: "nobody is told",
  },
} satisfies Schema<ClientOptions>;

/** Where the pushes of a client go. */
export type Destination = { readonly redis: RedisTarget } | { readonly transport: Transport };

/** The options with everything decided. */
export interface CheckedClientOptions extends Omit<Values<typeof CLIENT>, "redis" | "transport"> {
  readonly to: Destination;
}

/**
 * @throws ConfigError naming the option, what was expected and what came
 * @throws InvalidJobError when one of `defaultJobOptions` breaks Sidekiq's rules
 */
export const checkedClientOptions = (options: ClientOptions): CheckedClientOptions => {
  const { redis, transport, ...own } = readOptions("a Client", CLIENT, options);
  if (redis !== undefined && transport !== undefined) {
    throw new ConfigError(
      "Expected either `redis` or `transport`, got both: the transport carries the jobs, and the Redis would get none. Leave one out.",
    );
  }
  return { ...own, to: transport ? { transport } : { redis: redis ?? defaultRedis().redis } };
};

/** At once, and not at the first push. */
function checkedTarget(value: unknown): RedisTarget {
  // From JavaScript anything can come, and is refused there.
  const target = value as RedisTarget;
  silenceLimitOf(target);
  return target;
}

function checkedDefaults(defaults: unknown, place: Place): JobOptions {
  if (!isRecord(defaults))
    throw notAsExpected(place, "an object", defaults, "Write one such as `{ retry: 5 }`.");
  refuseMisspelled("`defaultJobOptions`", defaults, [], [...SET_ONLY, ...DEFINE_ONLY]);
  checkOptions(defaults);
  return wholeRetryFor(given(defaults));
}
