/**
 * What `configure()` sets: the client behind `job.performAsync()`. It is the one piece of state outside
 * objects, because a job definition is a module's constant; explicit clients need none of it.
 */
import { pino } from "pino";
import type { Logger } from "pino";
import { ERROR_SERIALIZERS } from "../report/logged-error.ts";
import { middleware } from "../config/functions.ts";
import { refuseUnknown } from "../config/nearest.ts";
import { readOptions } from "../config/option.ts";
import type { Options, Schema } from "../config/option.ts";
import { Chain } from "../config/chain.ts";
import type { ChainSource } from "../config/chain.ts";
import type { ServerMiddleware } from "../job/chain.ts";
import { configureRedis } from "../redis/default-redis.ts";
import { Client, restClient } from "./client.ts";
import { CLIENT } from "./client-options.ts";
import type { ClientOptions } from "./client-options.ts";

/**
 * What `configure()` takes. A package that adds options with `addConfiguration()` declares them as members of this, in a
 * `declare module "@tsq/core"`.
 */
export interface Configuration extends ClientOptions {
  /** Server middleware around `performInline()`; a Worker has its own. @default [] */
  serverMiddleware?: ChainSource<ServerMiddleware>;
  /**
   * Where inline jobs log, by default with pino to standard output; told as well, where it is set, when Redis cannot
   * be reached or goes silent, and when it is back.
   */
  logger?: Logger;
}

const OWN = {
  serverMiddleware: {
    ...middleware<ServerMiddleware>("server"),
    tells: "wraps the runs of `performInline()`; a Worker has its own `middleware`",
    fallback: [],
  },
};

/** A row for each option of `configure()`. */
export const CONFIGURATION = {
  ...CLIENT,
  ...OWN,
  logger: {
    ...CLIENT.logger,
    tells: "where inline jobs log; told of Redis as the logger of a Client, but only when you set it",
    usual: "pino to standard output",
  },
} satisfies Schema<Configuration>;

interface Defaults {
  configuration: Configuration;
  inlineChain: Chain<ServerMiddleware>;
  client: Client | undefined;
  logger: Logger | undefined;
  /** Rows that other packages have added. */
  added: Options;
  /** What is configured by those. */
  addedValues: Readonly<Record<string, unknown>>;
  /** The workers of this process that have started and not stopped. */
  readonly workers: Set<object>;
  /** Whether there were some, and all have stopped. */
  isResting: boolean;
}

// On globalThis, because a TypeScript loader may bring a second copy of this module.
const KEY = Symbol.for("tsq.defaults.v1");
const defaults = (): Defaults => {
  const holder = globalThis as { [KEY]?: Defaults };
  return (holder[KEY] ??= {
    configuration: {},
    inlineChain: new Chain(),
    client: undefined,
    logger: undefined,
    added: {},
    addedValues: {},
    workers: new Set(),
    isResting: false,
  });
};

/**
 * Adds options to `configure()`, for a package that no client knows of. Calls of `configure()` from before have not
 * taken them: call it while your module is loaded.
 */
export const addConfiguration = (rows: Options): void => {
  const own = defaults();
  own.added = { ...own.added, ...rows };
};

/** An option that was added, as its row read it; undefined where `configure()` was not given it. */
export const configured = (name: string): unknown => defaults().addedValues[name];

/**
 * Sets where jobs are pushed when no client is named, and where workers, clients and the data API look when they name
 * no `redis`. Call it once at start; without it, or without a `redis`, REDIS_PROVIDER and REDIS_URL decide, and under
 * `tsq work` its `--redis`. The connection opens at the first push.
 *
 * @returns the client, to add middleware to or to close
 * @throws ConfigError when an option is unknown or not what it should be; then all stays as it was
 */
export const configure = (configuration: Configuration = {}): Client => {
  const { added } = defaults();
  refuseUnknown("configure()", configuration, [...Object.keys(CONFIGURATION), ...Object.keys(added)]);
  const { serverMiddleware: given } = configuration;
  const { serverMiddleware: inlineChain } = readOptions("configure()", OWN, { serverMiddleware: given });
  const addedValues = readOptions("configure()", added, only(configuration, added));
  const client = clientBy(configuration);
  const own = defaults();
  const before = own.client;
  own.configuration = configuration;
  own.inlineChain = inlineChain;
  own.addedValues = addedValues;
  own.logger = configuration.logger;
  own.client = client;
  // Pushes that are on their way end first; there is nobody to tell if the old server is gone.
  before?.close().catch(() => {});
  return client;
};

/** The client that is to be the default one; what is refused leaves the Redis of before. */
const clientBy = (configuration: Configuration): Client => {
  const restore = configureRedis(configuration.redis);
  try {
    return clientOf(configuration);
  } catch (error) {
    restore();
    throw error;
  }
};

/**
 * The client that jobs push with: that of `configure()`, or one by the environment. A program that only pushes ends
 * when it is closed; a push after that is rejected until `configure()` is called again. A program with a worker also
 * ends when its last worker has stopped; a push after that opens a connection that ends by itself.
 *
 * @example
 * await defaultClient().close();
 */
export const defaultClient = (): Client => {
  const own = defaults();
  return (own.client ??= clientOf(own.configuration));
};

const clientOf = (configuration: Configuration): Client => {
  const client = new Client(only(configuration, CLIENT));
  if (defaults().isResting) restClient(client, true);
  return client;
};

/** Those that the rows are of. */
const only = (configuration: object, rows: Options): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(configuration).filter(([name]) => Object.hasOwn(rows, name)));

/**
 * The workers of this process that have started and not stopped. A program with a worker ends when its last one has
 * stopped, though its jobs have pushed with the default client.
 */
export const startedWorkers = {
  add(worker: object): void {
    defaults().workers.add(worker);
    setResting(false);
  },
  delete(worker: object): void {
    const { workers } = defaults();
    if (workers.delete(worker) && workers.size === 0) setResting(true);
  },
};

const setResting = (isResting: boolean): void => {
  const own = defaults();
  own.isResting = isResting;
  if (own.client) restClient(own.client, isResting);
};

export const inlineMiddleware = (): Chain<ServerMiddleware> => defaults().inlineChain;

/** Not the client: where a worker runs, it is the one that tells of their Redis. */
export const logInlineTo = (logger: Logger): void => void (defaults().logger = logger);

export const defaultLogger = (): Logger => (defaults().logger ??= pino({ serializers: ERROR_SERIALIZERS }));
