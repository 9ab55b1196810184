/**
 * Just enough of WASI preview 1 for Valkey: clock, randomness, log lines, and one flat directory in memory.
 * Own code instead of `node:wasi`, which warns on every start and crashes while loading a dump
 * (see `memory-directory.ts`). It also means that Valkey can reach no file of this machine.
 */
import { randomFillSync } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { MemoryDirectory, MemoryFile } from "./memory-directory.ts";
import type { WasmFunction } from "./valkey-module.ts";
import type { WasmMemory } from "./wasm-memory.ts";

const SUCCESS = 0;
const BAD_FILE_DESCRIPTOR = 8;
const EXISTS = 20;
const NO_ENTRY = 44;
const NOT_SUPPORTED = 52;
const ILLEGAL_SEEK = 70;

const CHARACTER_DEVICE = 2;
const DIRECTORY = 3;
const REGULAR_FILE = 4;

const ROOT_FD = 3;
const ALL_RIGHTS = 0x1fff_ffffn;

const OPEN_CREATE = 1;
const OPEN_EXCLUSIVE = 4;
const OPEN_TRUNCATE = 8;
const FLAG_APPEND = 1;

/** Valkey called `exit()`: at boot when it cannot load its dump, later because a client sent SHUTDOWN. */
export class ExitError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`Valkey exited with status ${status}.`);
    this.status = status;
  }
}

interface OpenFile {
  /** `null`: the directory itself. */
  readonly file: MemoryFile | null;
  readonly appends: boolean;
  position: number;
}

export class Wasi {
  readonly #memory: WasmMemory;
  readonly #directory: MemoryDirectory;
  readonly #onOutput: (text: string) => void;
  readonly #clock = new WallClock();
  readonly #open = new Map<number, OpenFile>();
  #nextFd = ROOT_FD + 1;

  constructor(memory: WasmMemory, directory: MemoryDirectory, onOutput: (text: string) => void) {
    this.#memory = memory;
    this.#directory = directory;
    this.#onOutput = onOutput;
  }

