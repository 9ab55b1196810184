/** A master, its replica, and a real Sentinel (`redis-server --sentinel`) that makes the one the other. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis, type RedisOptions } from "ioredis";
import { expect } from "vitest";
import { eventually } from "../eventually.ts";
import { freePort } from "../free-port.ts";
import type { ClientOptions } from "../redis.ts";
import { ServerProcess } from "../server-process.ts";
import type { Home } from "./home.ts";
import { memoryOf } from "./final-state.ts";
import { monotonicMs, type Memory } from "./history.ts";
import { RedisServer } from "./redis-server.ts";

const NAME = "tsq";
const DOWN_AFTER_MS = 500;
// The harness's own connections give up sooner than those that are tested.
const SILENT_MS = 5_000;
// Sentinel's own.
const PUBLISH_MS = 2_000;
// Sentinel looks at its servers every ten seconds.
const PATIENCE = { timeoutMs: 60_000, everyMs: 100 };

/** A change of the master, and what the new one had heard of before anybody spoke to it. */
export interface Failover extends Memory {
  readonly at: number;
  readonly until?: number;
}

export class SentinelPair implements Home {
  readonly #servers: readonly [RedisServer, RedisServer];
  readonly #sentinel: ServerProcess;
  readonly #port: number;
  readonly #folder: string;
  readonly #clients: Redis[] = [];

  static async start(): Promise<SentinelPair> {
    const master = await RedisServer.start();
    const args = ["--replicaof", "127.0.0.1", String(master.port)];
    const replica = await RedisServer.start({ args }).catch(async (error: unknown) => {
      await master.stop();
      throw error;
    });
    let pair: SentinelPair | undefined;
    try {
      pair = new SentinelPair([master, replica], await freePort());
      await pair.#failable();
      return pair;
    } catch (error) {
      await Promise.all(pair ? [pair.stop()] : [master.stop(), replica.stop()]);
      throw error;
    }
  }

