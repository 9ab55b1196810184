/**
 * A TCP connection as a Peer: input waits in a list until Valkey reads it, output goes to the socket at once,
 * and both stop at a bound, so that neither a flood nor a client that does not read can fill the memory.
 */
import type { Socket } from "node:net";
import type { Peer } from "./socket-table.ts";

/** 1 MiB each way: above it we stop reading from the socket, or Valkey stops writing to it. */
const HIGH_WATER_BYTES = 1 << 20;

/** A closed client that takes nothing of its last replies for this long is cut off. */
const LINGER_MS = 1000;

export class ClientSocket implements Peer {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #offset = 0;
  #waitingBytes = 0;
  #hasEnded = false;
  #isGone = false;
  #isBlocked = false;

  /** `onChange`: there may be something to do for Valkey. */
  constructor(socket: Socket, onChange: () => void) {
    this.#socket = socket;
    socket.on("data", (chunk) => {
      if (this.#isGone) return;
      this.#chunks.push(chunk);
      this.#waitingBytes += chunk.length;
      if (this.#waitingBytes > HIGH_WATER_BYTES) socket.pause();
      onChange();
    });
    // The other side may still read (`echo PING | nc`), so its end is no reason to drop its replies.
    socket.on("end", () => {
      this.#hasEnded = true;
      onChange();
    });
    socket.on("drain", () => {
      this.#isBlocked = false;
      onChange();
    });
    socket.on("close", () => {
      this.#hasEnded = true;
      this.#isGone = true;
      onChange();
    });
    // A reset: `close` follows, and that is all Valkey needs to know.
    socket.on("error", () => {});
  }

  get hasInput(): boolean {
    return this.#chunks.length > 0;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** A peer that is gone counts as writable: the write fails, and Valkey learns of it. */
  get isWritable(): boolean {
    return !this.#isBlocked || this.#isGone;
  }

  read(into: Uint8Array): number {
    let length = 0;
    while (length < into.length) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) break;
      const part = chunk.subarray(this.#offset, this.#offset + into.length - length);
      into.set(part, length);
      length += part.length;
      this.#offset += part.length;
      if (this.#offset < chunk.length) break;
      this.#chunks.shift();
      this.#offset = 0;
    }
    this.#waitingBytes -= length;
    if (this.#waitingBytes < HIGH_WATER_BYTES && this.#socket.isPaused()) this.#socket.resume();
    return length;
  }

  write(bytes: Uint8Array): number {
    if (this.#isGone || this.#socket.destroyed) return -1;
    if (this.#isBlocked) return 0;
    // A copy: Valkey uses this memory again as soon as we return.
    const isDrained = this.#socket.write(Buffer.from(bytes));
    this.#isBlocked = !isDrained && this.#socket.writableLength > HIGH_WATER_BYTES;
    return bytes.length;
  }

  close(): void {
    this.#isGone = true;
    this.#chunks = [];
    this.#socket.setTimeout(LINGER_MS, () => this.#socket.destroy());
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#isGone = true;
    this.#socket.destroy();
  }
}
