/** One poller of test/cron/poller-process.mjs: looks when it is told to, and can be killed in the middle. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const PROGRAM = join(import.meta.dirname, "../cron/poller-process.mjs");

type FromPoller =
  | { readonly polled: number; readonly error?: string }
  | {
      readonly told: ["missed", key: string, at: string] | ["fired", key: string, tick: string, what: string];
    };

export class CronProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #polls = new Map<number, (error?: Error) => void>();
  #count = 0;
  /** What it has told of entries, each by its key, until its end. */
  readonly missed: (readonly [key: string, at: string])[] = [];
  readonly firings: (readonly [key: string, tick: string, what: string])[] = [];

  constructor(redisUrl: string) {
    this.#child = fork(PROGRAM, {
      env: { ...process.env, CRON_REDIS_URL: redisUrl },
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child.on("message", (message: FromPoller) => this.#hear(message));
    // When all that it said has been heard, too.
    this.#ended = this.#watchEnd();
  }

  async #watchEnd(): Promise<void> {
    await Promise.all([once(this.#child, "exit"), once(this.#child, "disconnect")]);
    for (const end of this.#polls.values()) end(new Error("The process has ended."));
  }

  #hear(message: FromPoller): void {
    if ("polled" in message) {
      const done = this.#polls.get(message.polled);
      return done?.(message.error === undefined ? undefined : new Error(message.error));
    }
    const [what, key, at, fired] = message.told;
    if (what === "missed") this.missed.push([key, at]);
    else this.firings.push([key, at, fired]);
  }

  /** Polls at this instant; rejects when the poll fails, or when the process ends before. */
  async poll(at: string): Promise<void> {
    const number = this.#count++;
    const polled = new Promise<void>((resolve, reject) => {
      this.#polls.set(number, (error) => (error ? reject(error) : resolve()));
      this.#child.send({ number, atMs: Date.parse(at) }, (error) => error && reject(error));
    });
    await polled.finally(() => this.#polls.delete(number));
  }

  /** kill -9. @returns when it is gone, whether it was in the middle of a look */
  async kill9(): Promise<boolean> {
    this.#child.kill("SIGKILL");
    const isLooking = this.#polls.size > 0;
    await this.#ended;
    return isLooking;
  }
}
