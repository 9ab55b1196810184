/**
 * The file descriptors that Valkey sees: the "host" imports of its WebAssembly build (`socket listen accept
 * read write close poll`), answered from whatever clients were added. It never waits: `poll` says what is
 * ready right now.
 */
import type { WasmFunction } from "./valkey-module.ts";
import type { WasmMemory } from "./wasm-memory.ts";

/** Fixed in the WebAssembly build: Valkey sends reads and writes from this number on to us. */
const FIRST_FD = 4096;
const LISTENER_FD = FIRST_FD;
const READABLE = 1;
const WRITABLE = 2;

/** Redis' own default. */
export const MAX_CONNECTIONS = 10_000;

/**
 * Valkey indexes a table of `maxclients` + 128 entries by descriptor, and ours start at 4096. With its default
 * of 10,000 the 6,032nd connection at a time would hang, so it is told to make room for the numbers below ours.
 */
export const MAX_CLIENTS_SETTING = MAX_CONNECTIONS + FIRST_FD;

/** One client, as Valkey sees it. */
export interface Peer {
  readonly hasInput: boolean;
  /** No more input will come. */
  readonly hasEnded: boolean;
  readonly isWritable: boolean;
  /** Returns how many bytes were there to copy. */
  read(into: Uint8Array): number;
  /** Returns how many bytes were taken: 0 asks Valkey to wait until it is writable, -1 says that the peer is gone. */
  write(bytes: Uint8Array): number;
  /** Sends what was written, then ends. */
  close(): void;
  destroy(): void;
}

export class SocketTable {
  readonly #memory: WasmMemory;
  readonly #peers = new Map<number, Peer>();
  readonly #pending: number[] = [];
  /** Numbers are used again: they index a table of fixed size, so counting up would end the server. */
  readonly #freeFds: number[] = [];
  readonly #endsReported = new Set<number>();
  #nextFd = FIRST_FD + 1;
  #fired = 0;

  constructor(memory: WasmMemory) {
    this.#memory = memory;
  }

  get isFull(): boolean {
    return this.#peers.size >= MAX_CONNECTIONS;
  }

  /** How many descriptors the last poll found ready. */
  get fired(): number {
    return this.#fired;
  }

  add(peer: Peer): void {
    const fd = this.#freeFds.pop() ?? this.#nextFd++;
    this.#peers.set(fd, peer);
    this.#pending.push(fd);
  }

  destroyAll(): void {
    for (const peer of this.#peers.values()) peer.destroy();
    this.#peers.clear();
    this.#pending.length = 0;
  }

  imports(): Record<string, WasmFunction> {
    return {
      socket: () => LISTENER_FD,
      // The real listener is open already: a port that is taken must fail before anything is booted.
      listen: () => 0,
      accept: () => this.#pending.shift() ?? -1,
      read: (fd: number, into: number, length: number) => {
        const peer = this.#peers.get(fd);
        if (peer === undefined) return -1;
        if (peer.hasInput) return peer.read(this.#memory.bytes(into, length));
        return peer.hasEnded ? 0 : -1;
      },
      write: (fd: number, from: number, length: number) =>
        this.#peers.get(fd)?.write(this.#memory.bytes(from, length)) ?? -1,
      close: (fd: number) => this.#close(fd),
      poll: (interest: number, count: number, out: number) => this.#poll(interest, count, out),
    };
  }

  #close(fd: number): void {
    const peer = this.#peers.get(fd);
    if (peer === undefined) return;
    this.#peers.delete(fd);
    this.#endsReported.delete(fd);
    this.#freeFds.push(fd);
    peer.close();
  }

  /** Both lists are pairs of a descriptor and a mask; Valkey sized `out` for all it asks about. */
  #poll(interest: number, count: number, out: number): number {
    const asked = this.#memory.int32s(interest, count * 2);
    const ready: number[] = [];
    const ended: number[] = [];
    for (let index = 0; index < asked.length; index += 2) {
      const fd = asked[index] ?? 0;
      const mask = this.#readiness(fd) & (asked[index + 1] ?? 0);
      if (mask === 0) continue;
      ready.push(fd, mask);
      if (this.#isNewEnd(fd)) ended.push(fd, mask);
    }

    // A client that left is reported alone, because Valkey forgets it only before its next poll: otherwise a push
    // in this same poll would hand its job to a BLMOVE of the client that is gone. Once only, so none can starve.
    const answer = ended.length > 0 ? ended : ready;
    for (let index = 0; index < ended.length; index += 2) this.#endsReported.add(ended[index] ?? 0);
    this.#memory.int32s(out, answer.length).set(answer);
    this.#fired = answer.length / 2;
    return this.#fired;
  }

  #readiness(fd: number): number {
    if (fd === LISTENER_FD) return this.#pending.length > 0 ? READABLE : 0;
    const peer = this.#peers.get(fd);
    if (peer === undefined) return 0;
    return (peer.hasInput || peer.hasEnded ? READABLE : 0) | (peer.isWritable ? WRITABLE : 0);
  }

  #isNewEnd(fd: number): boolean {
    const peer = this.#peers.get(fd);
    return peer !== undefined && peer.hasEnded && !peer.hasInput && !this.#endsReported.has(fd);
  }
}
