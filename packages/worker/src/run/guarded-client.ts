/** The client of a job with a `timeout`: once the job overruns, it has failed and runs elsewhere, and pushes no more. */
import type { JobClient, JobOptions, TsqError } from "@tsq/core";

/** The run that it pushes for. */
export interface Guarded {
  readonly isOverrunning: boolean;
  readonly abortReason: TsqError | undefined;
}

const NOBODY: ReadonlySet<number> = new Set();

type Args<Name extends "push" | "pushBulk" | "pushTemplate" | "admit"> = Parameters<JobClient[Name]>;

export class GuardedClient implements JobClient {
  readonly #run: Guarded;
  readonly #client: JobClient;

  constructor(run: Guarded, client: JobClient) {
    this.#run = run;
    this.#client = client;
  }

  get defaultJobOptions(): JobOptions {
    return this.#client.defaultJobOptions;
  }

  async push(...args: Args<"push">): Promise<string | null> {
    return this.#open().push(...args);
  }

  /** One that has begun stops before its next slice is sent: that is when its lists are checked. */
  async pushBulk(...[item, check]: Args<"pushBulk">): Promise<(string | null)[]> {
    return this.#open().pushBulk(item, (args, where) => {
      this.#open();
      return check?.(args, where);
    });
  }

  async pushTemplate(...args: Args<"pushTemplate">): Promise<string | null> {
    return this.#open().pushTemplate(...args);
  }

  async admit(...args: Args<"admit">): Promise<boolean> {
    return this.#open().admit(...args);
  }

  async cancel(jid: string): Promise<Date> {
    return this.#open().cancel(jid);
  }

  generations(): ReadonlySet<number> | Promise<ReadonlySet<number>> {
    return this.#open().generations?.() ?? NOBODY;
  }

  nextJid(): string {
    return this.#client.nextJid();
  }

  #open(): JobClient {
    const { isOverrunning, abortReason } = this.#run;
    if (isOverrunning && abortReason) throw abortReason;
    return this.#client;
  }
}
