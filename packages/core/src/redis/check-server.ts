/** Says in one line why a server cannot be used. */
import { Redis } from "ioredis";
import type { RedisOptions } from "ioredis";
import { RedisUnusableError } from "../errors.ts";
import { databaseRefused } from "./refused-database.ts";
import { describeTarget, redisOptions } from "./redis-target.ts";
import type { RedisTarget } from "./redis-target.ts";
import { whyUnusable } from "./why-unusable.ts";
import { isReplicaIn, readServerInfo } from "./server-info.ts";
import type { ServerInfo } from "./server-info.ts";

const OLDEST = [6, 2];
const ANSWER_WITHIN_MS = 5_000;
// There are several, and each may be silent.
const SENTINEL_ANSWERS_WITHIN_MS = 1_500;

/**
 * Asks the server once whether it can serve, without retrying.
 *
 * @returns its version
 * @throws RedisUnusableError in one line: unreachable, password refused, still loading, too old, a Sentinel, a cluster or a replica,
 * or lacks the database or the permissions
 */
export const checkServer = async (target: RedisTarget): Promise<string> => {
  const where = describeTarget(target);
  const options = redisOptions(target);
  const probe = new Redis({
    ...options,
    protocol: 2,
    lazyConnect: true,
    enableOfflineQueue: true,
    connectTimeout: options.connectTimeout ?? ANSWER_WITHIN_MS,
    commandTimeout: ANSWER_WITHIN_MS,
    disableClientInfo: true,
    // The check that ioredis makes by itself waits for a server that is loading, however long that takes.
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    // By default the sentinels are asked again and again, for ever.
    sentinelRetryStrategy: () => null,
    ...(options.sentinels
      ? { connectTimeout: SENTINEL_ANSWERS_WITHIN_MS, sentinelCommandTimeout: SENTINEL_ANSWERS_WITHIN_MS }
      : {}),
    replyMapping: "legacy",
  });
  let cause: Error | undefined;
  probe.on("error", (error) => (cause = error));
  // What each of them said.
  const sentinels: string[] = [];
  probe.on("sentinelError", (error: Error) => sentinels.push(error.message));
  try {
    await probe.connect();
    // INFO is answered while a server is loading, and PING is not.
    await probe.ping();
    const server = readServerInfo(await probe.info("server"));
    const version = server.get("redis_version") ?? "0";
    checkVersion(where, version);
    if (server.get("redis_mode") === "sentinel") {
      throw new RedisUnusableError(
        `Redis at ${where} is a Sentinel, which keeps no jobs but knows where the master is. Use the URL of that (\`SENTINEL masters\` says it), or in code \`redis: { sentinels, name }\`.`,
      );
    }
    if (server.get("redis_mode") === "cluster") {
      throw new RedisUnusableError(
        `Redis at ${where} runs in cluster mode, and Sidekiq's keys are on one node. Use a server with \`cluster-enabled no\`.`,
      );
    }
    // Sentinel finds the master itself, and finds it anew when that has just been demoted.
    if (!options.sentinels) checkWritable(where, readServerInfo(await probe.info("replication")));
    const { db = 0 } = probe.options;
    // The connection's own SELECT was refused as an event, if at all. In 0 it is already, and a user need not be allowed it.
    if (db !== 0)
      await probe.select(db).catch((error: Error) => {
        throw databaseRefused(target, error.message);
      });
    return version;
  } catch (error) {
    if (error instanceof RedisUnusableError) throw error;
    if (sentinels.length > 0) throw noMaster(options, sentinels, error);
    throw whyUnusable(target, cause ?? (error as Error), "Set REDIS_URL or pass --redis URL.");
  } finally {
    probe.disconnect();
  }
};

const noMaster = (options: RedisOptions, said: readonly string[], cause: unknown): RedisUnusableError => {
  const at = (options.sentinels ?? []).map(({ host, port }) => `${host}:${port ?? 26_379}`).join(", ");
  const isUnknown = said.some((text) => /No such master|invalid reply: null/.test(text));
  const [reason, remedy] = whySilent(said.at(-1) ?? "");
  return new RedisUnusableError(
    isUnknown
      ? `No sentinel at ${at} knows a master \`${options.name}\`. Check \`name\` against \`sentinel monitor\` of their configuration.`
      : `Cannot ask the sentinels at ${at} for the master \`${options.name}\`: ${reason}. ${remedy}`,
    { cause },
  );
};

const whySilent = (told: string): readonly [reason: string, remedy: string] => {
  // They are named already.
  const said = told.replace(/^failed to connect to sentinel \S+ because /, "").replace(/\.$/, "");
  if (/unknown command/i.test(said))
    return ["what answers is a Redis, not a sentinel", "Sentinels usually listen on 26379."];
  if (/NOAUTH|WRONGPASS|AUTH/.test(said))
    return [
      `the password is refused (${said})`,
      "Set `sentinelPassword`, and `sentinelUsername` if they know users.",
    ];
  // What ioredis says in both cases.
  if (/ECONNREFUSED|^Connection is closed/.test(said))
    return ["the connection is refused or closed", "Are they running?"];
  return [said, "Are they running?"];
};

const checkVersion = (where: string, version: string): void => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST[0]! || (major === OLDEST[0] && minor >= OLDEST[1]!)) return;
  throw new RedisUnusableError(
    `Redis at ${where} is version ${version}; tsq needs Redis 6.2 or newer, or Valkey. Upgrade the server.`,
  );
};

const checkWritable = (where: string, replication: ServerInfo): void => {
  if (!isReplicaIn(replication) || replication.get("slave_read_only") !== "1") return;
  const host = replication.get("master_host") ?? "its master";
  const port = replication.get("master_port");
  throw new RedisUnusableError(
    `Redis at ${where} is a read-only replica of ${host}${port ? `:${port}` : ""}. Use the master's URL.`,
  );
};
