/**
 * What a network does beside what `TcpProxy` does: it passes one byte at a time, and it loses one side of a
 * connection while the other believes in it.
 */
import { connect, type Socket } from "node:net";
import { Loopback } from "../loopback.ts";

const SAID = 4_000;

interface RoughLink {
  readonly client: Socket;
  readonly server: Socket;
  /** Nothing passes any more, and nobody is told. */
  isLost: boolean;
  /** The end of what its client has sent. */
  said: string;
  /** What the server has not been given yet. */
  readonly held: Buffer[];
}

export class RoughProxy {
  readonly #loopback: Loopback;
  readonly #targetPort: number;
  readonly #links = new Set<RoughLink>();
  #isDripping = false;
  #isHeld: ((said: string) => boolean) | undefined;

  static async listen(targetPort: number): Promise<RoughProxy> {
    const proxy = new RoughProxy(await Loopback.listen((client) => proxy.#accept(client)), targetPort);
    return proxy;
  }

  private constructor(loopback: Loopback, targetPort: number) {
    this.#loopback = loopback;
    this.#targetPort = targetPort;
  }

  get port(): number {
    return this.#loopback.port;
  }

  get url(): string {
    return this.#loopback.url();
  }

  /** One byte at a time from now on, or no more. */
  drip(isDripping: boolean): void {
    this.#isDripping = isDripping;
  }

  /**
   * Every client's connection ends with a reset, and the server does not learn of it: it serves who is gone.
   *
   * @param isMeant says by the end of what a client has sent, in lower case, whether it is among them
   */
  loseClients(isMeant: (said: string) => boolean = () => true): void {
    for (const link of this.#links) {
      if (link.isLost || !isMeant(link.said)) continue;
      link.isLost = true;
      link.client.resetAndDestroy();
    }
  }

  /**
   * Keeps what clients say from now on, if it is meant, until `release()`; their connections may end meanwhile.
   *
   * @param isMeant is given what is about to pass, in lower case
   */
  hold(isMeant: (said: string) => boolean): void {
    this.#isHeld = isMeant;
  }

  /** Of how many clients something is kept. */
  held(): number {
    return [...this.#links].filter(({ held }) => held.length > 0).length;
  }

  /** Lets pass what was kept, also of clients that are gone by now. */
  release(): void {
    this.#isHeld = undefined;
    for (const link of this.#links) link.held.splice(0).forEach((chunk) => link.server.write(chunk));
  }

  /**
   * The server's side of every connection is gone, and its client waits for answers that nobody will send.
   *
   * @param isMeant says by the end of what a client has sent, in lower case, whether it is among them
   * @returns how many were lost
   */
  loseServers(isMeant: (said: string) => boolean = () => true): number {
    let lost = 0;
    for (const link of this.#links) {
      if (link.isLost || !isMeant(link.said)) continue;
      link.isLost = true;
      lost++;
      link.server.destroy();
    }
    return lost;
  }

  /** How many of those are still believed in. */
  lost(): number {
    return [...this.#links].filter(({ isLost, client }) => isLost && !client.destroyed).length;
  }

  /** Ends what is left of the lost ones. */
  heal(): void {
    for (const link of this.#links) if (link.isLost) end(link);
  }

  stop(): Promise<void> {
    return this.#loopback.stop(() => {
      for (const link of this.#links) end(link);
    });
  }

  #accept(client: Socket): void {
    const server = connect({ port: this.#targetPort, host: "127.0.0.1", noDelay: true });
    const link: RoughLink = { client: client.setNoDelay(), server, isLost: false, said: "", held: [] };
    this.#links.add(link);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      const way = new DripWay(to, () => this.#isDripping);
      // "close" follows.
      from.on("error", () => {});
      from.on("data", (chunk: Buffer) => {
        if (link.isLost) return;
        if (from === client) {
          const text = chunk.toString("latin1").toLowerCase();
          link.said = (link.said + text).slice(-SAID);
          if (link.held.length > 0 || this.#isHeld?.(text)) {
            link.held.push(chunk);
            return;
          }
        }
        way.take(chunk);
      });
      from.on("close", () => {
        if (!link.isLost) end(link);
        if (client.destroyed && server.destroyed) this.#links.delete(link);
      });
    }
  }
}

/** One direction: bytes in their order. */
class DripWay {
  readonly #to: Socket;
  readonly #isDripping: () => boolean;
  #waiting: Buffer[] = [];
  #at = 0;

  constructor(to: Socket, isDripping: () => boolean) {
    this.#to = to;
    this.#isDripping = isDripping;
  }

  take(chunk: Buffer): void {
    if (this.#waiting.length === 0 && !this.#isDripping()) this.#to.write(chunk);
    else if (this.#waiting.push(chunk) === 1) this.#next();
  }

  #next(): void {
    const [chunk] = this.#waiting;
    if (!chunk || this.#to.destroyed) return;
    const to = this.#isDripping() ? this.#at + 1 : chunk.length;
    this.#to.write(chunk.subarray(this.#at, to));
    this.#at = to;
    if (to === chunk.length) {
      this.#waiting.shift();
      this.#at = 0;
    }
    setImmediate(() => this.#next());
  }
}

function end({ client, server }: RoughLink): void {
  client.destroy();
  server.destroy();
}
