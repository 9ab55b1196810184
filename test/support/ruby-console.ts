/**
 * A Ruby that stays, with Sidekiq, its API and its Web UI loaded and one Redis as its own:
 * `ruby/console.rb` answers what this asks, one line of JSON each.
 */
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { scriptsUnder, spawnRuby } from "./ruby-process.ts";

/** What a script raised, with Ruby's own words. */
export class RubyError extends Error {
  override readonly name = "RubyError";
  readonly rubyClass: string;

  constructor(rubyClass: string, message: string, backtrace: readonly string[]) {
    super(`${rubyClass}: ${message}\n${backtrace.map((line) => `  ${line}`).join("\n")}`);
    this.rubyClass = rubyClass;
  }
}

export type RubyRequest =
  | { readonly script: string; readonly args: readonly unknown[] }
  | {
      readonly path: string;
      readonly form: Readonly<Record<string, unknown>> | null;
      /** By their names in CGI, such as `HTTP_REFERER`. */
      readonly headers: Readonly<Record<string, string>>;
    };

type Answer =
  | { readonly value: unknown }
  | { readonly error: { readonly class: string; readonly message: string; readonly backtrace: string[] } };

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class RubyConsole {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: Waiting[] = [];
  #stderr = "";

  /** Starts Ruby. What is asked before it is up waits for it. */
  constructor(root: string, redisUrl: string) {
    this.#process = spawnRuby(root, [`${scriptsUnder(root)}/console.rb`], { REDIS_URL: redisUrl });
    this.#process.stderr.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    createInterface({ input: this.#process.stdout }).on("line", (line) => this.#take(line));
    this.#process.once("close", () => this.#giveUp(new Error(`Ruby ended:\n${this.#stderr}`)));
    this.#process.once("error", (error) => this.#giveUp(error));
    // A write to a Ruby that has ended: "close" tells the caller, with Ruby's reason.
    this.#process.stdin.on("error", () => {});
  }

  /** Resolves to the answer; rejects with a RubyError if Ruby raised. */
  ask(request: RubyRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) return reject(new Error(`Ruby has ended:\n${this.#stderr}`));
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** What Sidekiq and the scripts printed. */
  output(): string {
    return this.#stderr;
  }

  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    const close = once(this.#process, "close");
    this.#process.kill("SIGKILL");
    await close;
  }

  get #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  // Ruby answers in the order it was asked.
  #take(line: string): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    const answer = JSON.parse(line) as Answer;
    if ("value" in answer) waiting.resolve(answer.value);
    else waiting.reject(new RubyError(answer.error.class, answer.error.message, answer.error.backtrace));
  }

  #giveUp(error: Error): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}
