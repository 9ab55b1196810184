/**
 * The worker thread that holds the embedded Valkey: its listener, its snapshots, and its messages with the
 * process. A thread of its own, so that user code which blocks the event loop does not stall the server,
 * and a Lua script which never ends does not stall the user's code.
 */
import { once } from "node:events";
import { createServer } from "node:net";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { EmbeddedError } from "./embedded-error.ts";
import { FolderLock } from "./folder-lock.ts";
import type { LogLevel } from "./log-line.ts";
import { MemoryDirectory } from "./memory-directory.ts";
import { Snapshot } from "./snapshot.ts";
import { compileValkey, type ValkeyModule } from "./valkey-module.ts";
import { Valkey } from "./valkey.ts";
import { ExitError } from "./wasi.ts";

export interface ThreadOptions {
  readonly port: number;
  readonly host: string;
  /** `null`: nothing is kept. */
  readonly dir: string | null;
  readonly saveEveryMs: number;
  readonly maxmemory: string;
  /** Becomes 1, and is notified, when the thread has stopped: a process that is exiting can only wait for memory. */
  readonly stopped: Int32Array<SharedArrayBuffer>;
}

export interface ThreadRequest {
  readonly kind: "save" | "stop";
  readonly id: number;
}

export type ThreadReport =
  | { readonly kind: "ready"; readonly port: number }
  | { readonly kind: "failed"; readonly message: string; readonly code: string | undefined }
  | { readonly kind: "log"; readonly message: string; readonly level: LogLevel }
  | { readonly kind: "fatal"; readonly message: string }
  | { readonly kind: "answer"; readonly id: number; readonly error: string | undefined };

class ValkeyThread {
  readonly #options: ThreadOptions;
  readonly #parent: MessagePort;
  readonly #listener = createServer({ allowHalfOpen: true, noDelay: true });
  #directory = new MemoryDirectory();
  #snapshot: Snapshot | undefined;
  #lock: FolderLock | undefined;
  #valkey: Valkey | undefined;
  #saveTimer: NodeJS.Timeout | undefined;

  constructor(parent: MessagePort, options: ThreadOptions) {
    this.#parent = parent;
    this.#options = options;
  }

  async start(): Promise<void> {
    try {
      const port = await this.#start();
      this.#parent.on("message", (request: ThreadRequest) => this.#serve(request));
      this.#report({ kind: "ready", port });
    } catch (error) {
      this.#valkey?.stop();
      this.#listener.close();
      this.#lock?.release();
      this.#report({ kind: "failed", message: messageOf(error), code: codeOf(error) });
    }
  }

  async #start(): Promise<number> {
    const { dir, host } = this.#options;
    const module = await compileValkey();
    if (dir !== null) this.#snapshot = new Snapshot(dir);
    this.#listener.listen(this.#options.port, host);
    await once(this.#listener, "listening");
    const address = this.#listener.address();
    const port = typeof address === "object" && address !== null ? address.port : this.#options.port;
    if (dir !== null) this.#lock = await FolderLock.take(dir, port);

    // All synchronous from here: a client that connects meanwhile waits in the listener's backlog.
    const valkey = this.#boot(module, port);
    this.#valkey = valkey;
    this.#lock?.name(/run_id:(\w+)/.exec(valkey.command("INFO", "server"))?.[1] ?? "");
    valkey.command("CONFIG", "SET", "maxmemory", this.#options.maxmemory);
    this.#listener.on("connection", (socket) => valkey.accept(socket));
    this.#listener.on("error", (error) => this.#end(error));
    if (this.#snapshot !== undefined) {
      this.#saveTimer = setInterval(() => this.#saveByTimer(), this.#options.saveEveryMs);
    }
    return port;
  }

  /** A dump that cannot be loaded must not keep anyone from working: it is put aside, and never deleted. */
  #boot(module: ValkeyModule, port: number): Valkey {
    const hasDump = this.#snapshot?.load(this.#directory) ?? false;
    const lines: string[] = [];
    try {
      const valkey = this.#create(module, port, lines);
      this.#snapshot?.unload(this.#directory);
      return valkey;
    } catch (error) {
      const said = lines.at(-1) ?? messageOf(error);
      if (!hasDump || this.#snapshot === undefined) {
        throw new EmbeddedError(`The embedded Valkey did not start: ${said}`);
      }
      const aside = this.#snapshot.putAside();
      this.#log(`The dump could not be loaded (${said}). It is kept as ${aside}; starting empty.`, "warn");
      this.#directory = new MemoryDirectory();
      return this.#create(module, port, []);
    }
  }

  /** What it says while booting is of interest only if that fails (and partly wrong: its memory limit comes later). */
  #create(module: ValkeyModule, port: number, bootLines: string[]): Valkey {
    let isBooting = true;
    const valkey = new Valkey({
      module,
      directory: this.#directory,
      port,
      onLog: (message, level) => {
        if (isBooting) bootLines.push(message);
        this.#log(message, isBooting ? "debug" : level);
      },
      onEnd: (reason) => this.#end(reason),
    });
    isBooting = false;
    return valkey;
  }

  #serve(request: ThreadRequest): void {
    let error: string | undefined;
    try {
      if (request.kind === "stop") this.#stop();
      else this.#save();
    } catch (failure) {
      error = messageOf(failure);
    }
    this.#report({ kind: "answer", id: request.id, error });
    if (request.kind === "stop") {
      Atomics.store(this.#options.stopped, 0, 1);
      Atomics.notify(this.#options.stopped, 0);
    }
  }

  /** The clients go first, so that no command is answered after the last SAVE. */
  #stop(): void {
    clearInterval(this.#saveTimer);
    this.#listener.close();
    this.#valkey?.disconnectAll();
    try {
      this.#save();
    } finally {
      this.#valkey?.stop();
      this.#lock?.release();
    }
  }

  #save(): void {
    if (this.#snapshot === undefined || this.#valkey === undefined) return;
    const changes = /rdb_changes_since_last_save:(\d+)/.exec(this.#valkey.command("INFO", "persistence"));
    if (changes?.[1] !== "0") this.#valkey.command("SAVE");
    // Also without changes: a client may have sent SAVE, or the last flush may have failed.
    this.#snapshot.flush(this.#directory);
  }

  /** A full disk must not end the server: it says so, and tries again. */
  #saveByTimer(): void {
    try {
      this.#save();
    } catch (error) {
      this.#log(`The data could not be saved: ${messageOf(error)}`, "warn");
    }
  }

  #end(reason: unknown): void {
    clearInterval(this.#saveTimer);
    this.#listener.close();
    this.#valkey?.stop();
    try {
      // After SHUTDOWN SAVE there is a new dump. After a trap there is none, or one that was complete before.
      this.#snapshot?.flush(this.#directory);
    } catch (error) {
      this.#log(`The data could not be saved: ${messageOf(error)}`, "warn");
    }
    this.#lock?.release();
    const message =
      reason instanceof ExitError
        ? `${reason.message} A client sent SHUTDOWN, or it could not go on; its log says which.`
        : `The embedded Valkey failed and was ended: ${reason instanceof Error ? reason.stack : String(reason)}`;
    this.#report({ kind: "fatal", message });
  }

  #log(message: string, level: LogLevel): void {
    this.#report({ kind: "log", message, level });
  }

  #report(report: ThreadReport): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin, a window has
    this.#parent.postMessage(report);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

if (parentPort === null)
  throw new EmbeddedError("`valkey-thread` runs in a worker thread: use `startEmbedded()`.");
// `startEmbedded` is the one who starts this file, and passes exactly these.
await new ValkeyThread(parentPort, workerData as ThreadOptions).start();
