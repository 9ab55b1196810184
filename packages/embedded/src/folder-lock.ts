/**
 * One server per folder: two would overwrite each other's dump. A file in the folder names the server that uses it, and
 * whether that still runs is asked of the server: a process id may be another process's by now, in a container always.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { EmbeddedError } from "./embedded-error.ts";

const FILE_NAME = "server.json";
const ANSWER_WITHIN_MS = 2_000;
// Who starts on a busy machine answers nobody for seconds.
const TRIES = 5;

interface Holder {
  readonly port: number;
  /** What the server calls this run of its own; empty until it has started. */
  readonly runId: string;
}

export class FolderLock {
  readonly #path: string;
  #holder: Holder;

  /** @throws EmbeddedError when another server that runs has the folder */
  static async take(folder: string, port: number): Promise<FolderLock> {
    const file = path.join(folder, FILE_NAME);
    const holder = { port, runId: "" };
    try {
      // Of two that start at once one is the first.
      writeFileSync(file, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const other = holderIn(file);
      if (other && other.port !== port && (await isHeld(file, other.port))) {
        throw new EmbeddedError(
          `Expected the folder \`${folder}\` for one server alone, and the one at redis://127.0.0.1:${other.port}/0 uses it. Use that one, stop it, or name another folder.`,
        );
      }
      // Its server was killed.
      write(file, holder);
    }
    return new FolderLock(file, holder);
  }

  private constructor(file: string, holder: Holder) {
    this.#path = file;
    this.#holder = holder;
  }

  /** The server has started, and answers to this name. */
  name(runId: string): void {
    this.#holder = { ...this.#holder, runId };
    write(this.#path, this.#holder);
  }

  release(): void {
    if (holderIn(this.#path)?.runId === this.#holder.runId) rmSync(this.#path, { force: true });
  }
}

/** Renamed into its place: whoever reads it reads all of it. */
const write = (file: string, holder: Holder): void => {
  writeFileSync(`${file}.tmp`, JSON.stringify(holder), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
};

const holderIn = (file: string): Holder | undefined => {
  try {
    // Written above, or by nobody who matters.
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
};

/**
 * Whether the server that is named still runs. Who is starting answers once it has started, and by then it is named; who
 * never answers may be frozen, and has the folder still.
 */
const isHeld = async (file: string, port: number): Promise<boolean> => {
  for (let tries = 1; tries <= TRIES; tries++) {
    const answer = await runId(port);
    if (answer !== "silent") return answer !== undefined && answer.runId === holderIn(file)?.runId;
  }
  return true;
};

/** What the server on that port calls its run; undefined when there is none. */
const runId = (port: number): Promise<{ readonly runId: string } | "silent" | undefined> =>
  new Promise((resolve) => {
    let answer = "";
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write("INFO server\r\n"));
    const end = (found?: { readonly runId: string } | "silent"): void => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => end("silent"));
    socket.on("error", () => end());
    socket.on("close", () => end());
    socket.setEncoding("latin1").on("data", (text: string) => {
      answer += text;
      const found = /^run_id:(\w+)\r$/m.exec(answer)?.[1];
      if (found) end({ runId: found });
    });
  });
