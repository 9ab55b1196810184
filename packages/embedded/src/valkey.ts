/**
 * One Valkey: its WebAssembly instance, the clients added to it, and the pump that runs its event loop.
 * Everything here is synchronous; the thread around it owns the listener, the disk and the messages.
 */
import type { Socket } from "node:net";
import { ClientSocket } from "./client-socket.ts";
import { EmbeddedError } from "./embedded-error.ts";
import { LocalClient } from "./local-client.ts";
import { parseLogLine } from "./log-line.ts";
import type { LogLevel } from "./log-line.ts";
import type { MemoryDirectory } from "./memory-directory.ts";
import { MAX_CLIENTS_SETTING, SocketTable } from "./socket-table.ts";
import type { ValkeyExports, ValkeyModule } from "./valkey-module.ts";
import { ExitError, Wasi } from "./wasi.ts";
import { WasmMemory } from "./wasm-memory.ts";

/** Half of Valkey's own 100 ms, for its timers: a blocking command ends at most this late. About 1 % of a core when idle. */
const IDLE_STEP_MS = 50;

/** After this long the sockets get a turn: what has arrived meanwhile must be read for Valkey to see it. */
const PUMP_BUDGET_MS = 8;

/** An answer takes two or three; more means that Valkey holds it back (CLIENT PAUSE). */
const MAX_STEPS_TO_ANSWER = 100;

export interface ValkeyOptions {
  readonly module: ValkeyModule;
  readonly directory: MemoryDirectory;
  /** What Valkey believes its port to be, for INFO and CONFIG. */
  readonly port: number;
  readonly onLog: (message: string, level: LogLevel) => void;
  /** It trapped, or a client sent SHUTDOWN. All clients are gone, and it is never stepped again. */
  readonly onEnd: (reason: unknown) => void;
}

export class Valkey {
  readonly #sockets: SocketTable;
  readonly #exports: ValkeyExports;
  readonly #onLog: (message: string, level: LogLevel) => void;
  readonly #onEnd: (reason: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #isQueued = false;
  #hasEnded = false;
  #unfinishedLine = "";

  /** Boots it, and loads `dump.rdb` if the directory has one. Throws what Valkey says of a dump it cannot read. */
  constructor(options: ValkeyOptions) {
    this.#onLog = options.onLog;
    this.#onEnd = options.onEnd;
    const memory = new WasmMemory();
    const wasi = new Wasi(memory, options.directory, (text) => this.#log(text));
    this.#sockets = new SocketTable(memory);
    this.#exports = options.module.instantiate({
      host: this.#sockets.imports(),
      wasi_snapshot_preview1: wasi.imports(),
    });
    memory.attach(this.#exports.memory);
    this.#exports._initialize();
    const status = this.#exports.rk_boot(options.port);
    if (status !== 0) throw new ExitError(status);
    this.#timer = setInterval(this.#pump, IDLE_STEP_MS);
    this.command("CONFIG", "SET", "maxclients", String(MAX_CLIENTS_SETTING));
  }

  accept(socket: Socket): void {
    if (this.#hasEnded) {
      socket.destroy();
    } else if (this.#sockets.isFull) {
      socket.on("error", () => {});
      socket.end("-ERR max number of clients reached\r\n", () => socket.destroy());
    } else {
      this.#sockets.add(new ClientSocket(socket, this.#wake));
      this.#wake();
    }
  }

  /** Runs one command now and returns its reply. Only commands with a short ASCII reply. */
  command(...words: string[]): string {
    const client = new LocalClient(words);
    this.#sockets.add(client);
    for (let steps = 0; client.reply === undefined && steps < MAX_STEPS_TO_ANSWER; steps++) {
      if (this.#hasEnded || !this.#step()) break;
    }
    client.end();
    this.#wake();
    const { reply } = client;
    if (reply === undefined) {
      throw new EmbeddedError(`Expected an answer of the embedded Valkey to \`${words[0]}\`, got none.`);
    }
    if (reply.startsWith("-")) {
      throw new EmbeddedError(`The embedded Valkey refused \`${words.join(" ")}\`: ${reply.slice(1)}.`);
    }
    return reply;
  }

  /** Cuts off every client; the commands answered so far are the last ones. */
  disconnectAll(): void {
    this.#sockets.destroyAll();
  }

  stop(): void {
    this.#hasEnded = true;
    clearInterval(this.#timer);
    this.#sockets.destroyAll();
  }

  readonly #wake = (): void => {
    if (this.#isQueued || this.#hasEnded) return;
    this.#isQueued = true;
    // After this round of I/O, so that what many clients sent together is processed together.
    setImmediate(this.#pump);
  };

  /**
   * Until a poll finds nothing, not once for each event: Valkey writes a reply in the step after the one that
   * made it, and with one step each the reply waited for the timer (100 ms for a PING).
   */
  readonly #pump = (): void => {
    this.#isQueued = false;
    const startMs = performance.now();
    do {
      if (this.#hasEnded || !this.#step()) return;
    } while (this.#sockets.fired > 0 && performance.now() - startMs < PUMP_BUDGET_MS);
    if (this.#sockets.fired > 0) this.#wake();
  };

  /** A trap leaves the memory in the middle of something, so there is no way on from it. */
  #step(): boolean {
    try {
      this.#exports.rk_step();
      return true;
    } catch (error) {
      this.stop();
      this.#onEnd(error);
      return false;
    }
  }

  #log(text: string): void {
    const lines = (this.#unfinishedLine + text).split("\n");
    this.#unfinishedLine = lines.pop() ?? "";
    for (const line of lines) {
      const { message, level } = parseLogLine(line);
      if (message !== "") this.#onLog(message, level);
    }
  }
}
