/** A program of the example: what it prints, whether it ended, and how it is ended. */
import { createInterface } from "node:readline";

export class Program {
  name;
  #child;
  #text = "";
  #heard = new Set();
  hasEnded = false;
  /** Resolves to its exit code, or to the signal that ended it. */
  ended;

  /** @param child a process whose standard output and error are pipes */
  constructor(name, child) {
    this.name = name;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.#text += `${line}\n`;
        for (const listener of this.#heard) listener(line);
      });
    }
    this.ended = new Promise((settle) => {
      const resolve = (end) => {
        this.hasEnded = true;
        settle(end);
      };
      child.once("error", (error) => {
        this.#text += `${error.message}\n`;
        resolve(error.code);
      });
      child.once("close", (code, signal) => resolve(code ?? signal));
    });
  }

  /** Calls the listener with each line from now on. */
  onLine(listener) {
    this.#heard.add(listener);
  }

  output() {
    return this.#text;
  }

  /** Resolves when it has printed this; rejects with all that it printed if it ends before. */
  async printed(pattern) {
    const found = new Promise((resolve) => {
      // Line by line, and not once more when it is found: to search all that a busy program has printed at each of its
      // lines keeps this process from reading, and from asking the app, for a minute and longer.
      const look = (text) => {
        if (!pattern.test(text)) return;
        this.#heard.delete(look);
        resolve("found");
      };
      this.onLine(look);
      look(this.#text);
    });
    const first = await Promise.race([found, this.ended]);
    if (first !== "found") throw new Error(`${this.name} ended with ${first}:\n${this.#text}`);
  }

  /** Resolves to what it printed, when it ended well; else rejects with that. */
  async done() {
    const code = await this.ended;
    if (code !== 0) throw new Error(`${this.name} ended with ${code}:\n${this.#text}`);
    return this.#text;
  }

  /** KILL; resolves when it is gone. */
  async kill() {
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  /** TERM, and KILL if it takes longer than a stop may; resolves as `ended` does. */
  async stop() {
    this.#child.kill("SIGTERM");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 40_000);
    const code = await this.ended;
    clearTimeout(late);
    return code;
  }
}
