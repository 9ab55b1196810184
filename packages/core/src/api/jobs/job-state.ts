/** What `it-<jid>` says of a job (WIRE §9): how far an iterable one has come, and whether somebody has cancelled it. */
import type { Redis } from "../../redis/connect.ts";
import { iterationKey } from "../../wire/keys.ts";
import { dateOfSeconds } from "../dates.ts";
import { askEach, numberOf } from "../replies.ts";

/** How far an iterable job has come, as it was last written: after five seconds, and every five from then on. */
export interface JobIteration {
  /** How many runs it has had, this one included. */
  readonly executions: number;
  /** Where it goes on, as JSON: the index in a list, the primary key of a record, or what the job has made of it. */
  readonly cursor: string;
  /** How long the runs before this one took together, in seconds. */
  readonly runtimeSeconds: number;
}

/** What is known of a job beside its payload. */
export interface JobState {
  /** Undefined of a job that is not iterable, or has not written any yet. */
  readonly iteration: JobIteration | undefined;
  /** When somebody cancelled it. */
  readonly cancelledAt: Date | undefined;
}

const UNKNOWN: JobState = { iteration: undefined, cancelledAt: undefined };

/** Of each jid, in their order; of a job without one nothing is known. */
export const readJobStates = async (
  redis: Redis,
  jids: readonly (string | undefined)[],
): Promise<readonly JobState[]> => {
  const named = jids.filter((jid) => jid !== undefined && jid !== "") as string[];
  const replies = await askEach(redis, named, (pipeline, jid) =>
    pipeline.hmget(iterationKey(jid), "ex", "c", "rt", "cancelled"),
  );
  const states = new Map(named.map((jid, i) => [jid, stateOf(replies[i]?.[0])]));
  return jids.map((jid) => states.get(jid ?? "") ?? UNKNOWN);
};

const stateOf = (reply: unknown): JobState => {
  const [executions, cursor, runtime, cancelled] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  const iteration = {
    executions: numberOf(executions),
    cursor: typeof cursor === "string" ? cursor : "null",
    runtimeSeconds: numberOf(runtime),
  };
  // A cancel writes the fields as well, for Ruby needs them; an iterable job has begun at least one run.
  return {
    iteration: iteration.executions > 0 ? iteration : undefined,
    cancelledAt: typeof cancelled === "string" ? dateOfSeconds(cancelled) : undefined,
  };
};
