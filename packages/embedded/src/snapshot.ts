/**
 * The data of the embedded Valkey on disk, `<folder>/dump.rdb`: read before it boots, written after each SAVE.
 * Written beside and renamed, so that a crash leaves the old dump or the new one, never half of one.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { MemoryDirectory } from "./memory-directory.ts";

const FILE_NAME = "dump.rdb";

export class Snapshot {
  readonly #path: string;

  /** Makes the folder if it is not there, for nobody but its owner: jobs hold what a company knows of people. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#path = path.join(folder, FILE_NAME);
  }

  /** Puts the dump where Valkey looks for it; `false` if there is none. */
  load(directory: MemoryDirectory): boolean {
    if (!existsSync(this.#path)) return false;
    directory.create(FILE_NAME).write(0, readFileSync(this.#path));
    return true;
  }

  /** Valkey has read it; its bytes need not stay in memory beside the data. */
  unload(directory: MemoryDirectory): void {
    directory.remove(FILE_NAME);
  }

  /** Keeps a dump that Valkey cannot read, under a name it is not looked for; returns the new path. */
  putAside(): string {
    const aside = `${this.#path}.corrupt-${new Date().toISOString().replace(/[:.]/g, "-")}`;
    renameSync(this.#path, aside);
    return aside;
  }

  /**
   * Writes what the last SAVE left in memory, if it has not been written yet. No fsync: a killed process loses
   * nothing by that, and a development server need not stall its clients for a power cut.
   */
  flush(directory: MemoryDirectory): void {
    const file = directory.get(FILE_NAME);
    if (file === undefined) return;
    writeFileSync(`${this.#path}.tmp`, file.bytes(), { mode: 0o600 });
    // What was left by a crash keeps its mode.
    chmodSync(`${this.#path}.tmp`, 0o600);
    renameSync(`${this.#path}.tmp`, this.#path);
    // Only now: if the disk was full, the next flush tries again.
    this.unload(directory);
  }
}
