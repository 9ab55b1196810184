/**
 * A proxy before Redis that counts the commands of one client process and, before or after the n-th, ends its
 * connection: before, the server never sees the command; after, it runs the command and nobody hears the answer.
 */
import { connect, type Socket } from "node:net";
import { Loopback } from "../loopback.ts";

export type Side = "before" | "after";

export interface CrashPoint {
  readonly n: number;
  readonly side: Side;
  /** What else happens at that instant. The connection ends in any case. */
  readonly crash?: () => void;
}

// What a connection says of itself at its start and changes nothing: to end there is to end before the next command.
const HANDSHAKE = new Set(["info", "client", "hello", "select", "ping"]);

export class CrashProxy {
  readonly #loopback: Loopback;
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();
  readonly #names: string[] = [];
  #point: CrashPoint | undefined;
  #isDead = false;

  static async listen(targetPort: number): Promise<CrashProxy> {
    const loopback = await Loopback.listen((client) => proxy.#accept(client), { allowHalfOpen: true });
    const proxy = new CrashProxy(loopback, targetPort);
    return proxy;
  }

  private constructor(loopback: Loopback, targetPort: number) {
    this.#loopback = loopback;
    this.#targetPort = targetPort;
  }

  /** @param database the number of the database, of which each run has one */
  url(database: number): string {
    return this.#loopback.url(database);
  }

  /** The commands it has counted. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Whether its crash point was reached. */
  get hasCrashed(): boolean {
    return this.#point === undefined;
  }

  arm(point: CrashPoint): void {
    this.#point = point;
  }

  /** Lets nothing pass any more: the process is dead, what it had not sent is gone. */
  die(): void {
    this.#isDead = true;
  }

  stop(): Promise<void> {
    return this.#loopback.stop(() => {
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  #accept(client: Socket): void {
    const server = connect({ port: this.#targetPort, host: "127.0.0.1" });
    let unread = Buffer.alloc(0);
    let isCut = false;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      // "close" follows, and ends the other side.
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
    }
    client.on("close", () => server.destroy());
    client.on("end", () => server.end());
    server.on("close", () => client.destroy());
    server.on("data", (chunk: Buffer) => {
      if (!isCut && !this.#isDead) client.write(chunk);
    });
    client.on("data", (chunk: Buffer) => {
      unread = Buffer.concat([unread, chunk]);
      for (
        let end = endOfCommand(unread);
        end !== undefined && !isCut && !this.#isDead;
        end = endOfCommand(unread)
      ) {
        const side = this.#count(nameOf(unread));
        if (side !== "before") server.write(unread.subarray(0, end));
        unread = unread.subarray(end);
        if (side === undefined) continue;
        isCut = true;
        // An orderly end: what was written before it is run, and a blocked command is not served later.
        if (side === "after") server.end();
        else server.destroy();
      }
    });
  }

  /** The side on which this command is the crash point. */
  #count(name: string): Side | undefined {
    if (HANDSHAKE.has(name)) return undefined;
    this.#names.push(name);
    const point = this.#point;
    if (point?.n !== this.#names.length) return undefined;
    this.#point = undefined;
    point.crash?.();
    return point.side;
  }
}

/** Where the first command in the bytes ends; undefined when it has not arrived in full. */
function endOfCommand(bytes: Buffer): number | undefined {
  const head = bytes.indexOf("\r\n");
  if (head < 0) return undefined;
  let at = head + 2;
  for (let left = Number(bytes.toString("latin1", 1, head)); left > 0; left--) {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return undefined;
    at = end + 2 + Number(bytes.toString("latin1", at + 1, end)) + 2;
  }
  return at <= bytes.length ? at : undefined;
}

function nameOf(command: Buffer): string {
  const from = command.indexOf("\r\n", command.indexOf("$")) + 2;
  return command.toString("latin1", from, command.indexOf("\r\n", from)).toLowerCase();
}
