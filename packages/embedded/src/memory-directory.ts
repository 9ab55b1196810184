/**
 * The one flat directory that the embedded Valkey sees, held in memory: SAVE writes its dump into it,
 * and at boot Valkey loads a dump from it. What reaches the disk is the business of `snapshot.ts`.
 *
 * Why not a real folder through `node:wasi`: on Node 20 and 22 that crashed the process in 15 of 20 runs
 * while a dump of 1.2 MB was loaded, because the memory grows during the read.
 */
export class MemoryDirectory {
  readonly #files = new Map<string, MemoryFile>();

  get(name: string): MemoryFile | undefined {
    return this.#files.get(name);
  }

  create(name: string): MemoryFile {
    const file = new MemoryFile();
    this.#files.set(name, file);
    return file;
  }

  rename(from: string, to: string): boolean {
    const file = this.#files.get(from);
    if (file === undefined) return false;
    this.#files.delete(from);
    this.#files.set(to, file);
    return true;
  }

  remove(name: string): boolean {
    return this.#files.delete(name);
  }
}

/** Bytes that grow. The room doubles, so that a dump written in 16 KB pieces is not copied for each of them. */
export class MemoryFile {
  #room: Uint8Array = new Uint8Array(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A view of all bytes, valid until the next write. */
  bytes(): Uint8Array {
    return this.#room.subarray(0, this.#size);
  }

  /** Returns how many bytes were there to copy. */
  read(at: number, into: Uint8Array): number {
    const part = this.#room.subarray(Math.min(at, this.#size), Math.min(at + into.length, this.#size));
    into.set(part);
    return part.length;
  }

  write(at: number, bytes: Uint8Array): void {
    if (at + bytes.length > this.#size) this.resize(at + bytes.length);
    this.#room.set(bytes, at);
  }

  resize(size: number): void {
    // Cut bytes must read as zeros if the file grows over them again.
    if (size < this.#size) this.#room.fill(0, size, this.#size);
    if (size > this.#room.length) {
      const room = new Uint8Array(Math.max(size, this.#room.length * 2, 65_536));
      room.set(this.bytes());
      this.#room = room;
    }
    this.#size = size;
  }
}
