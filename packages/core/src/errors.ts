/**
 * The one table of tsq's errors. Each says what was expected, what came and what to do, and has a
 * literal `code`. Errors of user code are never wrapped in these; those of ioredis are where a push or a start fails.
 */
export type TsqErrorCode =
  | "TSQ_CONFIG"
  | "TSQ_INVALID_JOB"
  | "TSQ_INVALID_ARGUMENTS"
  | "TSQ_UNKNOWN_JOB"
  | "TSQ_MALFORMED_PAYLOAD"
  | "TSQ_DESERIALIZATION"
  | "TSQ_JOB_KILLED"
  | "TSQ_JOB_DISCARDED"
  | "TSQ_CANCELLED"
  | "TSQ_DEADLINE"
  | "TSQ_TIMEOUT"
  | "TSQ_SHUTDOWN"
  | "TSQ_REDIS_UNUSABLE"
  | "TSQ_CLIENT_CLOSED"
  | "TSQ_PUSH_UNKNOWN"
  | "TSQ_CLAIM_UNKNOWN"
  | "TSQ_CRON"
  | "TSQ_FILTER";

/** What every error of tsq is: by its `code` it is told from others, also across copies of the library. */
export abstract class TsqError extends Error {
  abstract readonly code: TsqErrorCode;
  override get name(): string {
    return this.constructor.name;
  }
}

/** An option, a flag, a file or an environment variable is not what it should be. */
export class ConfigError extends TsqError {
  readonly code = "TSQ_CONFIG";
}

/** A job that may not be pushed: its class, arguments or options break Sidekiq's rules (WIRE §3.1). */
export class InvalidJobError extends TsqError {
  readonly code = "TSQ_INVALID_JOB";
}

/** A job has arguments that the `args` schema of its definition does not take: its handler has not run. */
export class InvalidArgumentsError extends TsqError {
  readonly code = "TSQ_INVALID_ARGUMENTS";
  /** The class of the job that has them. */
  readonly jobClass: string;
  constructor(jobClass: string, issues: string) {
    super(
      `Expected arguments of ${jobClass} that its \`args\` schema takes, but ${issues}. ` +
        "Mend the schema, or what pushes the job.",
    );
    this.jobClass = jobClass;
  }
}

/**
 * A payload names a class that this worker has no handler for. It is retried as Ruby retries a
 * `NameError` (WIRE §6.6), which is also the class written to the wire, so that Ruby's pages group both.
 */
export class UnknownJobError extends TsqError {
  readonly code = "TSQ_UNKNOWN_JOB";
  /**
   * @param whyNotOthers of a worker that hands on what it does not know: a sentence that says why not this one
   * @param maker the function that defines such jobs
   */
  constructor(jobClass: string, whyNotOthers?: string, maker = "defineJob") {
    const others =
      whyNotOthers ??
      'Where that cannot be, `unknownJobs: "handBack"` of the Worker (`--unknown-jobs handBack`) hands it to those who can run it.';
    super(
      `No job of this worker is named \`${jobClass}\`. Give what ${maker}("${jobClass}", …) returns to \`jobs\` of the ` +
        "Worker, or export it from a module that `tsq work -r` names. If another process runs it, let no other worker process its queue. " +
        others,
    );
  }
}

/** What was read from Redis is not a job: no JSON, no object, or no class. It is kept in the dead set. */
export class MalformedPayloadError extends TsqError {
  readonly code = "TSQ_MALFORMED_PAYLOAD";
}

/** What death handlers are told of a job that somebody killed by hand, in Ruby's words, or that killed itself by `kill()`. */
export class JobKilledError extends TsqError {
  readonly code = "TSQ_JOB_KILLED";
  constructor(reason = "Job killed by API") {
    super(reason);
  }
}

/** What death handlers are told of a job that ended itself by `discard()`. */
export class JobDiscardedError extends TsqError {
  readonly code = "TSQ_JOB_DISCARDED";
  constructor(reason = "Discarded by the job itself") {
    super(reason);
  }
}

/** The reason of `job.signal` of a job that runs for longer than its `timeout`, and what it fails with if it does not return then. */
export class JobTimeoutError extends TsqError {
  readonly code = "TSQ_TIMEOUT";
}

/** The reason of `job.signal` of a job that somebody cancelled. */
export class JobCancelledError extends TsqError {
  readonly code = "TSQ_CANCELLED";
}

/** The reason of `job.signal` of a job whose `deadline` is over, and what death handlers are told of one that was discarded for it. */
export class JobLateError extends TsqError {
  readonly code = "TSQ_DEADLINE";
  constructor(deadline: Date, options?: ErrorOptions) {
    super(
      `Expected the job to be done by its deadline, ${deadline.toISOString()}, which is over. Push it anew if it is still wanted.`,
      options,
    );
  }
}

/**
 * The reason of `job.stopping` when the worker takes no more jobs, and of `job.signal` when it has stopped waiting: the
 * job has been handed back to its queue, or another process has it.
 */
export class ShutdownError extends TsqError {
  readonly code = "TSQ_SHUTDOWN";
}

/**
 * The server at the given URL cannot be used: unreachable, too old, full, or it refuses the password, the command or
 * the TLS handshake. The message names its address without the password, and what to do; `cause` is the error behind it.
 */
export class RedisUnusableError extends TsqError {
  readonly code = "TSQ_REDIS_UNUSABLE";
}

/** A push on a client after its `close()`. */
export class ClientClosedError extends TsqError {
  readonly code = "TSQ_CLIENT_CLOSED";
  constructor() {
    super(
      "Expected a client that is open to push with, got one after its `close()`. " +
        "Close it after the last push, make another Client, or call configure() again.",
    );
  }
}

/** A push whose answer was lost, and of which the server could not be asked in time whether it had arrived. */
export class PushUnknownError extends TsqError {
  readonly code = "TSQ_PUSH_UNKNOWN";
}

/** The words of a search box are not understood: the message says which, and what was probably meant. */
export class FilterError extends TsqError {
  readonly code = "TSQ_FILTER";
}

/** A job that the data API was to move, add or delete, and whose answer was lost: it may have been done or not. */
export class ClaimUnknownError extends TsqError {
  readonly code = "TSQ_CLAIM_UNKNOWN";
  constructor(cause?: Error) {
    super(
      "The connection to Redis was lost before it said whether it had moved, added or deleted what was asked for" +
        `${cause ? ` (${cause.message})` : ""}: that may have been done or not, and no death handler was told of it. ` +
        "Look where it is now, and do it again if it is where it was.",
      cause && { cause },
    );
  }
}
