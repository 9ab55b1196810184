/** A `redis-server` that may die and come back on its port with what it had on its disk. */
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "../free-port.ts";
import type { ClientOptions } from "../redis.ts";
import { ServerProcess } from "../server-process.ts";

export type Persistence = "always" | "everysec" | "none";

export interface RedisServerOptions {
  /** `appendfsync`, or nothing at all. @default "none" */
  readonly persistence?: Persistence;
  /** More of its configuration, as on its command line. */
  readonly args?: readonly string[];
}

export class RedisServer {
  readonly port: number;
  readonly folder = mkdtempSync(join(tmpdir(), "tsq-chaos-redis-"));
  readonly #args: readonly string[];
  readonly #options: RedisServerOptions;
  readonly #clients: Redis[] = [];
  #server: ServerProcess | undefined;

  /** Resolves when it answers. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    try {
      await server.restart();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  constructor(port: number, options: RedisServerOptions) {
    const { persistence = "none", args = [] } = options;
    this.port = port;
    this.#options = options;
    const appends = persistence !== "none";
    const settings = {
      port: String(port),
      bind: "127.0.0.1",
      dir: this.folder,
      save: "",
      appendonly: appends ? "yes" : "no",
      // A rewrite would begin a log of its own in the middle of a test.
      "auto-aof-rewrite-percentage": "0",
      ...(appends && { appendfsync: persistence }),
    };
    this.#args = [...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]), ...args];
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  get pid(): number {
    if (!this.#server) throw new Error("Expected a server that runs.");
    return this.#server.pid;
  }

  /** A client of its own, that waits for the server as long as it is away; `stop()` closes it. */
  client(options: ClientOptions = {}): Redis {
    const settings: ClientOptions = {
      port: this.port,
      host: "127.0.0.1",
      maxRetriesPerRequest: null,
      retryStrategy: () => 50,
      replyMapping: "legacy",
      ...options,
    };
    const client = new Redis(settings);
    // The test reads its answers; an outage is what it came for.
    client.on("error", () => {});
    this.#clients.push(client);
    return client;
  }

  async kill9(): Promise<void> {
    await this.#server?.kill9();
  }

  /** It says nothing more, and its connections stay. */
  freeze(): void {
    this.#server?.freeze();
  }

  /** Resolves when it has loaded what its disk holds. */
  async restart(): Promise<void> {
    await this.kill9();
    this.#server = new ServerProcess("redis-server", this.#args);
    await this.#server.ready();
  }

  /** What a dead server will come back with, asked of a second one that starts from a copy of its disk. */
  async asked<T>(ask: (redis: Redis) => Promise<T>): Promise<T> {
    const copy = new RedisServer(await freePort(), this.#options);
    try {
      cpSync(this.folder, copy.folder, { recursive: true });
      await copy.restart();
      return await ask(copy.client());
    } finally {
      await copy.stop();
    }
  }

  /** How many bytes its log has. */
  logBytes(): number {
    const log = this.#log();
    return log === undefined ? 0 : statSync(log).size;
  }

  /** Cuts the log of a dead server: what a machine that lost its power had not brought to the disk. */
  forget(beyondBytes: number): void {
    const log = this.#log();
    if (log !== undefined) truncateSync(log, beyondBytes);
  }

  #log(): string | undefined {
    const folder = join(this.folder, "appendonlydir");
    const name = existsSync(folder)
      ? readdirSync(folder).find((file) => file.endsWith(".incr.aof"))
      : undefined;
    return name === undefined ? undefined : join(folder, name);
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.kill9();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
