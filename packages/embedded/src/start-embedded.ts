/** Starts the embedded Valkey: a real server for development and tests, from an npm package, in a thread of its own. */
import { Worker } from "node:worker_threads";
import { EmbeddedError } from "./embedded-error.ts";
import { EmbeddedServer } from "./embedded-server.ts";
import type { LogLevel } from "./log-line.ts";
import type { ThreadOptions, ThreadReport } from "./valkey-thread.ts";

export { EmbeddedError, EmbeddedServer };
export type { LogLevel };

export interface StartEmbeddedOptions {
  /**
   * The TCP port; 0 takes a free one.
   *
   * @default 0
   */
  readonly port?: number;
  /** The address to listen on. It is not protected in any way, so it is never more than this machine's own. */
  readonly host?: "127.0.0.1";
  /**
   * The folder that keeps the data, as `dump.rdb`; made if it is not there, and for one server at a time.
   * A dump that cannot be loaded is renamed to `dump.rdb.corrupt-<timestamp>`, and the server starts empty.
   *
   * @default none: the data ends with the server
   */
  readonly dir?: string;
  /**
   * How often changed data goes to `dir`, in milliseconds: what a killed process may lose. A save stalls the clients
   * for as long as it takes, which is about 80 ms for 200,000 jobs. From 1.
   *
   * @default 10_000
   */
  readonly saveEveryMs?: number;
  /**
   * Where writes begin to fail, in Valkey's notation. What the server once used is not given back while it runs.
   *
   * @default "512mb"
   */
  readonly maxmemory?: string;
  /** What Valkey says. What it says while it starts comes as `debug`. */
  readonly onLog?: (message: string, level: LogLevel) => void;
  /**
   * Start although NODE_ENV is `production`.
   *
   * @default false
   */
  readonly allowInProduction?: boolean;
}

/**
 * Starts a Valkey 9.1 inside this process, for development and tests: no replication, no TLS, no append-only file.
 * It does not keep the process alive.
 *
 * @returns the running server, as soon as clients can connect.
 * @throws EmbeddedError when it may not or cannot start; an Error with the code `EADDRINUSE` when the port is taken.
 * @example
 * const server = await startEmbedded({ port: 6379, dir: ".tsq" });
 * const redis = new Redis(server.url);
 */
export async function startEmbedded(options: StartEmbeddedOptions = {}): Promise<EmbeddedServer> {
  refuseUnsafe(options);
  const stopped = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const threadOptions: ThreadOptions = {
    port: options.port ?? 0,
    host: options.host ?? "127.0.0.1",
    dir: options.dir ?? null,
    saveEveryMs: options.saveEveryMs ?? 10_000,
    maxmemory: options.maxmemory ?? "512mb",
    stopped,
  };
  const onLog = options.onLog ?? (() => {});
  const worker = new Worker(new URL("./valkey-thread.js", import.meta.url), {
    name: "tsq-valkey",
    workerData: threadOptions,
    // Not the process's own: a loader or a --require meant for the application has no business in this thread.
    execArgv: [],
    env: {},
  });
  try {
    const port = await ready(worker, onLog);
    return new EmbeddedServer({ worker, port, hasSnapshots: options.dir !== undefined, stopped, onLog });
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

function refuseUnsafe(options: StartEmbeddedOptions): void {
  if (process.env["NODE_ENV"] === "production" && options.allowInProduction !== true) {
    throw new EmbeddedError(
      "Expected a Redis URL, because NODE_ENV is `production`: the embedded Valkey is for development and tests. " +
        "Set REDIS_URL, or pass `allowInProduction: true` if you can lose the data.",
    );
  }
  // From JavaScript anything may come, and the server has no password.
  const host: string | undefined = options.host;
  if (host !== undefined && host !== "127.0.0.1") {
    throw new EmbeddedError(
      `Expected \`host\` to be \`127.0.0.1\`, got \`${host}\`: the embedded Valkey has no password.`,
    );
  }
}

/** Resolves to the port. */
function ready(worker: Worker, onLog: (message: string, level: LogLevel) => void): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const receive = (report: ThreadReport): void => {
      if (report.kind === "log") onLog(report.message, report.level);
      else if (report.kind === "ready") settle(() => resolve(report.port));
      else if (report.kind === "failed") settle(() => reject(startError(report.message, report.code)));
    };
    const fail = (error: Error): void => settle(() => reject(error));
    const exit = (): void =>
      fail(new EmbeddedError("The thread of the embedded Valkey ended before it was ready."));
    const settle = (act: () => void): void => {
      worker.off("message", receive).off("error", fail).off("exit", exit);
      act();
    };
    worker.on("message", receive).on("error", fail).on("exit", exit);
  });
}

/** Node's own errors, of the listener and of the folder, keep their code; they only lost it on the way here. */
function startError(message: string, code: string | undefined): Error {
  const isOfNode = code !== undefined && code !== "TSQ_EMBEDDED";
  return isOfNode ? Object.assign(new Error(message), { code }) : new EmbeddedError(message);
}
