/** What listens on a free port of loopback: the side of a proxy that clients see. */
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, ServerOpts, Socket } from "node:net";

export class Loopback {
  readonly port: number;
  readonly #server: Server;

  /** Resolves once it listens. */
  static async listen(accept: (client: Socket) => void, options: ServerOpts = {}): Promise<Loopback> {
    const server = createServer(options, accept).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Loopback(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    // It listens on TCP: only a pipe would have a name instead.
    this.port = (server.address() as AddressInfo).port;
  }

  /** `redis://`, its address, and a database. */
  url(database = 0): string {
    return `redis://127.0.0.1:${this.port}/${database}`;
  }

  /**
   * Resolves when it has ended and with it every connection.
   *
   * @param end ends those that are open
   */
  async stop(end = (): void => {}): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    end();
    await closed;
  }
}
