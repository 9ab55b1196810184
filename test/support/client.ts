/**
 * What tests of a client share: a server for the file; for each test an empty database, a proxy before it, and clients
 * that push through the proxy and are closed behind the test, whatever it left the proxy in.
 */
import { Client } from "@tsq/core";
import type { ClientOptions } from "@tsq/core";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { CommandTap } from "./command-tap.ts";
import { TcpProxy } from "./proxy.ts";
import { startRedis } from "./redis.ts";
import type { StartRedisOptions } from "./redis.ts";

export interface ClientTestsOptions extends StartRedisOptions {
  /** What the client of each test is made with. */
  readonly client?: ClientOptions;
  /** Whether each test sees the commands that pass the proxy. @default false */
  readonly tap?: boolean;
}

/** To be called once, where the tests are described. What it answers is there while a test runs. */
export const clientTests = (options: ClientTestsOptions = {}): ClientTests => {
  const tests = new ClientTests();
  const { client, tap = false, ...server } = options;
  beforeAll(async () => {
    const started = (tests.server = await startRedis(server));
    tests.redis = started.client();
    if (tap) await CommandTap.load(tests.redis);
  });
  beforeEach(async () => {
    await tests.redis.flushdb();
    tests.proxy = await TcpProxy.listen(tests.server.port);
    if (tap) tests.tap = new CommandTap(tests.proxy);
    tests.client = tests.open(client);
  });
  afterEach(() => tests.close());
  afterAll(() => tests.server.stop());
  return tests;
};

export class ClientTests {
  server!: Awaited<ReturnType<typeof startRedis>>;
  /** Straight to the server, to look at what is there. */
  redis!: Redis;
  proxy!: TcpProxy;
  tap!: CommandTap;
  /** The client of this test, which no command has left yet. */
  client!: Client;
  readonly #clients: Client[] = [];

  /** The server's, through the proxy. */
  get url(): string {
    return Object.assign(new URL(this.server.url), { port: String(this.proxy.port) }).href;
  }

  open(options: ClientOptions = {}): Client {
    const client = new Client({ redis: this.url, ...options });
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    this.proxy.accept();
    this.proxy.wake();
    await Promise.all(this.#clients.splice(0).map((client) => client.close()));
    await this.proxy.stop();
  }
}
