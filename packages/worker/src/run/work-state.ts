/** The jobs that run now: for the Busy pages, for a thread dump, and for the jobs to hand back at shutdown. */
import { editPayload, memberText } from "@tsq/core/protocol";
import { Roster } from "../roster.ts";
import type { RunningJob, RunningJobInfo } from "./running-job.ts";

/** A running job as `<identity>:work` holds it (WIRE §7.2). */
export interface WorkEntry {
  readonly tid: string;
  readonly json: string;
}

export class WorkState {
  readonly #running = new Roster<RunningJob>();
  // They are shown, and nothing waits for them.
  readonly #overrunning = new Roster<RunningJob>();
  readonly #prefix: string;
  #tids = 0;
  #empty: Promise<void> | undefined;
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

  /** A job that has failed by its timeout goes on beside those that run. */
  overrun(job: RunningJob): void {
    this.delete(job);
    this.#overrunning.add(job);
  }

  /** The run of a job that went on beyond its timeout has ended. */
  overran(job: RunningJob): void {
    this.#overrunning.delete(job);
  }

  /** Resolves when no job runs. */
  emptied(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    this.#empty ??= new Promise<void>((resolve) => (this.#emptied = resolve)).finally(
      () => (this.#empty = undefined),
    );
    return this.#empty;
  }

  jobs(): readonly RunningJob[] {
    return this.#running.all();
  }

  /** For a dump. */
  infos(): readonly RunningJobInfo[] {
    return [...this.#running.all(), ...this.#overrunning.all()].map((job) => ({
      jid: job.jid,
      class: job.class,
      queue: job.queue,
      startedAt: new Date(job.startedAtMs),
      ...(job.isOverrunning ? { overrunning: true } : {}),
    }));
  }

  /** Updated only at beats, so most jobs are never given a thread id. */
  entries(): readonly WorkEntry[] {
    return [...this.#running.all(), ...this.#overrunning.all()].map((job) => {
      job.tid ??= this.#prefix + (this.#tids++).toString(36);
      const { queue, isOverrunning } = job;
      const payload = isOverrunning ? overrunning(job) : job.unit.text;
      const entry = { queue, payload, run_at: Math.floor(job.startedAtMs / 1_000) };
      return { tid: job.tid, json: JSON.stringify(isOverrunning ? { ...entry, overrunning: true } : entry) };
    });
  }
}

/**
 * As Ruby's pages show it: they know of tags, and of no run beyond its timeout. The tags as they were pushed, and by their
 * text: there are payloads of which `JSON.parse` makes what is too deep for any walk.
 */
const overrunning = ({ unit }: RunningJob): string => {
  const tags = memberText(unit.text, "tags") ?? "";
  const own = tags.startsWith("[") ? tags.slice(1, -1).trim() : "";
  return editPayload(unit.text, { tags: `[${own}${own && ","}"overrunning"]` });
};
