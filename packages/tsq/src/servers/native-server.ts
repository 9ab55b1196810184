/** A `valkey-server` or `redis-server` of this machine, as a child process on loopback. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { ConfigError } from "@tsq/core";
import { checkServer } from "@tsq/core/protocol";

export interface NativeServer {
  readonly url: string;
  /** The program that was found. */
  readonly program: string;
  /** Resolves when it ends, with or without `stop()`. */
  readonly ended: Promise<Error>;
  readonly stop: () => Promise<void>;
}

export interface NativeServerOptions {
  readonly port: number;
  /** The folder that keeps the data; none keeps nothing. */
  readonly dir?: string;
}

const PROGRAMS = ["valkey-server", "redis-server"];
const TRIES = 50;
const BETWEEN_MS = 100;

/** @throws ConfigError when neither program is on PATH, or the one that is does not start */
export const startNative = async ({ port, dir }: NativeServerOptions): Promise<NativeServer> => {
  const data = dir === undefined ? ["--save", "", "--appendonly", "no"] : ["--dir", dir];
  for (const program of PROGRAMS) {
    const args = ["--port", String(port), "--bind", "127.0.0.1", ...data];
    // Out of reach of the terminal's Ctrl-C: a worker that stops still has jobs to hand back.
    const child = spawn(program, args, { stdio: "ignore", detached: true });
    const kill = (): boolean => child.kill("SIGTERM");
    process.once("exit", kill);
    const ended = endOf(child);
    const stop = async (): Promise<void> => {
      process.off("exit", kill);
      kill();
      await ended;
    };
    const url = `redis://127.0.0.1:${port}/0`;
    const failure = await Promise.race([ended, answering(url)]);
    if (!failure) return { url, program, ended, stop };
    await stop();
    if ((failure as NodeJS.ErrnoException).code === "ENOENT") continue;
    throw new ConfigError(`Could not start ${program} on port ${port}: ${failure.message}.`);
  }
  throw new ConfigError(`Expected ${PROGRAMS.join(" or ")} on PATH, found neither. Use --server embedded.`);
};

const endOf = (child: ChildProcess): Promise<Error> =>
  new Promise((resolve) => {
    child.once("error", resolve);
    child.once("exit", (code, signal) => resolve(new Error(`it ended with ${signal ?? `code ${code}`}`)));
  });

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

export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

export const freePort = (): Promise<number> =>
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
