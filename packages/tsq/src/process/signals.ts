/**
 * What the process does when it is signalled, by the system or through Redis: TERM, INT, TSTP and TTIN as Sidekiq;
 * HUP, QUIT and USR2, which would end it at once, stop it as TERM does.
 */
import type { Logger } from "pino";
import { ExitCalledError, guardExit } from "./exit-call.ts";
import { npmScript, watchParent } from "./parent-process.ts";

/** The variable with which `tsq dev` asks its worker to stop when `tsq dev` is gone. */
export const STOP_WITH_PARENT = "TSQ_STOP_WITH_PARENT";

/**
 * npm and npx send a signal on to their child, which a terminal's Ctrl-C has reached by itself: two of them within
 * so many milliseconds are one.
 */
export const ECHO_MS = 500;

const EXIT_MS = 1_000;

/** Who is signalled: a worker, or whoever hands it on to workers. */
export interface Signalled {
  /** Resolves when nothing runs any more. */
  stop(): Promise<void>;
  quiet(): Promise<void>;
  /** Ends the wait of a stop for what still runs. */
  hurry(): void;
  /** Writes what runs to the log. */
  dump(): void;
  /** An exception was caught by nobody; the stop comes next. */
  crashed(): void;
  /** What to do with signals that come through Redis. */
  onSignal(listener: (signal: string) => void): unknown;
}

interface Obedience {
  readonly isStopping: () => boolean;
  /** Resolves when the stop has ended. */
  readonly stopped: Promise<void>;
  /** Nothing runs any more: from now on `process.exit()` ends the process. */
  readonly release: () => void;
}

export const obeySignals = (signalled: Signalled, log: Logger): Obedience => {
  let stoppingSince: number | undefined;
  let resolve: () => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const stopped = new Promise<void>((...both) => ([resolve, reject] = both));
  const stop = (signal: string): void => {
    // As in Sidekiq: the stop is under way, and another signal changes nothing of it.
    if (stoppingSince !== undefined) return;
    stoppingSince = performance.now();
    const hint =
      signal === "INT" && process.stdin.isTTY ? "; Ctrl-C once more hands back at once what still runs" : "";
    log.info({ signal }, `Stopping${hint}`);
    signalled.stop().then(resolve, reject);
  };
  const interrupt = (): void => {
    if (stoppingSince !== undefined && performance.now() - stoppingSince >= ECHO_MS) {
      log.warn({ signal: "INT" }, "Handing back what still runs");
      signalled.hurry();
    }
    stop("INT");
  };
  const { release, returning } = guardExit(log, () => {
    if (stoppingSince !== undefined) return false;
    // The job that called it has failed: what follows from that is written first, or the job would be handed back, too.
    setTimeout(() => signalled.hurry(), EXIT_MS);
    stop("process.exit");
    return true;
  });
  const handlers: Readonly<Record<string, () => void>> = {
    TERM: () => stop("TERM"),
    INT: interrupt,
    HUP: () => stop("HUP"),
    QUIT: () => stop("QUIT"),
    USR2: () => stop("USR2"),
    TSTP: () =>
      void signalled.quiet().catch((error: unknown) => log.error({ err: error }, "Could not go quiet")),
    TTIN: () => signalled.dump(),
  };
  // Before listeners of the user's modules, which end the process as a rule: by then the stop is under way. All keys are names of signals.
  for (const [name, handler] of Object.entries(handlers))
    process.prependListener(`SIG${name}` as NodeJS.Signals, handler);
  signalled.onSignal((signal) => {
    const handler = handlers[signal];
    if (handler) handler();
    else log.warn({ signal }, "Do not know this signal");
  });
  stopWithParent(stop, log);
  process.prependListener("uncaughtException", (error) => {
    // What listeners of the user's own throw now would end the process.
    returning();
    // It has its line, and the stop has begun.
    if (error instanceof ExitCalledError) return;
    // The state of user code is unknown from here on: hand the jobs back and let the platform start anew.
    log.fatal({ err: error }, "Uncaught exception; handing back what runs");
    process.exitCode = 1;
    signalled.crashed();
    stop("uncaughtException");
  });
  process.prependListener("unhandledRejection", (error) => {
    // A promise that a job forgot must not take the other jobs down.
    if (!(error instanceof ExitCalledError)) log.error({ err: error }, "Unhandled rejection");
  });
  return { isStopping: () => stoppingSince !== undefined, stopped, release };
};

/** An orphan would go on taking jobs, with code that nobody looks at any more. */
const stopWithParent = (stop: (signal: string) => void, log: Logger): void => {
  if (process.env[STOP_WITH_PARENT]) {
    process.once("disconnect", () => stop("disconnect"));
    return;
  }
  const script = npmScript(process.env);
  if (script === undefined || process.stdin.isTTY || process.stdout.isTTY) return;
  log.warn(
    `Started by \`${script}\`, which may end at a signal without telling this worker. It stops when that is gone; start node_modules/.bin/tsq itself instead.`,
  );
  watchParent(() => stop("parent gone"));
};
