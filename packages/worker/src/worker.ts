/**
 * A process that runs jobs, as an application sees it. assembly.ts makes its parts; boot.ts has the order in which they
 * start and stop. States: made → started → quiet → stopped.
 */
import type { Logger } from "pino";
import { assemble } from "./assembly.ts";
import { Boot } from "./boot.ts";
import { resolveOptions } from "./options/worker-options.ts";
import type { WorkerOptions } from "./options/worker-options.ts";
import type { ErrorReports } from "./report/error-reports.ts";
import type { Manager } from "./run/manager.ts";
import type { RunningJobInfo } from "./run/running-job.ts";
import type { Lifecycle, LifecycleEvent, Listener } from "./services/lifecycle.ts";

/** Runs jobs in this process: made, started, made quiet, stopped; `tsq work` is one. */
export class Worker {
  /** `host:pid:nonce`, the process's name in Redis. */
  readonly identity: string;
  readonly #log: Logger;
  readonly #errors: ErrorReports;
  readonly #lifecycle: Lifecycle;
  readonly #managers: readonly Manager[];
  readonly #boot: Boot;
  #signalled: ((signal: string) => void) | undefined;

  /** @throws ConfigError when an option is not what it should be; what `install()` of an extension throws */
  constructor(options: WorkerOptions) {
    const parts = assemble(resolveOptions(options), (signal) => this.#obey(signal));
    this.identity = parts.identity;
    this.#log = parts.log;
    this.#errors = parts.errors;
    this.#lifecycle = parts.lifecycle;
    this.#managers = parts.managers;
    this.#boot = new Boot(parts);
  }

  /** Registers a listener, or throws a ConfigError for an unknown event; `startup` runs before the first job is taken. */
  on<E extends LifecycleEvent>(event: E, listener: Listener<E>): this {
    this.#lifecycle.on(event, listener);
    return this;
  }

  /** What to do when a page or another process sends TSTP, TERM or TTIN; by default quiet, stop and a dump. */
  onSignal(listener: (signal: string) => void): this {
    this.#signalled = listener;
    return this;
  }

  /**
   * Resolves when the worker takes jobs.
   * @throws RedisUnusableError in one line when Redis cannot be used; what a `startup` listener throws
   */
  start(): Promise<void> {
    return this.#boot.start();
  }

  /** Takes no more jobs; those that run go on. Resolves when none can arrive any more. */
  quiet(): Promise<void> {
    return this.#boot.quiet();
  }

  /** Quiet, waits up to `shutdownTimeoutMs` for what runs, hands back and aborts the rest; resolves when all is closed. */
  stop(): Promise<void> {
    return this.#boot.stop();
  }

  /** Ends the wait of a stop for what runs, also of one that is still to come: it is handed back at once. */
  hurry(): void {
    this.#boot.hurry();
  }

  /**
   * Tells the worker that its process has met an exception that nobody caught, such as one of a job's timer. Stop it
   * next: what the stop cuts off counts as rescued once, and after three times within 72 hours goes to the dead set.
   */
  crashed(): void {
    for (const manager of this.#managers) manager.crashed();
  }

  /** The jobs that run now, and those that go on beyond their timeouts. */
  running(): readonly RunningJobInfo[] {
    return this.#managers.flatMap(({ work }) => work.infos());
  }

  /** What Ruby's pages send (WIRE §7.4). */
  #obey(signal: string): void {
    this.#log.info({ signal }, "Signal from Redis");
    if (this.#signalled) this.#signalled(signal);
    else if (signal === "TSTP") this.#errors.ignore(this.quiet());
    else if (signal === "TERM") this.#errors.ignore(this.stop());
    else if (signal === "TTIN") for (const job of this.running()) this.#log.warn(job, "Running");
  }
}
