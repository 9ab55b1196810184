/** A `redis-server`, a `valkey-server` or a Sentinel as a child process, which dies with the tests. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

export class ServerProcess {
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly #died: Promise<Error>;
  #output = "";

  constructor(command: string, args: readonly string[]) {
    const child = (this.#child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] }));
    const kill = (): void => void child.kill("SIGKILL");
    process.once("exit", kill);
    // Read, so that it never waits for its reader.
    child.stdout.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    this.#died = new Promise((resolve) => {
      child.once("error", resolve);
      child.once("exit", () => {
        process.off("exit", kill);
        resolve(new Error(`${command} ended:\n${this.#output}`));
      });
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("Expected a server that runs.");
    return this.#child.pid;
  }

  /** Resolves when it takes connections; rejects with what it said if it ends before. */
  async ready(): Promise<void> {
    const { stdout } = this.#child;
    const isReady = new Promise<undefined>((resolve) => {
      stdout.on("data", () => {
        if (this.#output.includes("Ready to accept connections")) resolve(undefined);
      });
    });
    const failure = await Promise.race([isReady, this.#died]);
    if (failure) throw failure;
  }

  /** It says nothing more, and its connections stay. */
  freeze(): void {
    this.#child.kill("SIGSTOP");
  }

  /** As `kill -9` does; resolves when it has ended. */
  async kill9(): Promise<void> {
    const { exitCode, signalCode, pid } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exit;
  }
}
