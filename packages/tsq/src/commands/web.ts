/** `tsq web`: the dashboard in a process of its own. */
import { ConfigError } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { checkServer, withoutPassword } from "@tsq/core/protocol";
import { basicAuth } from "@tsq/web";
import type { Auth, BasicAuthOptions } from "@tsq/web";
import type { Logger } from "pino";
import type { CommandContext } from "../cli/command.ts";
import { goalsOf } from "../cli/goals.ts";
import { openLog } from "../cli/log.ts";
import type { Environment } from "../config/erb/erb-expression.ts";
import { ENDING, endNoMore } from "../process/early-signals.ts";
import { npmScript, watchParent } from "../process/parent-process.ts";
import { DEFAULT_PORT, LOOPBACK, serveWeb } from "../process/serve-web.ts";
import { createWeb } from "../web.ts";
import type { WebFlags } from "./web-command.ts";

const LAST_PORT = 65_535;
// What `createWeb()` takes.
const MOST_REQUESTS = 1_000_000;
const AGAIN_MS = 500;

export const web = async (context: CommandContext, flags: WebFlags): Promise<void> => {
  const { host = LOOPBACK, basePath, readOnly = false } = flags;
  const port = integerOf("--port", flags.port, LAST_PORT) ?? DEFAULT_PORT;
  const requestsPerMinute = integerOf("--requests-per-minute", flags.requestsPerMinute, MOST_REQUESTS);
  const goals = goalsOf(flags.goal);
  const log = openLog(false);
  const auth = authOf(context.env, { proxies: flags.proxy ?? [], logger: log });
  if (!auth && !isLoopback(host)) {
    throw new ConfigError(
      `Expected a password for a dashboard that others can reach at ${shown(host)}, got none. ` +
        "Set TSQ_WEB_PASSWORD (and TSQ_WEB_USER, by default `admin`), or leave out --host.",
    );
  }
  // Without one it answers its own machine alone, and what comes through a proxy is not told from it.
  if (!auth && (flags.proxy ?? []).length > 0) {
    throw new ConfigError(
      "Expected a password for a dashboard behind a proxy, got none: it would refuse all that comes through it. " +
        "Set TSQ_WEB_PASSWORD (and TSQ_WEB_USER, by default `admin`), or leave out --proxy.",
    );
  }
  const { url } = context.namedRedis();
  const dashboard = createWeb({
    redis: url,
    auth,
    readOnly,
    basePath,
    requestsPerMinute,
    ...goals,
    logger: log,
  });
  const served = await serveWeb(dashboard, { host, port, basePath, logger: log });
  // Before the line that says it is there: whoever reads that may stop it at once.
  const ended = signalled(log);
  log.info(
    { redis: withoutPassword(url), password: auth !== undefined, readOnly },
    `Dashboard: ${served.url}`,
  );
  // It is there all the same: its pages say the same, and show the jobs as soon as that is over.
  void checkServer(url).catch((error: unknown) => log.warn(messageOf(error)));
  const signal = await ended;
  log.info({ signal }, "Stopping");
  const cut = await served.stop();
  if (cut > 0)
    log.warn({ requests: cut }, "Stopped before all requests had ended: what they did may be half done");
  else log.info("Stopped");
  process.exit(0);
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const integerOf = (flag: string, text: string | undefined, most: number): number | undefined => {
  if (text === undefined) return undefined;
  const value = /^\d{1,7}$/.test(text) ? Number(text) : most + 1;
  if (value <= most) return value;
  throw new ConfigError(`Expected ${flag} to be an integer from 0 to ${most}, got ${shown(text)}.`);
};

/** A flag would show the password to everybody who may list processes. */
const authOf = (env: Environment, options: BasicAuthOptions): Auth | undefined => {
  const password = env["TSQ_WEB_PASSWORD"];
  if (!password) return undefined;
  return basicAuth({ [env["TSQ_WEB_USER"] || "admin"]: { password, role: "admin" } }, options);
};

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host);

/**
 * By one that would end the process at once, or when npm has gone that started it. Sent again half a second later it ends at
 * once: whoever does that does not want to wait. Sooner it is the same one, which a shell and npm have both handed on.
 */
const signalled = (log: Logger): Promise<string> =>
  new Promise((resolve) => {
    let sinceMs: number | undefined;
    const stop = (signal: NodeJS.Signals): void => {
      if (sinceMs !== undefined && performance.now() - sinceMs < AGAIN_MS) return;
      if (sinceMs !== undefined) {
        for (const one of ENDING) process.off(one, stop);
        process.kill(process.pid, signal);
        return;
      }
      sinceMs = performance.now();
      resolve(signal.slice("SIG".length));
    };
    for (const signal of ENDING) process.on(signal, stop);
    endNoMore();
    watchNpm(log, () => resolve("parent gone"));
  });

/** An orphan would keep its port, and nobody would look after it. */
const watchNpm = (log: Logger, gone: () => void): void => {
  const script = npmScript(process.env);
  if (script === undefined || process.stdin.isTTY || process.stdout.isTTY) return;
  log.warn(
    `Started by \`${script}\`, which may end at a signal without telling this dashboard. It stops when that is gone; start node_modules/.bin/tsq itself instead.`,
  );
  watchParent(gone);
};
