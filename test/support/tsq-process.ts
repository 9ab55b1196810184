/** `tsq work` in a process of its own, with the jobs of `tsq-jobs.ts`. */
import { fileURLToPath } from "node:url";
import { TsqCommand } from "./tsq-command.ts";

export interface TsqProcessOptions {
  readonly redisUrl: string;
  /** Names, or `name,weight`. */
  readonly queues: readonly string[];
  /** @default tsq's own 5 */
  readonly concurrency?: number;
  /** How long a stop waits for running jobs, in seconds. @default tsq's own 25 */
  readonly timeoutSeconds?: number;
}

const JOBS = fileURLToPath(new URL("./tsq-jobs.ts", import.meta.url));

export class TsqProcess {
  /** `hostname:pid:nonce`, its member of the set `processes`. */
  readonly identity: string;
  readonly #command: TsqCommand;

  /** Resolves when it takes jobs. */
  static async start({ redisUrl, ...options }: TsqProcessOptions): Promise<TsqProcess> {
    const command = new TsqCommand(["work", "-r", JOBS, ...flags(options)], {
      cwd: import.meta.dirname,
      env: { REDIS_URL: redisUrl },
    });
    try {
      const { identity } = await command.logged(/^tsq \S+ started$/);
      return new TsqProcess(command, String(identity));
    } catch (error) {
      await command.kill9();
      throw error;
    }
  }

  private constructor(command: TsqCommand, identity: string) {
    this.#command = command;
    this.identity = identity;
  }

  get pid(): number {
    return this.#command.pid;
  }

  /** What it logged. */
  output(): string {
    return this.#command.output();
  }

  /** Resolves to its exit code when it has ended: null if a signal ended it. */
  async exit(): Promise<number | null> {
    return (await this.#command.ended).code;
  }

  /** TERM, then resolves to the exit code. */
  stop(): Promise<number | null> {
    this.#command.signal("SIGTERM");
    return this.exit();
  }

  /** KILL: no time to give its jobs back. */
  kill9(): Promise<void> {
    return this.#command.kill9();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill9();
  }
}

function flags({ queues, concurrency, timeoutSeconds }: Omit<TsqProcessOptions, "redisUrl">): string[] {
  return [
    ...queues.flatMap((queue) => ["-q", queue]),
    ...(concurrency === undefined ? [] : ["-c", String(concurrency)]),
    ...(timeoutSeconds === undefined ? [] : ["-t", String(timeoutSeconds)]),
  ];
}
