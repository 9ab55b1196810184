/** The jobs that run now: for the Busy pages, for a thread dump, and for the jobs to hand back at shutdown. */
import { Roster } from "./roster.ts";
import type { RunningJob } from "./running-job.ts";

/** A running job as `<identity>:work` holds it (WIRE §7.2). */
export interface WorkEntry {
  readonly tid: string;
  readonly json: string;
}

export class WorkState {
  readonly #running = new Roster<RunningJob>();
  readonly #prefix: string;
  #tids = 0;
  #emptied = (): void => {};

  /** @param prefix of the thread ids, so that they differ between the capsules of a process */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get size(): number {
    return this.#running.size;
  }

  add(job: RunningJob): void {
    this.#running.add(job);
  }

  delete(job: RunningJob): void {
    this.#running.delete(job);
    if (this.#running.size === 0) this.#emptied();
  }

  /** Resolves when no job runs, or after so long; true when none runs. */
  async empty(withinMs: number): Promise<boolean> {
    if (this.#running.size > 0) {
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, withinMs);
        this.#emptied = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
    return this.#running.size === 0;
  }

  jobs(): readonly RunningJob[] {
    return this.#running.all();
  }

  /** Updated only at beats, so most jobs are never given a thread id. */
  entries(): readonly WorkEntry[] {
    return this.#running.all().map((job) => {
      job.tid ??= this.#prefix + (this.#tids++).toString(36);
      return {
        tid: job.tid,
        json: JSON.stringify({
          queue: job.queue,
          payload: job.unit.text,
          run_at: Math.floor(job.startedAtMs / 1_000),
        }),
      };
    });
  }
}
