/** One worker of test/chaos/worker-process.mjs, and what can happen to it, each with its line in the history. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { WorkerOptions } from "tsq";
import { monotonicMs, type History } from "./history.ts";

const PROGRAM = join(import.meta.dirname, "../../chaos/worker-process.mjs");
const FIRST_LOOK_SECONDS = 0.5;
const UP_WITHIN_MS = 30_000;

export interface ChaosWorkerOptions extends Pick<
  WorkerOptions,
  | "redis"
  | "queues"
  | "concurrency"
  | "shutdownTimeoutMs"
  | "pollIntervalAverage"
  | "deadMaxJobs"
  | "blockedLoopTimeoutMs"
> {
  /** A file or device for its standard output, to which it logs as a worker does by itself; else it logs nothing. */
  readonly log?: string;
  /** Whether jobs of style `held` are held here. */
  readonly isHolding?: boolean;
  /** More of Node's flags, such as a module to load first. */
  readonly execArgv?: readonly string[];
}

type FromWorker = { readonly identity: string } | { readonly isUp: true };

export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #history: History;
  readonly #graceMs: number;
  readonly #ended: Promise<unknown>;
  readonly #up: Promise<void>;
  #identity: string | undefined;
  #stderr = "";

  constructor(history: History, { execArgv = [], ...options }: ChaosWorkerOptions) {
    this.#history = history;
    this.#graceMs = options.shutdownTimeoutMs ?? 0;
    const settings = {
      pollIntervalAverage: FIRST_LOOK_SECONDS,
      ...options,
      shutdownTimeoutMs: this.#graceMs,
      file: join(history.folder, `worker-${WorkerProcess.#made++}.jsonl`),
    };
    this.#child = fork(PROGRAM, {
      env: { ...process.env, CHAOS_WORKER: JSON.stringify(settings) },
      execArgv: [...execArgv],
      stdio: ["ignore", options.log === undefined ? "ignore" : openSync(options.log, "w"), "pipe", "ipc"],
    });
    // Not all of them end when they should: a test that was given up has nobody to stop its workers.
    const killWorker = (): void => void this.#child.kill("SIGKILL");
    process.once("exit", killWorker);
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    this.#ended = once(this.#child, "exit").then(([code]) => {
      process.off("exit", killWorker);
      // What its own exit code is nobody knows of one that was killed.
      this.#history.note({ kind: "exited", at: monotonicMs(), pid: this.pid, code: code as number | null });
    });
    this.#up = new Promise((resolve, reject) => {
      this.#child.on("message", (message: FromWorker) => {
        if ("identity" in message) this.#identity = message.identity;
        else resolve();
      });
      this.#ended.then(
        () => reject(new Error(`The worker ended before it was up:\n${this.#stderr}`)),
        (error: Error) => reject(error),
      );
    });
    // Who kills a worker that starts does not wait for it.
    this.#up.catch(() => {});
  }

  static #made = 0;

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("Expected a worker that was started.");
    return this.#child.pid;
  }

  /** Its name in Redis, once it has one. */
  get identity(): string | undefined {
    return this.#identity;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Null while it runs, and when a signal has ended it. */
  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  /** What it wrote to its standard error. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Resolves when it takes jobs; rejects when it has ended before. */
  async up(): Promise<void> {
    const late = sleep(UP_WITHIN_MS, undefined, { ref: false }).then(() => {
      throw new Error(`The worker is not up after ${UP_WITHIN_MS} ms:\n${this.#stderr}`);
    });
    await Promise.race([this.#up, late]);
  }

  /** Resolves when the process is gone. */
  async ended(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  /** kill -9. */
  async kill9(): Promise<void> {
    if (!this.hasEnded) {
      this.#history.note({ kind: "killed", at: monotonicMs(), pid: this.pid });
      this.#child.kill("SIGKILL");
    }
    await this.ended();
  }

  /** TERM; resolves to the exit code. */
  async stop(): Promise<number | null> {
    if (!this.hasEnded) {
      this.#history.note({ kind: "told to stop", at: monotonicMs(), pid: this.pid, graceMs: this.#graceMs });
      this.#child.kill("SIGTERM");
    }
    return this.ended();
  }

  freeze(): void {
    this.#child.kill("SIGSTOP");
    this.#history.note({ kind: "frozen", at: monotonicMs(), pid: this.pid });
  }

  thaw(): void {
    this.#history.note({ kind: "thawed", at: monotonicMs(), pid: this.pid });
    this.#child.kill("SIGCONT");
  }

  /** Its hash has expired, or was made to. */
  noteExpiry(): void {
    this.#history.note({ kind: "expired", at: monotonicMs(), pid: this.pid });
  }
}
