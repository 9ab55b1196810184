/** Whatever ends the program leaves the terminal as it was: signals, errors that nobody has expected, an exit. */
import { exitWith } from "../cli/exit.ts";
import { fitted } from "../cli/wrapped.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

interface Ways {
  readonly restore: () => void;
  readonly resume: () => void;
  /** What goes on, that must not end between what it does and what it writes of it; undefined where nothing does. */
  readonly finish: () => Promise<void> | undefined;
}

export interface WaysOut {
  /** The input has ended: of a terminal whose keys come one by one that is a hang-up, which is told by a signal as well or is not. */
  readonly hungUp: () => void;
  readonly unwatch: () => void;
}

export const watchWaysOut = ({ restore, resume, finish }: Ways): WaysOut => {
  let isLeaving = false;
  // Of a hang-up a terminal tells twice, by the shell and by the system, or by the end of the input before: the second must not
  // end what is still awaited.
  const theSame = (): void => {};
  const leaveBy = (name: NodeJS.Signals): void => {
    isLeaving = true;
    // First: a terminal that has hung up ends it otherwise.
    const working = finish();
    if (working) {
      process.stdout.removeAllListeners("error").on("error", () => {});
      process.on("SIGHUP", theSame);
    }
    restore();
    end();
    // By the signal itself: whoever waits for the process sees by what it has ended. A second one, other than a hang-up, does not wait.
    const leave = (): void => {
      process.removeListener("SIGHUP", theSame).removeListener("SIGHUP", theSame);
      process.kill(process.pid, name);
    };
    if (working) void working.finally(leave);
    else leave();
  };
  const heard = SIGNALS.map((name) => [name, (): void => leaveBy(name)] as const);
  // Not by an exit: Node would set the modes of a terminal that is gone, and abort since it cannot.
  const hungUp = (): void => {
    if (isLeaving) return;
    process.on("SIGHUP", theSame);
    leaveBy("SIGHUP");
  };
  const failed = (error: unknown): void => {
    restore();
    exitWith(error, fitted);
  };
  const suspend = (): void => {
    restore();
    process.off("SIGTSTP", suspend);
    // It is told of below already.
    process.off("SIGCONT", resume);
    // Here it stops, and goes on here when somebody says `fg`. Where no shell could do that the system does not stop it.
    process.kill(process.pid, "SIGTSTP");
    process.on("SIGTSTP", suspend);
    process.on("SIGCONT", resume);
    resume();
  };
  const end = (): void => {
    for (const [name, listener] of heard) process.off(name, listener);
    process.off("SIGTSTP", suspend);
    process.off("SIGCONT", resume);
    process.off("uncaughtException", failed);
    process.off("exit", restore);
  };
  for (const [name, listener] of heard) process.on(name, listener);
  process.on("SIGTSTP", suspend);
  // Stopped from elsewhere, by `kill -STOP`: others have used the terminal meanwhile.
  process.on("SIGCONT", resume);
  process.on("uncaughtException", failed);
  process.on("exit", restore);
  return { hungUp, unwatch: end };
};

/** As the terminal itself does: all that the shell has started together, npx as well. */
export const suspendAll = (): void => void process.kill(0, "SIGTSTP");
