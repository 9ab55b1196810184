/** One job that is running, as its process reported it at its last heartbeat. */
import { dumpJson, parseJson } from "../../wire/json.ts";
import { dateOfSeconds } from "../dates.ts";
import { JobRecord } from "../job-record.ts";

/** A running job (WIRE §7.2). It is a picture, up to ten seconds old; short jobs never appear. */
export class WorkRecord {
  /** The process that runs it. */
  readonly identity: string;
  /** The thread or slot that runs it, unique within its process. */
  readonly tid: string;
  /** The queue it was taken from. */
  readonly queue: string | undefined;
  /** When it began to run, to the second. */
  readonly runAt: Date | undefined;
  /** Whether it goes on beyond its `timeout`: it has failed, and is not among the process's `busy`. Only tsq has such runs. */
  readonly isOverrunning: boolean;
  /** The job itself. */
  readonly job: JobRecord;

  constructor(identity: string, tid: string, value: string) {
    const { queue, run_at: runAt, payload, overrunning } = fieldsOf(value);
    this.identity = identity;
    this.tid = tid;
    this.queue = typeof queue === "string" ? queue : undefined;
    this.runAt = dateOfSeconds(runAt);
    this.isOverrunning = overrunning === true;
    this.job = new JobRecord(typeof payload === "string" ? payload : dumped(payload));
  }
}

/** The one that has run longest first; those that do not say since when come last. */
export const byStart = (one: WorkRecord, other: WorkRecord): number =>
  startMs(one) - startMs(other) || compare(one.tid, other.tid);

const startMs = ({ runAt }: WorkRecord): number => runAt?.getTime() ?? Number.MAX_SAFE_INTEGER;

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** Up to Sidekiq 6 it is an object; one that is nested too deeply to be dumped shows as a job that cannot be read. */
const dumped = (payload: unknown): string => {
  try {
    return dumpJson(payload ?? null);
  } catch {
    return "";
  }
};

const fieldsOf = (value: string): Readonly<Record<string, unknown>> => {
  try {
    const parsed = parseJson(value);
    // Whatever it is, it is only read by name.
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    // The thread is busy all the same, and the list of the others must not end here.
    return {};
  }
};
