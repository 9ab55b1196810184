/** Which Redis `tsq dev` uses: the one that was named, else one that answers on localhost, else one of its own. */
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "@tsq/core";
import { checkServer, DEFAULT_REDIS_URL } from "@tsq/core/protocol";
import type { EmbeddedServer } from "@tsq/embedded";
import { freePort, isFree, startNative } from "./native-server.ts";
import type { CommandContext } from "../cli/command.ts";

export type ServerKind = "embedded" | "native";

export interface DevServer {
  readonly url: string;
  /** What it is, for the first line that `tsq dev` prints. */
  readonly what: string;
  /** Who named it, for the first line of its worker. */
  readonly from: string;
  /** Resolves when a server of our own ends by itself. */
  readonly ended: Promise<Error>;
  readonly stop: () => Promise<void>;
}

const PORT = 6379;
const DATA = ".tsq";

/** @throws ConfigError or EmbeddedError when the server cannot be started, RedisUnusableError when a named one is of no use */
export const openDevServer = async (
  { namedRedis, redis }: Pick<CommandContext, "namedRedis" | "redis">,
  flags: { readonly redis?: string; readonly server?: ServerKind },
): Promise<DevServer> => {
  const kind = flags.server;
  if (kind !== undefined && flags.redis !== undefined) {
    throw new ConfigError("Expected --redis or --server, got both. Leave one out.");
  }
  if (kind === "embedded") return embedded();
  if (kind === "native") return native();
  const named = namedRedis();
  if (named.from !== "default") {
    // Never silently replaced: someone's jobs are there.
    await redis();
    return notOurs(
      named.url,
      `Redis of ${named.from}`,
      named.from === "--redis" ? "--redis of tsq dev" : named.from,
    );
  }
  try {
    const version = await checkServer(DEFAULT_REDIS_URL);
    if (Number.parseInt(version, 10) >= 7) {
      return notOurs(DEFAULT_REDIS_URL, `Redis ${version} that runs on localhost`, "default");
    }
  } catch {
    // Nobody there, or nobody to use: a server of our own is what this command is for.
  }
  return embedded();
};

const notOurs = (url: string, what: string, from: string): DevServer => ({
  url,
  what,
  from,
  ended: new Promise(() => {}),
  stop: () => Promise.resolve(),
});

/** For nobody but its owner, and for no repository: jobs hold what a company knows of people. */
const makeData = (): void => {
  mkdirSync(DATA, { recursive: true, mode: 0o700 });
  chmodSync(DATA, 0o700);
  const ignore = join(DATA, ".gitignore");
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
};

const embedded = async (): Promise<DevServer> => {
  makeData();
  const server = await startOn(PORT).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return startOn(0);
    throw error;
  });
  return {
    url: server.url,
    what: `embedded Valkey, for development only; its data is in ${DATA}/`,
    from: "the embedded server of tsq dev",
    ended: once(server, "fatal").then(([error]) => error as Error),
    stop: () => server.stop(),
  };
};

/** On Redis's own port if it is free: there Ruby finds it without being told. */
/** Loaded only when it is asked for: a worker beside a server of its own needs none of it. */
const startOn = async (port: number): Promise<EmbeddedServer> => {
  const { startEmbedded } = await import("@tsq/embedded");
  return startEmbedded({ port, dir: DATA });
};

const native = async (): Promise<DevServer> => {
  const port = (await isFree(PORT)) ? PORT : await freePort();
  makeData();
  const { url, program, ended, stop } = await startNative({ port, dir: DATA });
  return {
    url,
    what: `${program} of this machine; its data is in ${DATA}/`,
    from: `the ${program} of tsq dev`,
    ended,
    stop,
  };
};
