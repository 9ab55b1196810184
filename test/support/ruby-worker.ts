/**
 * A real `sidekiq` process with the jobs of `ruby/jobs.rb`. It polls and beats each second, so that tests don't wait.
 */
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { scriptsUnder, spawnRuby } from "./ruby-process.ts";

export interface RubyWorkerOptions {
  readonly redisUrl: string;
  /** Names, or `name,weight`. @default ["default"] */
  readonly queues?: readonly string[];
  /** @default 5 */
  readonly concurrency?: number;
  /** Sidekiq's `-t`: how long TERM waits for running jobs, in seconds. @default Sidekiq's own 25 */
  readonly timeoutSeconds?: number;
  /** More Ruby to load after the jobs: another job class, ActiveJob, a middleware. */
  readonly ruby?: string;
  /** More flags for `sidekiq`. */
  readonly extraArgs?: readonly string[];
}

export class RubyWorker {
  readonly #process: ChildProcessWithoutNullStreams;
  #output = "";
  #identity = "";

  /** Resolves once the worker's first heartbeat is in Redis. */
  static async start(root: string, options: RubyWorkerOptions): Promise<RubyWorker> {
    const env = { REDIS_URL: options.redisUrl, ...(options.ruby && { INTEROP_RUBY: options.ruby }) };
    const worker = new RubyWorker(spawnRuby(root, ["/usr/bin/sidekiq", ...flags(root, options)], env));
    await worker.#up();
    return worker;
  }

  private constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process;
    for (const stream of [process.stdout, process.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    }
  }

  /** `hostname:pid:nonce`, its member of the set `processes`. */
  get identity(): string {
    return this.#identity;
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error("Expected a running Sidekiq, but it never started.");
    return this.#process.pid;
  }

  /** What Sidekiq logged. */
  output(): string {
    return this.#output;
  }

  /** TSTP: takes no more jobs. */
  quiet(): void {
    this.#process.kill("SIGTSTP");
  }

  /** TERM, then resolves to the exit code once it has ended: null if a signal ended it. */
  stop(): Promise<number | null> {
    return this.#end("SIGTERM");
  }

  /** KILL: no time to give its jobs back. */
  async kill9(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill9();
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.#hasEnded) {
      const close = once(this.#process, "close");
      this.#process.kill(signal);
      await close;
    }
    return this.#process.exitCode;
  }

  get #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  #up(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#process.once("error", reject);
      this.#process.once("close", () =>
        reject(new Error(`Sidekiq ended before it was up:\n${this.#output}`)),
      );
      this.#process.stdout.on("data", () => {
        const up = UP.exec(this.#output);
        if (up?.[1] === undefined) return;
        this.#identity = up[1];
        resolve();
      });
    });
  }
}

const UP = /^interop: up as (\S+)$/m;

function flags(root: string, options: RubyWorkerOptions): string[] {
  const { queues = ["default"], concurrency = 5, timeoutSeconds, extraArgs = [] } = options;
  const timeout = timeoutSeconds === undefined ? [] : ["-t", String(timeoutSeconds)];
  const jobs = ["-r", `${scriptsUnder(root)}/worker.rb`, "-c", String(concurrency)];
  return [...jobs, ...queues.flatMap((queue) => ["-q", queue]), ...timeout, ...extraArgs];
}
