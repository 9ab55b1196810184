/** An entry of the schedule as a program sees it, and what it can do with it. */
import { ConfigError } from "@tsq/core";
import type { ApiConnection } from "@tsq/core/api";
import { askOnce, JidSource } from "@tsq/core/protocol";
import { parseCron } from "../expression/cron-expression.ts";
import { deleteEntry, setStatus } from "../entry/change.ts";
import { readFields } from "../entry/fields.ts";
import type { EntryHash, EntryFields, EntrySource, EntryStatus } from "../entry/fields.ts";
import { readPolicy } from "../entry/policy.ts";
import type { CatchUp, Overlap, Policy } from "../entry/policy.ts";
import type { EntryKey } from "../entry/sets.ts";
import { isNumericTime, readRubyTime } from "../entry/times.ts";
import { Firing } from "../poll/firing.ts";
import { hasRuby } from "../poll/ruby-signs.ts";
import { lastTickMs } from "../poll/due.ts";
import { readRun } from "../poll/run-record.ts";
import type { RunState } from "../poll/run-record.ts";
import { historyKey } from "../redis/keys.ts";
import type { JsonValue } from "@tsq/core";

/** A job that an entry has pushed. */
export interface CronPush {
  readonly jid: string;
  /** Undefined where Redis has no time that can be read. */
  readonly at: Date | undefined;
}

/** The last run of an entry that keeps its outcomes. */
export interface CronRun {
  readonly jid: string;
  /** `running` until it has ended: `done`, `dead`, `discard` and the like are those of the event `concluded`. */
  readonly state: RunState;
  /** When its job was pushed. */
  readonly pushedAt: Date;
  /** Undefined until then. */
  readonly endedAt: Date | undefined;
}

/** What Redis has of an entry. */
export interface ReadEntry {
  readonly at: EntryKey;
  readonly hash: EntryHash;
  readonly policy: string | undefined;
  readonly run: string | undefined;
}

/** How `run` pushes. */
export interface CronRunOptions {
  /**
   * Whether the class is an ActiveJob: for an entry that does not say so, beside Ruby.
   *
   * @default what the entry says
   */
  readonly activeJob?: boolean | undefined;
}

const jids = new JidSource();

/** An entry of the cron schedule, as it was when it was read. */
export class CronEntry {
  readonly #api: ApiConnection;
  readonly #read: ReadEntry;
  readonly #fields: EntryFields;
  readonly #policy: Policy;

  /** @internal */
  constructor(api: ApiConnection, read: ReadEntry) {
    this.#api = api;
    this.#read = read;
    this.#fields = readFields(read.hash);
    this.#policy = readPolicy(read.policy);
  }

  /** Its name, once in a namespace. */
  get name(): string {
    return this.#fields.name || this.#read.at.name;
  }
  /** That of sidekiq-cron 2.x; empty in 1.x, which has none. */
  get namespace(): string {
    return this.#read.at.namespace;
  }
  /** The key of its hash in Redis. */
  get key(): string {
    return this.#read.at.key;
  }
  /** The expression, as it was written. */
  get cron(): string {
    return this.#fields.cron;
  }
  /** The class of its jobs. */
  get class(): string {
    return this.#fields.class;
  }
  /** The arguments of its jobs. */
  get args(): readonly JsonValue[] {
    return this.#fields.args;
  }
  /** Where its jobs go; that of an ActiveJob without its prefix. */
  get queue(): string {
    return this.#fields.queue;
  }
  /** For people. */
  get description(): string {
    return this.#fields.description;
  }
  /** `schedule` of a file, which removes it when it has it no longer, `dynamic` of anybody else. */
  get source(): EntrySource {
    return this.#fields.source;
  }
  /** Whether it fires. */
  get status(): EntryStatus {
    return this.#fields.status;
  }
  /** What becomes of instants for which no process was there. */
  get catchUp(): CatchUp {
    return this.#policy.catchUp;
  }
  /** What becomes of an instant while the run before it goes on. */
  get overlap(): Overlap {
    return this.#policy.overlap;
  }
  /** When it last fired; undefined if it never has. */
  get lastEnqueuedAt(): Date | undefined {
    const { lastEnqueuedMs } = this.#fields;
    return lastEnqueuedMs === undefined ? undefined : new Date(lastEnqueuedMs);
  }

