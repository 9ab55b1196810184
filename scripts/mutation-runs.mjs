/** Runs tests in a warm vitest (mutation-host.mjs), until one fails, and says which; a vitest that hangs is ended and made anew. */
import { fork } from "node:child_process";
import { join } from "node:path";

// A test that takes a second beside other work may take five.
const LIMIT_TIMES = 5;
const LIMIT_MORE_MS = 4_000;
/** How long a test takes of which nothing is known. */
const UNKNOWN_MS = 2_000;
/** Start of the test process, hooks, and servers. */
const SILENT_MS = 15_000;

/** The hooks after a test that failed, and the end of its process. */
const STOP_MS = 4_000;

/** What a test says that had no time. It may be the machine that had none. */
const isLate = (error) => /timed out in \d+ms|has timed out/.test(error);

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** Only these tests of a file. */
const patternOf = (names) =>
  `^\\s*(?:${names.map((name) => escaped(name).replaceAll(" > ", " (?:> )?")).join("|")})$`;

export class Runs {
  #host;
  #ready;
  #last = 0;
  #onMessage = () => {};
  #copy;
  #env;

  constructor(copy, env) {
    this.#copy = copy;
    this.#env = env;
  }

  /** Resolves to how it ended: `passed`, `failed` by a test, `late` by a test that may have wanted more time. */
  async run(chosen, { workers = 1, times = 1, isToTheEnd = false, onTest = () => {} } = {}) {
    await this.#start();
    const timesOf = ({ tests = [{}] }) => tests.map(({ ms = UNKNOWN_MS }) => ms);
    const slowest = Math.max(0, ...chosen.flatMap(timesOf));
    const limitMs = isToTheEnd ? 60_000 : times * (LIMIT_TIMES * slowest + LIMIT_MORE_MS);
    const id = ++this.#last;
    const files = chosen.map(({ file, tests }) => ({
      file,
      ...(tests ? { pattern: patternOf(tests.map(({ name }) => name)) } : {}),
    }));
    let answer;
    let heard = chosen[0].file;
    const isOver = await new Promise((resolve) => {
      const hangs = () => {
        answer ??= { ended: "late", by: { file: heard, name: "" }, error: "says nothing" };
        resolve(false);
      };
      let silence = setTimeout(hangs, limitMs + SILENT_MS);
      this.#onMessage = (message) => {
        if (message.kind === "gone") return hangs();
        if (message.kind === "end" && message.id === id) {
          clearTimeout(silence);
          return resolve(true);
        }
        if (message.kind !== "test" || answer) return;
        clearTimeout(silence);
        silence = setTimeout(hangs, limitMs + SILENT_MS);
        onTest(message);
        const { file, name, state, error } = message;
        heard = file;
        if (isToTheEnd || state !== "failed") return;
        answer = { ended: isLate(error) ? "late" : "failed", by: { file, name }, error };
        // It stops by itself, if no hook of the test hangs.
        clearTimeout(silence);
        silence = setTimeout(hangs, STOP_MS);
      };
      this.#host.send({ kind: "run", id, files, workers, limitMs, bail: isToTheEnd ? 0 : 1 });
    });
    this.#onMessage = () => {};
    if (!isOver) await this.end();
    return answer ?? { ended: "passed" };
  }

  #start() {
    return (this.#ready ??= new Promise((resolve) => {
      const host = (this.#host = fork(join(this.#copy, "scripts/mutation-host.mjs"), {
        cwd: this.#copy,
        env: { ...process.env, ...this.#env, TSQ_REQUIRE: "", NO_COLOR: "1" },
        stdio: ["ignore", "ignore", "ignore", "ipc"],
        // A group of its own: it is ended together with what it started.
        detached: true,
      }));
      host.on("message", (message) => (message.kind === "ready" ? resolve() : this.#onMessage(message)));
      host.on("exit", () => this.#onMessage({ kind: "gone" }));
    }));
  }

  /** Ends all of it; the next run starts it anew. */
  async end() {
    const host = this.#host;
    this.#host = this.#ready = undefined;
    this.endNow(host);
    if (host && host.exitCode === null && host.signalCode === null)
      await new Promise((resolve) => host.once("exit", resolve));
  }

  endNow(host = this.#host) {
    try {
      if (host?.pid !== undefined) process.kill(-host.pid, "SIGKILL");
    } catch {
      // Nobody of it is left.
    }
  }
}