  private constructor(servers: readonly [RedisServer, RedisServer], port: number) {
    this.#servers = servers;
    this.#port = port;
    this.#folder = mkdtempSync(join(tmpdir(), "tsq-chaos-sentinel-"));
    const file = join(this.#folder, "sentinel.conf");
    const settings = [
      `port ${port}`,
      "bind 127.0.0.1",
      `dir ${this.#folder}`,
      `sentinel monitor ${NAME} 127.0.0.1 ${servers[0].port} 1`,
      `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${NAME} 2000`,
    ];
    writeFileSync(file, `${settings.join("\n")}\n`);
    this.#sentinel = new ServerProcess("redis-server", [file, "--sentinel"]);
  }

  /** Its processes. */
  get pids(): readonly number[] {
    return [...this.#servers.map(({ pid }) => pid), this.#sentinel.pid];
  }

  get target(): RedisOptions {
    return { sentinels: [{ host: "127.0.0.1", port: this.#port }], name: NAME, role: "master" };
  }

  get workersTarget(): RedisOptions {
    return this.target;
  }

  client(): Redis {
    const settings: ClientOptions = {
      ...this.target,
      maxRetriesPerRequest: null,
      retryStrategy: () => 50,
      sentinelRetryStrategy: () => 50,
      socketTimeout: SILENT_MS,
      reconnectOnError: (error) => (error.message.startsWith("READONLY") ? 2 : false),
      replyMapping: "legacy",
    };
    const client = new Redis(settings);
    // A failover is what the test came for.
    client.on("error", () => {});
    this.#clients.push(client);
    return client;
  }

  /**
   * Kills the master; resolves when its replica is the master and it is back as the replica.
   *
   * @returns when the master died, and what its replica had heard of until then
   */
  async killMaster(): Promise<Failover> {
    const master = await this.#failable();
    const at = monotonicMs();
    await master.kill9();
    const memory = await this.#asReplica(this.#otherThan(master));
    await this.#changed(master);
    await master.restart();
    return { at, ...memory };
  }

  /**
   * The master's host says nothing more, and ends no connection; resolves when its replica is the master. The old one
   * stays as it is.
   *
   * @param before what is done when all is ready for it
   * @returns when it went silent, and what its replica had heard of until then
   */
  async silenceMaster(before: () => Promise<void>): Promise<Failover> {
    const master = await this.#failable();
    await before();
    const at = monotonicMs();
    master.freeze();
    const memory = await this.#asReplica(this.#otherThan(master));
    await this.#changed(master);
    return { at, ...memory };
  }

  /**
   * Tells Sentinel to change their places, both alive.
   *
   * @returns from when until when the old master may have confirmed what the new one never heard of, and what that
   * one had heard of when it was promoted
   */
  async swap(): Promise<Failover> {
    const master = await this.#failable();
    const replica = this.#otherThan(master);
    const at = monotonicMs();
    const memory = await this.#hushed(() => this.#promoteHeld(replica));
    await this.#changed(master);
    await eventually(async () => {
      expect(await this.#of(master.port, (redis) => redis.info("replication"))).toContain("role:slave");
    }, PATIENCE);
    return { at, until: monotonicMs(), ...memory };
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.#sentinel.kill9();
    await Promise.all(this.#servers.map((server) => server.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Has a replica promoted, and asks it what it has before anybody can write to it. */
  async #promoteHeld(replica: RedisServer): Promise<Memory> {
    await this.#of(replica.port, (redis) => redis.call("CLIENT", "PAUSE", PATIENCE.timeoutMs, "WRITE"));
    await this.#ask((sentinel) => sentinel.call("SENTINEL", "FAILOVER", NAME));
    return this.#of(replica.port, async (redis) => {
      await eventually(
        async () => expect(await redis.info("replication")).toContain("role:master"),
        PATIENCE,
      );
      const had = await memoryOf(redis);
      await redis.call("CLIENT", "UNPAUSE");
      return had;
    });
  }

  /** What a replica has whose master is gone. Nobody may write to it: until Sentinel notices, it is as it will be promoted. */
  #asReplica(replica: RedisServer): Promise<Memory> {
    return this.#of(replica.port, async (redis) => {
      const memory = await memoryOf(redis);
      expect(await redis.info("replication")).toContain("role:slave");
      return memory;
    });
  }

  /**
   * Keeps Sentinel from announcing itself to its fellows, of which there are none, while something runs. It does so by
   * PUBLISH, on the connection that promotes: a replica that holds back writes holds back that one too, and with it the
   * promotion. Only for so long: by the same period Sentinel reckons when to tell a master that came back whom to follow.
   */
  async #hushed<T>(run: () => Promise<T>): Promise<T> {
    const every = (ms: number): Promise<unknown> =>
      this.#ask((sentinel) => sentinel.call("SENTINEL", "DEBUG", "PUBLISH-PERIOD", String(ms)));
    await every(2 * PATIENCE.timeoutMs);
    try {
      return await run();
    } finally {
      await every(PUBLISH_MS);
    }
  }

  #otherThan(master: RedisServer): RedisServer {
    const [one, other] = this.#servers;
    return one === master ? other : one;
  }

  async #master(): Promise<RedisServer> {
    const address = await this.#ask((sentinel) => sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME));
    const port = Number((address as readonly string[])[1]);
    const master = this.#servers.find((server) => server.port === port);
    if (!master) throw new Error(`Expected the master to be one of the two, it is on port ${port}.`);
    return master;
  }

  async #changed(master: RedisServer): Promise<void> {
    await eventually(async () => expect((await this.#master()).port).not.toBe(master.port), PATIENCE);
  }

  /** Resolves to the master when Sentinel could fail over: it knows a replica that is in step. */
  #failable(): Promise<RedisServer> {
    return eventually(async () => {
      const master = await this.#master();
      const info = await this.#of(master.port, (redis) => redis.info("replication"));
      expect(info).toContain("role:master");
      expect(info).toMatch(/state=online/);
      const known = await this.#ask((sentinel) => sentinel.call("SENTINEL", "REPLICAS", NAME));
      // Sentinel answers with one flat list of names and values for each.
      const flags = (known as readonly (readonly string[])[]).map(
        (fields) => fields[fields.indexOf("flags") + 1],
      );
      expect(flags).toEqual(["slave"]);
      return master;
    }, PATIENCE);
  }

  #ask<T>(ask: (sentinel: Redis) => Promise<T>): Promise<T> {
    return this.#of(this.#port, ask);
  }

  async #of<T>(port: number, ask: (redis: Redis) => Promise<T>): Promise<T> {
    const settings: ClientOptions = {
      port,
      host: "127.0.0.1",
      maxRetriesPerRequest: 1,
      replyMapping: "legacy",
    };
    const redis = new Redis(settings);
    redis.on("error", () => {});
    try {
      return await ask(redis);
    } finally {
      redis.disconnect();
    }
  }
}
