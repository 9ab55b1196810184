/** What workers of tsq keep of runs: the last failures of a job, and a sample of the jobs that have ended. */
import { ConfigError } from "../../errors.ts";
import { shown } from "../../report/inspect.ts";
import { attemptsKey, FINISHED } from "../../wire/keys.ts";
import type { Redis } from "../../redis/connect.ts";
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import { dateOf } from "../dates.ts";
import { repliesOf } from "../replies.ts";

/** A run that failed. */
export interface JobAttempt {
  readonly at: Date;
  /** Which it was, from 1. */
  readonly attempt: number;
  readonly errorClass: string;
  /** Up to 500 characters. */
  readonly errorMessage: string;
  /** The process that ran it, `host:pid:nonce`. */
  readonly identity: string;
  /** How long it ran, in milliseconds. */
  readonly ms: number;
}

/** A job that has ended and is in no set and on no queue. */
export interface FinishedJob {
  readonly at: Date;
  readonly jid: string;
  /** The job's name: what an ActiveJob wrapper holds, else its class. */
  readonly class: string;
  readonly queue: string;
  /** How it ended: `done`, `drop`, `discard`, `cancelled` or `late`. */
  readonly as: string;
  /** The process that ran it, `host:pid:nonce`. */
  readonly identity: string;
  /** How long it ran, in milliseconds. */
  readonly ms: number;
  /** How long it had waited on its queue, in milliseconds; undefined when it does not say since when. */
  readonly waitedMs: number | undefined;
}

// What `keep.finished` of a worker may be at most.
const MOST_READ = 10_000;
const SLICE = 1_000;
// Of one job.
const MOST_ATTEMPTS = 10;

/**
 * Jobs that have ended, as far as workers of tsq have kept them: the newest thousand by default, of many a sample. Ruby
 * keeps none.
 *
 * @example
 * const jobs = await new FinishedJobs({ redis }).newest(20);
 */
export class FinishedJobs extends ApiObject {
  constructor(source: ApiSource = {}) {
    super(source);
  }

  /**
   * The newest first.
   *
   * @param most at most so many; an integer from 1 to 10,000
   * @throws ConfigError when `most` is out of range
   */
  async newest(most = 100): Promise<readonly FinishedJob[]> {
    if (!Number.isInteger(most) || most < 1 || most > MOST_READ)
      throw new ConfigError(`Expected \`most\` to be an integer from 1 to ${MOST_READ}, got ${shown(most)}.`);
    const [texts] = await repliesOf(this.api.redis.pipeline().zrevrange(FINISHED, 0, most - 1));
    return textsIn(texts).flatMap(finishedIn);
  }

  /** The job with this id, the last time that it ended; undefined when it is not among those that were kept. */
  async find(jid: string): Promise<FinishedJob | undefined> {
    // In slices, as of everything that may be long; the texts are parsed where the jid is in them.
    for (let from = 0; from < MOST_READ; from += SLICE) {
      const slice = this.api.redis.pipeline().zrevrange(FINISHED, from, from + SLICE - 1);
      const [reply] = await repliesOf(slice);
      const texts = textsIn(reply);
      const written = JSON.stringify(jid);
      const found = texts.filter((text) => text.includes(written)).flatMap(finishedIn);
      const job = found.find((one) => one.jid === jid);
      if (job) return job;
      if (texts.length < SLICE) return undefined;
    }
    return undefined;
  }
}

/** The failures of a job that were kept, oldest first, the last ten. */
export const readAttempts = async (redis: Redis, jid: string | undefined): Promise<readonly JobAttempt[]> => {
  if (jid === undefined || jid === "") return [];
  // So many a worker leaves there; somebody else may leave any number.
  const [texts] = await repliesOf(redis.pipeline().zrevrange(attemptsKey(jid), 0, MOST_ATTEMPTS - 1));
  return textsIn(texts).toReversed().flatMap(attemptIn);
};

const textsIn = (reply: unknown): readonly string[] =>
  Array.isArray(reply) ? reply.filter((one) => typeof one === "string") : [];

type Fields = Readonly<Record<string, unknown>>;

/** Whatever somebody has put there: what is none is left out. */
const fieldsIn = (text: string): Fields => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
};

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const countOf = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) ? Math.max(0, value) : 0;

const attemptIn = (text: string): readonly JobAttempt[] => {
  const fields = fieldsIn(text);
  const at = dateOf(fields["atMs"]);
  if (!at) return [];
  return [
    {
      at,
      attempt: countOf(fields["attempt"]),
      errorClass: textOf(fields["error_class"]),
      errorMessage: textOf(fields["error_message"]),
      identity: textOf(fields["identity"]),
      ms: countOf(fields["ms"]),
    },
  ];
};

const finishedIn = (text: string): readonly FinishedJob[] => {
  const fields = fieldsIn(text);
  const at = dateOf(fields["atMs"]);
  const jid = textOf(fields["jid"]);
  if (!at || jid === "") return [];
  const { waited } = fields;
  return [
    {
      at,
      jid,
      class: textOf(fields["class"]),
      queue: textOf(fields["queue"]),
      as: textOf(fields["as"]),
      identity: textOf(fields["identity"]),
      ms: countOf(fields["ms"]),
      waitedMs: typeof waited === "number" ? countOf(waited) : undefined,
    },
  ];
};
