/** A server of its own, which the workers reach through proxies and everybody else directly. */
import type { Redis } from "ioredis";
import { TcpProxy } from "../proxy.ts";
import type { Home } from "./home.ts";
import { RedisServer, type RedisServerOptions } from "./redis-server.ts";
import { RoughProxy } from "./rough-proxy.ts";

export class ProxiedServer implements Home {
  readonly server: RedisServer;
  readonly network: TcpProxy;
  readonly rough: RoughProxy;

  static async start(options?: RedisServerOptions): Promise<ProxiedServer> {
    const server = await RedisServer.start(options);
    try {
      const network = await TcpProxy.listen(server.port);
      return new ProxiedServer(server, network, await RoughProxy.listen(network.port));
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private constructor(server: RedisServer, network: TcpProxy, rough: RoughProxy) {
    this.server = server;
    this.network = network;
    this.rough = rough;
  }

  get target(): string {
    return this.server.url;
  }

  get workersTarget(): string {
    return this.rough.url;
  }

  /** Its processes. */
  get pids(): readonly number[] {
    return [this.server.pid];
  }

  client(): Redis {
    return this.server.client();
  }

  async stop(): Promise<void> {
    // The server whatever becomes of the proxies.
    await Promise.all([this.rough.stop(), this.network.stop(), this.server.stop()]);
  }
}
