/**
 * A Redis for one test file alone, empty, on the backend that TSQ_TEST_REDIS names: `embedded` (the default),
 * `native` (a `redis-server` or `valkey-server` of this machine), `docker:IMAGE`, or the `redis://` URL of a server
 * for tests.
 */
import { Redis, type RedisOptions } from "ioredis";
import { startDockerRedis } from "./docker-redis.ts";
import { startEmbedded } from "./inside-embedded.ts";
import { lendRedis } from "./lent-redis.ts";
import { startNativeRedis } from "./native-redis.ts";

export type RedisBackend = "embedded" | "native";

export interface StartRedisOptions {
  readonly backend?: RedisBackend;
  /** Configuration as on a server's command line: `["--maxmemory", "20mb"]`. Not on a server named by a URL. */
  readonly args?: readonly string[];
}

/** All of ioredis' options, with the replies as its types describe them. */
export type ClientOptions = RedisOptions & { readonly replyMapping?: "legacy" };

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** A client of its own; `stop()` closes it. */
  client(options?: ClientOptions): Redis;
  stop(): Promise<void>;
}

interface Server {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

export async function startRedis(options: StartRedisOptions = {}): Promise<TestRedis> {
  const backend = options.backend ?? process.env["TSQ_TEST_REDIS"] ?? "embedded";
  if (options.args !== undefined && isUrl(backend)) {
    throw new Error(`Expected no \`args\` on \`${backend}\`, which is not this test's alone.`);
  }
  const isUsual = backend === "embedded" && options.backend === undefined && options.args === undefined;
  const server = isUsual ? await lendRedis() : await startServer(backend);
  await applyArgs(server.url, options.args ?? []);

  const clients: Redis[] = [];
  return {
    url: server.url,
    port: server.port,
    client(clientOptions: ClientOptions = {}) {
      const client = new Redis(server.url, clientOptions);
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) client.disconnect();
      await server.stop();
    },
  };
}

function startServer(backend: string): Promise<Server> {
  if (backend === "embedded") return startEmbedded();
  if (backend === "native") return startNativeRedis();
  if (backend.startsWith("docker:")) return startDockerRedis(backend.slice("docker:".length));
  if (isUrl(backend)) return claimDatabase(new URL(backend));
  throw new Error(
    `Expected TSQ_TEST_REDIS to be \`embedded\`, \`native\`, \`docker:IMAGE\` or a redis:// URL, got \`${backend}\`.`,
  );
}

function isUrl(backend: string): boolean {
  return /^rediss?:\/\//.test(backend);
}

async function applyArgs(url: string, args: readonly string[]): Promise<void> {
  if (args.length === 0) return;
  const redis = new Redis(url);
  for (let index = 0; index < args.length; index += 2) {
    await redis.config("SET", args[index]?.replace(/^--/, "") ?? "", args[index + 1] ?? "");
  }
  redis.disconnect();
}

/** Database 0 of a shared server holds the claims alone: which of the others are taken, and which tests have filled before. */
const CLAIM = "tsq:test:claim:";
const USED = "tsq:test:used";

/** A test file that was killed gives its database back by this. */
const CLAIM_SECONDS = 3600;

/** Takes a database that nobody else has: one that is empty, or full of what earlier tests left. */
async function claimDatabase(url: URL): Promise<Server> {
  const databaseUrl = (index: number): string => Object.assign(new URL(url), { pathname: `/${index}` }).href;
  const claims = new Redis(databaseUrl(0));
  for (let index = 1; index <= 15; index++) {
    const isMine = await claims.set(`${CLAIM}${index}`, process.pid, "EX", CLAIM_SECONDS, "NX");
    if (isMine === null) continue;
    const database = new Redis(databaseUrl(index));
    if ((await database.dbsize()) === 0 || (await claims.sismember(USED, index)) === 1) {
      await claims.sadd(USED, index);
      await database.flushdb();
      return {
        url: databaseUrl(index),
        port: Number(url.port || 6379),
        async stop() {
          await database.flushdb();
          await claims.del(`${CLAIM}${index}`);
          database.disconnect();
          claims.disconnect();
        },
      };
    }
    database.disconnect();
    await claims.del(`${CLAIM}${index}`);
  }
  claims.disconnect();
  throw new Error(
    `Expected one of the databases 1 to 15 of \`${url.host}\` to be empty, none is: FLUSHDB one of them.`,
  );
}
