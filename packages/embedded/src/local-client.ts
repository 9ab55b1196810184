/**
 * A client without a connection: one command, asked from inside the thread, and its reply.
 * That is how the server is configured before anyone can connect, and how it is told to SAVE.
 */
import type { Peer } from "./socket-table.ts";

export class LocalClient implements Peer {
  #input: Buffer;
  #output = "";
  #hasEnded = false;

  constructor(command: readonly string[]) {
    const words = command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    this.#input = Buffer.from(`*${words.length}\r\n${words.join("")}`);
  }

  /** The reply without its framing, an error with its `-`; `undefined` until all of it is there. */
  get reply(): string | undefined {
    const head = /^[+:$-](.*)\r\n/.exec(this.#output);
    if (head === null) return undefined;
    if (this.#output.startsWith("-")) return head[0].trimEnd();
    if (!this.#output.startsWith("$")) return head[1];
    // In bytes or in characters is the same: only ASCII replies are asked for.
    const body = this.#output.slice(head[0].length);
    const length = Number(head[1]);
    return body.length >= length + 2 ? body.slice(0, length) : undefined;
  }

  get hasInput(): boolean {
    return this.#input.length > 0;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get isWritable(): boolean {
    return true;
  }

  /** Valkey reads the end, and frees the client. */
  end(): void {
    this.#hasEnded = true;
  }

  read(into: Uint8Array): number {
    const part = this.#input.subarray(0, into.length);
    into.set(part);
    this.#input = this.#input.subarray(part.length);
    return part.length;
  }

  write(bytes: Uint8Array): number {
    this.#output += Buffer.from(bytes).toString("latin1");
    return bytes.length;
  }

  close(): void {
    this.#hasEnded = true;
  }

  destroy(): void {
    this.#hasEnded = true;
  }
}
