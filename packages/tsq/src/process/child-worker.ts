/**
 * A worker in a child process, such as that of `tsq dev`: started anew it has nothing left of the old code, while this
 * process goes on.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import type { Environment } from "../config/erb/erb-expression.ts";
import { STOP_WITH_PARENT } from "./signals.ts";

// A job that never lets anything else run keeps its process from hearing the signal.
const KILL_MS = 5_000;

const CLI = fileURLToPath(new URL("../cli.js", import.meta.url));

export class ChildWorker {
  readonly #args: readonly string[];
  readonly #env: Environment;
  readonly #onEnd: (code: number) => void;
  readonly #log: Logger;
  #child: ChildProcess | undefined;
  #isRestarting = false;
  #isStopping = false;

  /** `onEnd` is called when it ends without having been told to. */
  constructor(
    args: readonly string[],
    env: Environment,
    { onEnd, log }: { readonly onEnd: (code: number) => void; readonly log: Logger },
  ) {
    this.#args = args;
    this.#env = env;
    this.#onEnd = onEnd;
    this.#log = log;
  }

  start(): void {
    this.#isRestarting = false;
    const child = spawn(process.execPath, [CLI, "work", ...this.#args], {
      // The channel tells it when this process is gone, however that went.
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      env: { ...this.#env, [STOP_WITH_PARENT]: "1" },
      // A terminal's Ctrl-C would reach it beside our own signal, and two of them mean: stop at once.
      detached: process.platform !== "win32",
    });
    this.#child = child;
    child.once("exit", (code) => {
      this.#child = undefined;
      if (this.#isStopping) return;
      if (this.#isRestarting) this.start();
      else this.#onEnd(code ?? 1);
    });
  }

  restart(): void {
    if (this.#isStopping || this.#isRestarting) return;
    if (!this.#child) return this.start();
    this.#isRestarting = true;
    this.#end(this.#child);
  }

  /** Resolves when it has ended: after the running jobs, or 5 s. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const child = this.#child;
    if (!child) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    this.#end(child);
    await gone;
  }

  /** Does not wait for running jobs, in a stop that has begun. */
  stopAtOnce(): void {
    this.#child?.kill("SIGINT");
  }

  #end(child: ChildProcess): void {
    const late = setTimeout(() => {
      this.#log.warn(
        `The worker did not end and is killed after ${KILL_MS / 1_000} s; its jobs come back within 90 s. Does a job keep others from running, as an endless loop does?`,
      );
      child.kill("SIGKILL");
    }, KILL_MS);
    child.once("exit", () => clearTimeout(late));
    child.kill("SIGTERM");
  }
}
