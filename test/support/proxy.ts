/**
 * A TCP proxy in front of a server, that does on demand what networks do: it is slow, hangs, cuts,
 * refuses, and changes what passes.
 */
import { connect } from "node:net";
import type { Socket } from "node:net";
import { Loopback } from "./loopback.ts";

export type From = "client" | "server";

/** One client's connection through the proxy. */
export interface Link {
  /** Writes to the client as if it came from the server. */
  answer(bytes: string | Buffer): void;
  /** Ends it at once, with a reset. */
  cut(): void;
}

/** What to pass on in place of a chunk; nothing when it is undefined. Chunks end where the network ends them. */
export type Replace = (chunk: Buffer, from: From, link: Link) => Buffer | undefined;

export class TcpProxy {
  readonly #loopback: Loopback;
  #target: { readonly host: string; readonly port: number };
  readonly #links = new Set<TcpLink>();
  #delayMs = 0;
  #isAsleep = false;
  #isRefusing = false;
  #replace: Replace | undefined;
  #accepted = 0;

  /** Resolves once it listens, on a free port of loopback. */
  static async listen(targetPort: number, targetHost = "127.0.0.1"): Promise<TcpProxy> {
    const loopback = await Loopback.listen((client) => proxy.#accept(client), { allowHalfOpen: true });
    const proxy = new TcpProxy(loopback, { host: targetHost, port: targetPort });
    return proxy;
  }

  private constructor(loopback: Loopback, target: { readonly host: string; readonly port: number }) {
    this.#loopback = loopback;
    this.#target = target;
  }

  get port(): number {
    return this.#loopback.port;
  }

  /** `redis://` and this proxy's address. */
  get url(): string {
    return this.#loopback.url();
  }

  /** How many connections it has accepted since it listens. */
  get accepted(): number {
    return this.#accepted;
  }

  /** How many of them are still open. */
  get open(): number {
    return this.#links.size;
  }

  /** Ends every connection at once, with a reset, as a dying network does. New ones are accepted. */
  cut(): void {
    for (const link of this.#links) link.cut();
  }

  /** Cuts, and resets every new connection until `accept()`: the server is down. */
  refuse(): void {
    this.#isRefusing = true;
    this.cut();
  }

  /** Leads new connections to another port from now on. */
  retarget(port: number): void {
    this.#target = { ...this.#target, port };
  }

  /** Accepts connections again. */
  accept(): void {
    this.#isRefusing = false;
  }

  /** Lets nothing pass until `wake()`, and ends nothing: the server hangs. What comes meanwhile waits. */
  sleep(): void {
    this.#isAsleep = true;
  }

  wake(): void {
    this.#isAsleep = false;
    for (const link of this.#links) link.flow();
  }

  /** Delays each chunk by so much on its way, in both directions, from now on. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Changes, swallows or answers what passes, from now on; undefined passes all as it is. */
  replace(replace: Replace | undefined): void {
    this.#replace = replace;
  }

  stop(): Promise<void> {
    return this.#loopback.stop(() => this.cut());
  }

  #accept(client: Socket): void {
    this.#accepted++;
    if (this.#isRefusing) {
      client.resetAndDestroy();
      return;
    }
    const link = new TcpLink(client, connect({ ...this.#target, allowHalfOpen: true }), {
      replace: (chunk, from) => (this.#replace ? this.#replace(chunk, from, link) : chunk),
      dueAt: () => performance.now() + this.#delayMs,
      isAsleep: () => this.#isAsleep,
      ended: () => this.#links.delete(link),
    });
    this.#links.add(link);
  }
}

interface Weather {
  replace(chunk: Buffer, from: From): Buffer | undefined;
  dueAt(): number;
  isAsleep(): boolean;
  ended(): void;
}

/** A client's socket, the server's, and what is on its way between them. */
class TcpLink implements Link {
  readonly #sockets: readonly [client: Socket, server: Socket];
  readonly #ways: readonly Way[];

  constructor(client: Socket, server: Socket, weather: Weather) {
    this.#sockets = [client, server];
    this.#ways = [
      new Way(client, server, (chunk) => weather.replace(chunk, "client"), weather),
      new Way(server, client, (chunk) => weather.replace(chunk, "server"), weather),
    ];
    for (const socket of this.#sockets) {
      // A reset of one side: "close" follows, and ends the other.
      socket.on("error", () => {});
      socket.on("close", () => {
        this.cut();
        weather.ended();
      });
    }
  }

  answer(bytes: string | Buffer): void {
    const [client] = this.#sockets;
    if (client.writable) client.write(bytes);
  }

  flow(): void {
    for (const way of this.#ways) way.flow();
  }

  cut(): void {
    for (const way of this.#ways) way.stop();
    for (const socket of this.#sockets) {
      // A socket that has not connected yet cannot be reset.
      if (socket.connecting) socket.destroy();
      else if (!socket.destroyed) socket.resetAndDestroy();
    }
  }
}

/** One direction of a link: chunks in their order, each when it is due. */
class Way {
  readonly #to: Socket;
  readonly #weather: Weather;
  readonly #waiting: { readonly bytes: Buffer | "end"; readonly dueAt: number }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, replace: (chunk: Buffer) => Buffer | undefined, weather: Weather) {
    this.#to = to;
    this.#weather = weather;
    from.on("data", (chunk: Buffer) => {
      const bytes = replace(chunk);
      if (bytes) this.#take(bytes);
    });
    from.on("end", () => this.#take("end"));
  }

  flow(): void {
    clearTimeout(this.#timer);
    while (this.#waiting[0] && !this.#weather.isAsleep()) {
      const { bytes, dueAt } = this.#waiting[0];
      const leftMs = dueAt - performance.now();
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.flow(), leftMs);
        return;
      }
      this.#waiting.shift();
      if (bytes === "end") this.#to.end();
      else if (this.#to.writable) this.#to.write(bytes);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #take(bytes: Buffer | "end"): void {
    this.#waiting.push({ bytes, dueAt: this.#weather.dueAt() });
    this.flow();
  }
}
