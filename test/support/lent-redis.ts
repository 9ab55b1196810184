/**
 * The embedded server of a test process, lent to one test file after another: to start one costs a third of a second of a
 * core, and a hundred files ask for one. A file gets it as it was when it was new. When something of a file is left that
 * cannot be wiped off, a setting, a right or a connection, that server is ended, and the next file gets a new one.
 */
import { Redis } from "ioredis";
import { eventually } from "./eventually.ts";
import { startEmbedded } from "./inside-embedded.ts";
import type { EmbeddedServer } from "./inside-embedded.ts";

/** What it is like when it is new, as text to compare. */
type Condition = string;

interface Lent {
  readonly server: EmbeddedServer;
  readonly condition: Condition;
}

// A socket that its client has closed is gone a moment later. Who is there longer has been forgotten, and would come back.
const GONE_WITHIN_MS = 1_000;

let idle: Lent | undefined;

export interface LentRedis {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

export const lendRedis = async (): Promise<LentRedis> => {
  const lent = idle ?? (await startNew());
  idle = undefined;
  const { server } = lent;
  return { url: server.url, port: server.port, stop: () => takeBack(lent) };
};

const startNew = async (): Promise<Lent> => {
  const server = await startEmbedded();
  return { server, condition: await asAdmin(server, conditionOf) };
};

const takeBack = async (lent: Lent): Promise<void> => {
  const isAsNew = await asAdmin(lent.server, async (redis) => {
    await eventually(() => isAlone(redis), { timeoutMs: GONE_WITHIN_MS });
    await redis.multi().flushall().script("FLUSH").config("RESETSTAT").exec();
    return (await conditionOf(redis)) === lent.condition;
  }).catch(() => false);
  if (isAsNew && !idle) idle = lent;
  else await lent.server.stop();
};

const isAlone = async (redis: Redis): Promise<void> => {
  const clients = String(await redis.client("LIST"))
    .trim()
    .split("\n");
  if (clients.length > 1) throw new Error(`Still connected: ${clients.join("\n")}`);
};

const conditionOf = async (redis: Redis): Promise<Condition> =>
  JSON.stringify([await redis.config("GET", "*"), await redis.acl("LIST"), await redis.function("LIST")]);

const asAdmin = async <T>(server: EmbeddedServer, ask: (redis: Redis) => Promise<T>): Promise<T> => {
  // A server that has ended is not to be waited for.
  const redis = new Redis(server.url, { retryStrategy: null, maxRetriesPerRequest: 0 });
  redis.on("error", () => {});
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
};
