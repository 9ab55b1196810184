/**
 * A process that takes part in a bench. It gets its mode and its options as arguments, orders by lines on standard
 * input, and answers by lines of JSON on descriptor 3: standard output is free for its log.
 * It ends when its input does, so that none outlives the bench.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { createInterface } from "node:readline";

const END_WITHIN_MS = 10_000;
const ERRORS_KEPT = 4_000;

export class Peer {
  /** What it said when it was ready. */
  booted;
  #process;
  #name;
  #unread = [];
  #waiting = [];
  #errors = "";
  #ended;
  #onProgress = () => {};
  #kill = () => this.#process.kill("SIGKILL");

  /** Resolves when it is ready to start: what it costs to load it is not measured. */
  static async boot({ name, command, args, env }, mode, options, { logFile } = {}) {
    const log = logFile ? openSync(logFile, "w") : "ignore";
    const child = spawn(command, [...args, mode, JSON.stringify(options)], {
      env: env ?? process.env,
      stdio: ["pipe", log, "pipe", "pipe"],
    });
    if (logFile) closeSync(log);
    const peer = new Peer(name, child);
    peer.booted = await peer.next("booted");
    return peer;
  }

  constructor(name, child) {
    this.#name = name;
    this.#process = child;
    process.once("exit", this.#kill);
    // An order to a process that has just ended: its end is reported where its answer is awaited.
    child.stdin.on("error", () => {});
    child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#errors = (this.#errors + text).slice(-ERRORS_KEPT);
    });
    createInterface({ input: child.stdio[3] }).on("line", (text) => this.#hear(JSON.parse(text)));
    this.#ended = new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("close", (code, signal) => resolve(`ended with ${signal ?? code}`));
    });
    // What it said last may still be on its way when it has ended: `close` comes after that.
    void this.#ended.then((how) => this.#fail(how));
  }

  /** Told of every `progress`, which many processes at one workload send. */
  onProgress(listener) {
    this.#onProgress = listener;
  }

  order(word) {
    this.#process.stdin.write(`${word}\n`);
  }

  /** Resolves to what it says with the next such event. */
  next(event) {
    const at = this.#unread.findIndex((message) => message.event === event);
    if (at >= 0) return Promise.resolve(this.#unread.splice(at, 1)[0]);
    return new Promise((resolve, reject) => this.#waiting.push({ event, resolve, reject }));
  }

  /** Resolves when it has ended, to the microseconds of processor time that it used after it had booted. */
  async end() {
    process.off("exit", this.#kill);
    this.#process.stdin.end();
    const late = setTimeout(this.#kill, END_WITHIN_MS);
    await this.#ended;
    clearTimeout(late);
    return this.#unread.find(({ event }) => event === "ended")?.cpuMicros ?? 0;
  }

  #hear(message) {
    if (message.event === "progress") {
      this.#onProgress(message);
      return;
    }
    const at = this.#waiting.findIndex(({ event }) => event === message.event);
    if (at < 0) this.#unread.push(message);
    else this.#waiting.splice(at, 1)[0].resolve(message);
  }

  #fail(how) {
    for (const { event, reject } of this.#waiting.splice(0)) {
      reject(new Error(`${this.#name} ${how} before it said \`${event}\`:\n${this.#errors}`));
    }
  }
}

/** Runs a command to its end, with its output on our standard error. Resolves to its exit code. */
export const runToEnd = async (command, args) => {
  const child = spawn(command, args, { stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  const [code] = await once(child, "exit");
  return code;
};
