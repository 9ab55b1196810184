/** `tsq dev`: a worker for development, on a Redis of its own if there is none, started anew when files change. */
import type { Logger } from "pino";
import { withoutPassword } from "@tsq/core/protocol";
import { openDevServer } from "../servers/dev-server.ts";
import type { DevServer } from "../servers/dev-server.ts";
import { ChildWorker } from "../process/child-worker.ts";
import { openLog } from "../cli/log.ts";
import { flagsAsArgs } from "../cli/flags.ts";
import type { CommandContext } from "../cli/command.ts";
import type { Environment } from "../config/erb/erb-expression.ts";
import { REDIS_FROM } from "../config/redis-url.ts";
import { ECHO_MS } from "../process/signals.ts";
import type { ServedWeb } from "../process/serve-web.ts";
import { watchSources } from "../process/watch-sources.ts";
import type { DevFlags } from "./dev-command.ts";
import { PASSED_ON } from "./dev-flags.ts";

// Who changes a file wants to see the new code: what runs longer is handed back and runs again.
// With the time that jobs have to unwind it is less than the 5 s after which the worker is killed.
const RESTART_SECONDS = 1;

export const dev = async (context: CommandContext, flags: DevFlags): Promise<void> => {
  const log = openLog(flags.verbose ?? false);
  const server = await openDevServer(context, flags);
  log.info(`Using the ${server.what}: ${withoutPassword(server.url)}`);
  const dashboard = flags.web === false ? undefined : await openDashboard(server.url, log);
  const isWatching = flags.watch !== false;
  let end: (code: number) => void = () => {};
  const ended = new Promise<number>((resolve) => (end = resolve));
  const worker = new ChildWorker(
    ["-t", String(RESTART_SECONDS), ...workFlags(flags)],
    workEnv(server, context.env),
    {
      onEnd: (code) => {
        if (!isWatching) end(code);
        else log.warn({ code }, "The worker has ended; waiting for a change");
      },
      log,
    },
  );
  let endingSince: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (endingSince !== undefined && performance.now() - endingSince >= ECHO_MS) worker.stopAtOnce();
      endingSince ??= performance.now();
      end(0);
    });
  }
  // It never rejects.
  void server.ended.then((error) => {
    log.fatal({ err: error }, "The server has ended");
    end(1);
  });
  const stopWatching = isWatching
    ? await watchSources(flags.require ?? [], () => worker.restart(), log)
    : undefined;
  if (endingSince === undefined) worker.start();
  const code = await ended;
  endingSince ??= performance.now();
  await stopWatching?.();
  await worker.stop();
  await dashboard?.stop();
  await server.stop();
  process.exit(code);
};

/** Nobody's jobs wait for it: where it cannot be, the worker runs without it. */
const openDashboard = async (redis: string, log: Logger): Promise<ServedWeb | undefined> => {
  const { DEFAULT_PORT, LOOPBACK, serveWeb } = await import("../process/serve-web.ts");
  const { createWeb } = await import("../web.ts");
  const serve = (port: number) =>
    serveWeb(createWeb({ redis, logger: log }), { host: LOOPBACK, port, logger: log });
  try {
    // Another `tsq dev` may have the usual port.
    const served = await serve(DEFAULT_PORT).catch(() => serve(0));
    log.info(`Dashboard: ${served.url}`);
    return served;
  } catch (error) {
    log.warn({ err: error }, "There is no dashboard");
    return undefined;
  }
};

/**
 * The worker's environment names its Redis, and that of connections which the jobs open themselves. A flag would
 * show the URL's password to everybody who may list processes.
 */
const workEnv = ({ url, from }: DevServer, env: Environment): Environment => {
  // It would go before REDIS_URL.
  const { REDIS_PROVIDER: _, ...rest } = env;
  return { ...rest, REDIS_URL: url, [REDIS_FROM]: from };
};

const workFlags = (flags: DevFlags): string[] => [
  ...flagsAsArgs(PASSED_ON, flags),
  ...(flags.queue ? [] : ["--queues-of-jobs"]),
];