  /**
   * Whether the time at which it last fired is a number. Ruby's sidekiq-cron raises at one and then fires no entry of any
   * name; a worker of tsq mends it at its next poll.
   */
  get isTimeBroken(): boolean {
    return isNumericTime(this.#read.hash["last_enqueue_time"]);
  }

  /** What is wrong with its expression; undefined when nothing is. Such an entry never fires, in Ruby neither. */
  get error(): Error | undefined {
    try {
      parseCron(this.cron);
      return undefined;
    } catch (error) {
      // parseCron throws errors only.
      return error as Error;
    }
  }

  /** The next instants at which it fires, if it is enabled. @throws CronError when its expression is none */
  next(count = 1, from = new Date()): Date[] {
    const expression = parseCron(this.cron);
    const times: Date[] = [];
    for (let last = from; times.length < count; times.push(last)) last = expression.next(last);
    return times;
  }

  /** The last instant before now. @throws CronError when its expression is none */
  previous(before = new Date()): Date {
    return new Date(lastTickMs(parseCron(this.cron), before.getTime()));
  }

  /** Its last run, where the entry has `outcomes` or an `overlap`. */
  get lastRun(): CronRun | undefined {
    const run = readRun(this.#read.run);
    if (!run) return undefined;
    const { jid, state, firedMs, endedMs } = run;
    return {
      jid,
      state,
      pushedAt: new Date(firedMs),
      endedAt: endedMs === 0 ? undefined : new Date(endedMs),
    };
  }

  /** Its last ten jobs, the newest first, whoever has pushed them. */
  async history(): Promise<CronPush[]> {
    const texts = await this.#api.redis.lrange(historyKey(this.key), 0, -1);
    return texts.flatMap(pushOf);
  }

  /** Lets it fire. What was due while it did not is not made up. Resolves to whether it is there still. */
  enable(): Promise<boolean> {
    return this.#switch("enabled");
  }

  /** Lets it fire no more until it is enabled, also in a Redis that is full. Resolves to whether it is there still. */
  disable(): Promise<boolean> {
    return this.#switch("disabled");
  }

  /**
   * Deletes it with its history, also in a Redis that is full. Resolves to whether it was there.
   *
   * @throws ClaimUnknownError when the answer was lost, and nobody knows whether it was this
   */
  delete(): Promise<boolean> {
    return askOnce(
      this.#api.redis,
      (redis) => deleteEntry(redis, this.#read.at),
      (wasThere) => wasThere,
    );
  }

  /**
   * Pushes its job now, besides its instants, whether or not it is enabled or a run of it goes on.
   *
   * @returns its jid, or null when a client middleware stopped it
   * @throws ConfigError when the entry was deleted since it was read, or when Ruby shares this Redis and nothing says
   * whether the class is an ActiveJob; ClaimUnknownError when the answer was lost, and nobody knows whether it was pushed
   */
  async run({ activeJob }: CronRunOptions = {}): Promise<string | null> {
    const nowMs = Date.now();
    const hash =
      activeJob === undefined ? this.#read.hash : { ...this.#read.hash, active_job: activeJob ? "1" : "0" };
    const wire = await this.#api.wire();
    let jid: string | null = null;
    const firing = new Firing({
      redis: () => this.#api.redis,
      client: () => ({ nextJid: () => (jid = jids.next()), defaultJobOptions: {} }),
      middleware: this.#api.middleware,
      registry: { find: () => undefined },
      wire: () => wire,
      identity: "api",
      random: Math.random,
    });
    if (
      activeJob === undefined &&
      !firing.knows(this.#fields, this.#policy) &&
      (await hasRuby(this.#api.redis))
    ) {
      throw new ConfigError(
        `Expected the cron entry \`${this.name}\` to say whether \`${this.class}\` is an ActiveJob, but it does not, and Ruby processes share this Redis. ` +
          "Say `--active-job` if it is one, else `--plain`; in a program `run({ activeJob: true })` or `false`.",
      );
    }
    const claimed = firing.claimByHand(this.key, nowMs);
    await firing.keep(claimed);
    const policy = { ...this.#policy, overlap: "allow", jitter: 0 } as const;
    const fired = await askOnce(
      this.#api.redis,
      () => firing.fire(claimed, { hash, policy, nowMs }),
      (what) => what !== "lost",
    ).catch(async (error: unknown) => {
      // Whoever is told that it has failed must not get it a minute later, by a process that takes the claim over.
      await firing.giveUp(claimed).catch(() => {});
      throw error;
    });
    if (fired === "lost") {
      throw new ConfigError(
        `Expected the cron entry \`${this.name}\` to be there, but it was deleted since it was read. Find it again.`,
      );
    }
    return fired === "pushed" ? jid : null;
  }

  #switch(status: EntryStatus): Promise<boolean> {
    return setStatus(this.#api.redis, this.#read.at, status, this.cron, Date.now());
  }
}

const pushOf = (text: string): CronPush[] => {
  try {
    const { jid, enqueued } = JSON.parse(text) as { jid?: unknown; enqueued?: unknown };
    if (typeof jid !== "string") return [];
    const ms = typeof enqueued === "string" ? readRubyTime(enqueued) : undefined;
    return [{ jid, at: ms === undefined ? undefined : new Date(ms) }];
  } catch {
    // What is no JSON is no job.
    return [];
  }
};
