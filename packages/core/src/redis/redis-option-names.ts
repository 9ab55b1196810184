/** The options of ioredis by name: one that it does not know it ignores, and connects to localhost. */
import type { IpcNetConnectOpts, TcpNetConnectOpts } from "node:net";
import type { RedisOptions } from "ioredis";
import { ConfigError } from "../errors.ts";
import { unknownName } from "../config/nearest.ts";

/** What ioredis 6 and Node's sockets read; the compiler keeps it whole. */
const OPTIONS: Readonly<
  Record<keyof RedisOptions | keyof TcpNetConnectOpts | keyof IpcNetConnectOpts, true>
> = {
  Connector: true,
  retryStrategy: true,
  commandTimeout: true,
  blockingTimeout: true,
  blockingTimeoutGrace: true,
  socketTimeout: true,
  keepAlive: true,
  noDelay: true,
  connectionName: true,
  disableClientInfo: true,
  clientInfoTag: true,
  username: true,
  password: true,
  db: true,
  autoResubscribe: true,
  autoResendUnfulfilledCommands: true,
  reconnectOnError: true,
  readOnly: true,
  stringNumbers: true,
  protocol: true,
  replyMapping: true,
  connectTimeout: true,
  monitor: true,
  maxRetriesPerRequest: true,
  maxLoadingRetryTime: true,
  enableAutoPipelining: true,
  autoPipeliningIgnoredCommands: true,
  offlineQueue: true,
  commandQueue: true,
  enableOfflineQueue: true,
  enableReadyCheck: true,
  lazyConnect: true,
  scripts: true,
  himportFieldsets: true,
  name: true,
  role: true,
  tls: true,
  sentinelUsername: true,
  sentinelPassword: true,
  sentinels: true,
  path: true,
  family: true,
  sentinelRetryStrategy: true,
  sentinelReconnectStrategy: true,
  preferredSlaves: true,
  disconnectTimeout: true,
  sentinelCommandTimeout: true,
  enableTLSForSentinelMode: true,
  sentinelTLS: true,
  natMap: true,
  updateSentinels: true,
  sentinelMaxConnections: true,
  failoverDetector: true,
  keyPrefix: true,
  showFriendlyErrorStack: true,
  host: true,
  port: true,
  localAddress: true,
  localPort: true,
  hints: true,
  lookup: true,
  autoSelectFamily: true,
  autoSelectFamilyAttemptTimeout: true,
  keepAliveInitialDelay: true,
  timeout: true,
  onread: true,
  allowHalfOpen: true,
  fd: true,
  readable: true,
  signal: true,
  writable: true,
};

export const REDIS_OPTION_NAMES: readonly string[] = Object.keys(OPTIONS);

/** What other clients call them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  url: "Pass the URL itself as `redis`.",
  uri: "Pass the URL itself as `redis`.",
  hostname: "Did you mean `host`?",
  database: "Did you mean `db`?",
  ssl: "Did you mean `tls`? It takes an object, `{}` for the usual.",
  user: "Did you mean `username`?",
  pass: "Did you mean `password`?",
  auth: "Did you mean `password`?",
  socket: "Write its `host`, `port` and `tls` beside the others.",
};

/** @throws ConfigError naming the option and what was probably meant */
export const refuseUnknownRedisOptions = (options: object): void => {
  for (const name of Object.keys(options)) {
    if (REDIS_OPTION_NAMES.includes(name)) continue;
    const remedy = Object.hasOwn(ELSEWHERE, name.toLowerCase()) && ELSEWHERE[name.toLowerCase()];
    throw new ConfigError(
      remedy
        ? `Expected options of \`redis\` that ioredis knows, got \`${name}\`. ${remedy}`
        : unknownName("option", "`redis`", name, REDIS_OPTION_NAMES),
    );
  }
};
