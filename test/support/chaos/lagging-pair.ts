/** A master and its replica, which lags behind it and takes its place; everybody speaks to the one that is master. */
import type { Redis } from "ioredis";
import { expect } from "vitest";
import { eventually } from "../eventually.ts";
import { TcpProxy } from "../proxy.ts";
import { memoryOf } from "./final-state.ts";
import { monotonicMs, type Memory } from "./history.ts";
import type { Home } from "./home.ts";
import { RedisServer } from "./redis-server.ts";

export class LaggingPair implements Home {
  readonly #front: TcpProxy;
  readonly #servers: RedisServer[] = [];
  readonly #links: TcpProxy[] = [];
  readonly #clients: Redis[] = [];
  readonly #lagMs: number;

  /** @param lagMs how long what the master does takes to its replica */
  static async start(lagMs: number): Promise<LaggingPair> {
    const master = await RedisServer.start();
    const pair = new LaggingPair(master, await TcpProxy.listen(master.port), lagMs);
    try {
      await pair.#follow();
      return pair;
    } catch (error) {
      await pair.stop();
      throw error;
    }
  }

  private constructor(master: RedisServer, front: TcpProxy, lagMs: number) {
    this.#servers.push(master);
    this.#front = front;
    this.#lagMs = lagMs;
  }

  get target(): string {
    return this.#front.url;
  }

  get workersTarget(): string {
    return this.#front.url;
  }

  get pids(): readonly number[] {
    return this.#servers.map(({ pid }) => pid);
  }

  client(): Redis {
    const client = this.#master.client({ port: this.#front.port });
    this.#clients.push(client);
    return client;
  }

  /** Kills the master and makes its replica the master, with a new replica that lags as much. */
  async failOver(): Promise<{ at: number; until: number } & Memory> {
    const [old, replica] = this.#servers.slice(-2);
    if (!old || !replica) throw new Error("Expected a master and its replica.");
    const at = monotonicMs();
    this.#front.refuse();
    await old.kill9();
    const redis = replica.client();
    // Nobody may write to a replica, and nothing comes to it from the dead: it is as it will be promoted.
    const link = this.#links.at(-1);
    link?.refuse();
    const memory = await memoryOf(redis);
    await redis.call("REPLICAOF", "NO", "ONE");
    this.#front.retarget(replica.port);
    this.#front.accept();
    await this.#follow();
    return { at, until: at, ...memory };
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    const all = [this.#front, ...this.#links, ...this.#servers];
    await Promise.all(all.map((one) => one.stop()));
  }

  get #master(): RedisServer {
    return this.#servers[0] as RedisServer;
  }

  /** A replica of the one that is the master now, in step with it but for the lag. */
  async #follow(): Promise<void> {
    const master = this.#servers.at(-1) as RedisServer;
    const link = await TcpProxy.listen(master.port);
    this.#links.push(link);
    const replica = await RedisServer.start({ args: ["--replicaof", "127.0.0.1", String(link.port)] });
    this.#servers.push(replica);
    const redis = replica.client();
    await eventually(async () => expect(await redis.info("replication")).toContain("master_link_status:up"), {
      timeoutMs: 30_000,
    });
    link.delay(this.#lagMs);
  }
}
