/**
 * A proxy that keeps what a client has written, and gives it to the server after that client has gone: as a proxy of
 * the world does whose way to the server was blocked meanwhile.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Loopback } from "./loopback.ts";

export class LateProxy {
  readonly #loopback: Loopback;
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();
  #isHolding = false;
  #held: { readonly server: Socket; readonly bytes: Buffer }[] = [];
  #clients = new Set<Socket>();

  static async listen(targetPort: number): Promise<LateProxy> {
    const proxy = new LateProxy(await Loopback.listen((client) => proxy.#accept(client)), targetPort);
    return proxy;
  }

  private constructor(loopback: Loopback, targetPort: number) {
    this.#loopback = loopback;
    this.#targetPort = targetPort;
  }

  get url(): string {
    return this.#loopback.url();
  }

  /** How many bytes it keeps. */
  get held(): number {
    return this.#held.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Keeps what comes from now on. */
  hold(): void {
    this.#isHolding = true;
  }

  /** Ends the clients' connections, and lets new ones through. The server still believes in the old ones. */
  loseClients(): void {
    this.#isHolding = false;
    for (const client of this.#clients) client.resetAndDestroy();
  }

  /** Gives the server what it has kept, and resolves when the server has read it, or has ended that connection. */
  async deliver(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    for (const { server, bytes } of held) if (server.writable) server.write(bytes);
    for (const server of new Set(held.map((one) => one.server))) {
      if (server.destroyed) continue;
      // Redis answers what it has read before it ends the connection.
      const closed = once(server, "close");
      server.resume().end();
      await closed;
    }
  }

  stop(): Promise<void> {
    return this.#loopback.stop(() => {
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  #accept(client: Socket): void {
    const server = connect({ port: this.#targetPort, host: "127.0.0.1", allowHalfOpen: true });
    this.#clients.add(client);
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
    }
    client.on("close", () => this.#clients.delete(client));
    client.on("data", (bytes: Buffer) => {
      if (this.#isHolding) this.#held.push({ server, bytes });
      else server.write(bytes);
    });
    server.on("data", (bytes: Buffer) => client.write(bytes));
  }
}
