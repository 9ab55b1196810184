/** The process's side of a running embedded Valkey: it asks the thread, and ends it. */
import { EventEmitter } from "node:events";
import type { Worker } from "node:worker_threads";
import { EmbeddedError } from "./embedded-error.ts";
import type { LogLevel } from "./log-line.ts";
import type { ThreadReport, ThreadRequest } from "./valkey-thread.ts";

/** A Lua script that never ends keeps the thread from answering; then it is ended without an answer. */
const ANSWER_TIMEOUT_MS = 10_000;

/** How long an exiting process, which can do nothing else meanwhile, waits for the last SAVE. */
const EXIT_TIMEOUT_MS = 5000;

interface Question {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export interface EmbeddedServerParts {
  readonly worker: Worker;
  readonly port: number;
  readonly hasSnapshots: boolean;
  readonly stopped: Int32Array<SharedArrayBuffer>;
  readonly onLog: (message: string, level: LogLevel) => void;
}

/**
 * A running embedded Valkey, made by `startEmbedded`.
 * Emits `fatal` with an Error when it ended by itself: it trapped, or a client sent SHUTDOWN.
 */
export class EmbeddedServer extends EventEmitter<{ fatal: [error: Error] }> {
  /** For any client, in any process and language: `redis://127.0.0.1:PORT/0`. */
  readonly url: string;
  readonly port: number;
  readonly #parts: EmbeddedServerParts;
  readonly #questions = new Map<number, Question>();
  #lastId = 0;
  #failure: Error | undefined;
  #stopping: Promise<void> | undefined;
  #isTerminated = false;

  constructor(parts: EmbeddedServerParts) {
    super();
    this.#parts = parts;
    this.port = parts.port;
    this.url = `redis://127.0.0.1:${parts.port}/0`;
    parts.worker.on("message", this.#receive);
    parts.worker.on("error", (error) => this.#fail(error));
    parts.worker.on("exit", () => this.#fail(new EmbeddedError("The thread of the embedded Valkey ended.")));
    // A server left running does not keep the process alive.
    parts.worker.unref();
    if (parts.hasSnapshots) process.on("exit", this.#saveOnExit);
  }

  /**
   * Writes the data to `dump.rdb` now; without `dir` there is nothing to do. It also happens by itself:
   * every `saveEveryMs` if there were changes, on `stop()` and when the process exits.
   *
   * @throws EmbeddedError when it could not be written, or when the server has ended.
   */
  async save(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#stopping !== undefined)
      throw new EmbeddedError("Expected a running embedded Valkey, this one was stopped.");
    await this.#ask("save");
  }

  /**
   * Cuts off the clients, saves, and ends the thread. Called twice it returns the same promise.
   *
   * @throws EmbeddedError when the last changes could not be saved; the server has ended nevertheless.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    try {
      // Who keeps no data has nothing to ask: ending the thread closes its sockets.
      if (this.#parts.hasSnapshots && this.#failure === undefined) await this.#ask("stop");
    } finally {
      await this.#terminate();
    }
  }

  async #terminate(): Promise<void> {
    this.#isTerminated = true;
    process.off("exit", this.#saveOnExit);
    await this.#parts.worker.terminate();
  }

  #ask(kind: ThreadRequest["kind"]): Promise<void> {
    const id = ++this.#lastId;
    const { worker } = this.#parts;
    // While someone waits for an answer, the process stays.
    worker.ref();
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(
          new EmbeddedError(
            `Expected the embedded Valkey to ${kind} within ${ANSWER_TIMEOUT_MS} ms, it did not answer.`,
          ),
        );
      }, ANSWER_TIMEOUT_MS);
      this.#questions.set(id, {
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#send({ kind, id });
    }).finally(() => {
      this.#questions.delete(id);
      if (this.#questions.size === 0) worker.unref();
    });
  }

  readonly #receive = (report: ThreadReport): void => {
    switch (report.kind) {
      case "log":
        this.#parts.onLog(report.message, report.level);
        break;
      case "answer":
        if (report.error === undefined) this.#questions.get(report.id)?.resolve();
        else this.#questions.get(report.id)?.reject(new EmbeddedError(report.error));
        break;
      case "fatal":
        this.#fail(new EmbeddedError(report.message));
        break;
      case "ready":
      case "failed":
        break;
    }
  };

  #fail(reason: Error): void {
    if (this.#failure !== undefined || this.#isTerminated) return;
    this.#failure = reason;
    this.#parts.onLog(reason.message, "warn");
    for (const question of this.#questions.values()) question.reject(reason);
    // Ending a thread does not fail; `stop()` awaits the same end once more.
    this.#terminate().then(
      () => this.emit("fatal", reason),
      () => this.emit("fatal", reason),
    );
  }

  /** A process that ends without `stop()` keeps its data too, unless a signal kills it. */
  readonly #saveOnExit = (): void => {
    this.#send({ kind: "stop", id: 0 });
    Atomics.wait(this.#parts.stopped, 0, 0, EXIT_TIMEOUT_MS);
  };

  #send(request: ThreadRequest): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin, a window has
    this.#parts.worker.postMessage(request);
  }
}