  imports(): Record<string, WasmFunction> {
    return { ...this.#process(), ...this.#descriptors(), ...this.#files(), ...this.#paths() };
  }

  #process(): Record<string, WasmFunction> {
    const memory = this.#memory;
    return {
      environ_get: () => SUCCESS,
      environ_sizes_get: (count: number, size: number) => {
        memory.setUint32(count, 0);
        memory.setUint32(size, 0);
        return SUCCESS;
      },
      clock_time_get: (id: number, _precision: bigint, out: number) => {
        memory.setUint64(out, id === 0 ? this.#clock.nanoseconds() : process.hrtime.bigint());
        return SUCCESS;
      },
      random_get: (into: number, length: number) => {
        randomFillSync(memory.bytes(into, length));
        return SUCCESS;
      },
      proc_exit: (status: number) => {
        throw new ExitError(status);
      },
      sched_yield: () => SUCCESS,
      // Only `usleep` asks, and sleeping here would stall every client.
      poll_oneoff: () => NOT_SUPPORTED,
      sock_shutdown: () => NOT_SUPPORTED,
    };
  }

  #descriptors(): Record<string, WasmFunction> {
    const memory = this.#memory;
    return {
      fd_prestat_get: (fd: number, out: number) => {
        if (fd !== ROOT_FD) return BAD_FILE_DESCRIPTOR;
        memory.setUint8(out, 0);
        memory.setUint32(out + 4, 1);
        return SUCCESS;
      },
      fd_prestat_dir_name: (fd: number, out: number) => {
        if (fd !== ROOT_FD) return BAD_FILE_DESCRIPTOR;
        memory.setUint8(out, "/".charCodeAt(0));
        return SUCCESS;
      },
      fd_fdstat_get: (fd: number, out: number) => {
        const type = this.#typeOf(fd);
        if (type === undefined) return BAD_FILE_DESCRIPTOR;
        memory.bytes(out, 24).fill(0);
        memory.setUint8(out, type);
        memory.setUint64(out + 8, ALL_RIGHTS);
        memory.setUint64(out + 16, ALL_RIGHTS);
        return SUCCESS;
      },
      fd_filestat_get: (fd: number, out: number) => {
        const type = this.#typeOf(fd);
        if (type === undefined) return BAD_FILE_DESCRIPTOR;
        return this.#stat(out, type, this.#open.get(fd)?.file?.size ?? 0);
      },
      fd_fdstat_set_flags: () => SUCCESS,
      fd_sync: () => SUCCESS,
      fd_renumber: () => NOT_SUPPORTED,
      fd_readdir: (_fd: number, _buffer: number, _length: number, _cookie: bigint, out: number) => {
        memory.setUint32(out, 0);
        return SUCCESS;
      },
      fd_close: (fd: number) => (fd < ROOT_FD || this.#open.delete(fd) ? SUCCESS : BAD_FILE_DESCRIPTOR),
    };
  }

  #files(): Record<string, WasmFunction> {
    const memory = this.#memory;
    return {
      fd_read: (fd: number, list: number, count: number, out: number) =>
        this.#with(fd, (open, file) => {
          const length = this.#read(file, open.position, list, count);
          open.position += length;
          memory.setUint32(out, length);
        }),
      fd_pread: (fd: number, list: number, count: number, at: bigint, out: number) =>
        this.#with(fd, (_open, file) => memory.setUint32(out, this.#read(file, Number(at), list, count))),
      fd_write: (fd: number, list: number, count: number, out: number) => {
        const parts = this.#parts(list, count);
        memory.setUint32(out, total(parts));
        if (fd < ROOT_FD) {
          this.#onOutput(Buffer.concat(parts).toString());
          return SUCCESS;
        }
        return this.#with(fd, (open, file) => {
          if (open.appends) open.position = file.size;
          for (const part of parts) {
            file.write(open.position, part);
            open.position += part.length;
          }
        });
      },
      fd_seek: (fd: number, offset: bigint, whence: number, out: number) => {
        if (fd < ROOT_FD) return ILLEGAL_SEEK;
        return this.#with(fd, (open, file) => {
          const base = whence === 0 ? 0 : whence === 1 ? open.position : file.size;
          open.position = base + Number(offset);
          memory.setUint64(out, BigInt(open.position));
        });
      },
      fd_filestat_set_size: (fd: number, size: bigint) =>
        this.#with(fd, (_open, file) => file.resize(Number(size))),
    };
  }

  #paths(): Record<string, WasmFunction> {
    const directory = this.#directory;
    return {
      path_open: (
        _directory: number,
        _lookup: number,
        path: number,
        length: number,
        how: number,
        _rights: bigint,
        _inheriting: bigint,
        flags: number,
        out: number,
      ) => {
        const name = this.#name(path, length);
        if (name === "") return this.#opened({ file: null, appends: false, position: 0 }, out);
        let file = directory.get(name);
        if (file === undefined) {
          if ((how & OPEN_CREATE) === 0) return NO_ENTRY;
          file = directory.create(name);
        } else if ((how & OPEN_EXCLUSIVE) !== 0) {
          return EXISTS;
        } else if ((how & OPEN_TRUNCATE) !== 0) {
          file.resize(0);
        }
        return this.#opened({ file, appends: (flags & FLAG_APPEND) !== 0, position: 0 }, out);
      },
      path_filestat_get: (_fd: number, _lookup: number, path: number, length: number, out: number) => {
        const name = this.#name(path, length);
        if (name === "") return this.#stat(out, DIRECTORY, 0);
        const file = directory.get(name);
        return file === undefined ? NO_ENTRY : this.#stat(out, REGULAR_FILE, file.size);
      },
      path_rename: (_a: number, from: number, fromSize: number, _b: number, to: number, toSize: number) =>
        directory.rename(this.#name(from, fromSize), this.#name(to, toSize)) ? SUCCESS : NO_ENTRY,
      path_unlink_file: (_fd: number, path: number, length: number) =>
        directory.remove(this.#name(path, length)) ? SUCCESS : NO_ENTRY,
      path_create_directory: () => EXISTS,
    };
  }

  #typeOf(fd: number): number | undefined {
    if (fd < ROOT_FD) return CHARACTER_DEVICE;
    if (fd === ROOT_FD) return DIRECTORY;
    const open = this.#open.get(fd);
    if (open === undefined) return undefined;
    return open.file === null ? DIRECTORY : REGULAR_FILE;
  }

  #with(fd: number, act: (open: OpenFile, file: MemoryFile) => void): number {
    const open = this.#open.get(fd);
    if (open === undefined || open.file === null) return BAD_FILE_DESCRIPTOR;
    act(open, open.file);
    return SUCCESS;
  }

  #opened(open: OpenFile, out: number): number {
    const fd = this.#nextFd++;
    this.#open.set(fd, open);
    this.#memory.setUint32(out, fd);
    return SUCCESS;
  }

  #read(file: MemoryFile, at: number, list: number, count: number): number {
    let length = 0;
    for (const part of this.#parts(list, count)) length += file.read(at + length, part);
    return length;
  }

  /** An iovec list: `count` pairs of a pointer and a length. */
  #parts(list: number, count: number): Buffer[] {
    return Array.from({ length: count }, (_, index) => {
      const pair = list + index * 8;
      return this.#memory.bytes(this.#memory.uint32(pair), this.#memory.uint32(pair + 4));
    });
  }

  #name(path: number, length: number): string {
    const name = this.#memory.text(path, length).replace(/^(\.?\/)+/, "");
    return name === "." ? "" : name;
  }

  #stat(out: number, type: number, size: number): number {
    this.#memory.bytes(out, 64).fill(0);
    this.#memory.setUint8(out + 16, type);
    this.#memory.setUint64(out + 24, 1n);
    this.#memory.setUint64(out + 32, BigInt(size));
    return SUCCESS;
  }
}

/**
 * The time of day in nanoseconds: as fine as the monotonic clock, and never away from `Date.now()`.
 * `performance.timeOrigin + performance.now()` alone stands still while a laptop sleeps, and then every
 * TTL (a heartbeat's, say) would end hours late.
 */
class WallClock {
  #offsetMs = Date.now() - performance.now();

  nanoseconds(): bigint {
    const monotonicMs = performance.now();
    const wallMs = Date.now();
    if (Math.abs(wallMs - (this.#offsetMs + monotonicMs)) > 20) this.#offsetMs = wallMs - monotonicMs;
    return BigInt(Math.round((this.#offsetMs + monotonicMs) * 1000)) * 1000n;
  }
}

function total(parts: readonly Uint8Array[]): number {
  return parts.reduce((length, part) => length + part.length, 0);
}
