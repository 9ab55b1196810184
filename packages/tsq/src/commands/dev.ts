/**
 * `tsq dev`: a worker for development. The worker is a child process, so that a change of files starts it anew
 * with nothing left of the old code, while the server and its jobs stay.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { openDevServer } from "../dev-server.ts";
import type { ServerKind } from "../dev-server.ts";
import { openLog } from "../log.ts";

export interface DevFlags {
  readonly require?: readonly string[];
  readonly queue?: readonly string[];
  readonly concurrency?: string;
  readonly config?: string;
  readonly verbose?: boolean;
  readonly server?: ServerKind;
  readonly watch?: boolean;
  readonly redis?: string;
}

const CLI = fileURLToPath(new URL("../cli.js", import.meta.url));
const SETTLE_MS = 100;
const IGNORED = /(^|[\\/])(node_modules|\.git|\.tsq|dist|tmp|log)([\\/]|$)/;
const SOURCES = /\.(c|m)?(t|j)sx?$|\.json$|\.ya?ml(\.erb)?$/;

export const dev = async (flags: DevFlags): Promise<void> => {
  const log = openLog(flags.verbose ?? false);
  const server = await openDevServer(flags.redis, flags.server);
  log.info(`Using the ${server.what}: ${server.url}`);
  const args = ["work", "--redis", server.url, ...workFlags(flags)];
  let child: ChildProcess | undefined;
  let isEnding = false;
  let isRestarting = false;
  const run = (): void => {
    isRestarting = false;
    child = spawn(process.execPath, [CLI, ...args], { stdio: "inherit" });
    child.once("exit", (code) => {
      child = undefined;
      if (isRestarting && !isEnding) run();
      else if (!isEnding)
        log.warn(
          { code },
          flags.watch === false ? "The worker has ended" : "The worker has ended; waiting for a change",
        );
    });
  };
  const restart = (): void => {
    isRestarting = true;
    if (child) child.kill("SIGTERM");
    else run();
  };
  const stopWatching =
    flags.watch === false
      ? async (): Promise<void> => {}
      : await watchSources(restart, (file) => log.info(`${file} changed, restarting`));
  run();
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve());
  });
  isEnding = true;
  await stopWatching();
  await ended(child);
  await server.stop();
  process.exit(0);
};

const ended = async (child: ChildProcess | undefined): Promise<void> => {
  if (!child || child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  // On a terminal Ctrl-C has reached it already; a second signal would stop it at once.
  if (!process.stdin.isTTY) child.kill("SIGTERM");
  await gone;
};

const workFlags = (flags: DevFlags): string[] => [
  ...(flags.require ?? []).flatMap((file) => ["-r", file]),
  ...(flags.queue ?? []).flatMap((queue) => ["-q", queue]),
  ...(flags.concurrency === undefined ? [] : ["-c", flags.concurrency]),
  ...(flags.config === undefined ? [] : ["-C", flags.config]),
  ...(flags.verbose ? ["-v"] : []),
];

const watchSources = async (
  restart: () => void,
  tell: (file: string) => void,
): Promise<() => Promise<void>> => {
  const { watch } = await import("chokidar");
  const watcher = watch(".", { ignored: (path) => IGNORED.test(path), ignoreInitial: true });
  let timer: NodeJS.Timeout | undefined;
  watcher.on("all", (_event, file) => {
    if (!SOURCES.test(file)) return;
    // An editor saves in several steps.
    clearTimeout(timer);
    timer = setTimeout(() => {
      tell(file);
      restart();
    }, SETTLE_MS);
  });
  return async () => {
    clearTimeout(timer);
    await watcher.close();
  };
};
