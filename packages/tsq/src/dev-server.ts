/** Which Redis `tsq dev` uses: the one that was named, else one that answers on localhost, else one of its own. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { ConfigError } from "@tsq/core";
import { checkServer, DEFAULT_REDIS_URL } from "@tsq/core/protocol";
import { startEmbedded } from "./embedded/start-embedded.ts";
import { redisFrom } from "./redis-url.ts";

export type ServerKind = "embedded" | "native";

export interface DevServer {
  readonly url: string;
  /** What it is, for the first line that `tsq dev` prints. */
  readonly what: string;
  readonly stop: () => Promise<void>;
}

const PORT = 6379;
const DATA = ".tsq";
const NATIVE = ["valkey-server", "redis-server"];
const nothingToStop = (): Promise<void> => Promise.resolve();

export const openDevServer = async (
  redis: string | undefined,
  kind: ServerKind | undefined,
): Promise<DevServer> => {
  if (kind !== undefined && redis !== undefined) {
    throw new ConfigError("Expected --redis or --server, got both. Leave one out.");
  }
  if (kind === "embedded") return embedded();
  if (kind === "native") return native();
  const named = redisFrom(redis, process.env);
  if (named.from !== "default") {
    // Never silently replaced: someone's jobs are there.
    await checkServer(named.url);
    return { url: named.url, what: `Redis of ${named.from}`, stop: nothingToStop };
  }
  try {
    const version = await checkServer(DEFAULT_REDIS_URL);
    if (Number.parseInt(version, 10) >= 7) {
      return { url: DEFAULT_REDIS_URL, what: `Redis ${version} that runs on localhost`, stop: nothingToStop };
    }
  } catch {
    // Nobody there, or nobody to use: a server of our own is what this command is for.
  }
  return embedded();
};

const embedded = async (): Promise<DevServer> => {
  // On Redis's own port Ruby finds it without being told.
  const port = (await isFree(PORT)) ? PORT : 0;
  const server = await startEmbedded({ port, dir: DATA });
  return {
    url: server.url,
    what: `embedded Valkey, for development only; its data is in ${DATA}/`,
    stop: () => server.stop(),
  };
};

const native = async (): Promise<DevServer> => {
  const port = (await isFree(PORT)) ? PORT : await freePort();
  mkdirSync(DATA, { recursive: true });
  for (const program of NATIVE) {
    const child = spawn(program, ["--port", String(port), "--bind", "127.0.0.1", "--dir", DATA], {
      stdio: "ignore",
    });
    const ended = new Promise<Error | undefined>((resolve) => {
      child.once("error", resolve);
      child.once("exit", (code) => resolve(new Error(`it ended with code ${code}`)));
    });
    const url = `redis://127.0.0.1:${port}/0`;
    const failure = await Promise.race([ended, answering(url)]);
    if (!failure) {
      const stop = async (): Promise<void> => {
        child.kill("SIGTERM");
        await ended;
      };
      return { url, what: `${program} of this machine; its data is in ${DATA}/`, stop };
    }
    if ((failure as NodeJS.ErrnoException).code === "ENOENT") continue;
    throw new ConfigError(`Could not start ${program} on port ${port}: ${failure.message}.`);
  }
  throw new ConfigError(`Expected ${NATIVE.join(" or ")} on PATH, found neither. Use --server embedded.`);
};

const TRIES = 50;
const BETWEEN_MS = 100;

const answering = async (url: string): Promise<Error | undefined> => {
  for (let i = 0; i < TRIES; i++) {
    try {
      await checkServer(url);
      return undefined;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
  }
  return new Error("it does not answer");
};

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
