/** The ways to push a job, with the options it was defined with or with those of `set()` on top. */
import type { JobOptions, JsonValue, Payload } from "../wire/payload.ts";
import { dumpJson, parseJson } from "../wire/json.ts";
import { refuseUnknown } from "../config/nearest.ts";
import { dumpArgs } from "../client/arguments.ts";
import type { ArgsLists, BulkItem } from "../client/bulk.ts";
import type { CheckArgs } from "../client/bulk-push.ts";
import { checkClient } from "../client/job-client.ts";
import type { JobClient } from "../client/job-client.ts";
import { writeDeadline } from "./deadline.ts";
import { takenArgs } from "./written-args.ts";
import type { JobContext } from "./job-context.ts";
import { runInline } from "./inline.ts";
import type { Verdict } from "./verdict.ts";
import { DEFINE_ONLY } from "./definition.ts";
import { refuseMisspelled, SET_ONLY } from "./job-option-names.ts";
import { given, runAtSeconds } from "../client/normalize.ts";
import { payloadTemplate } from "../client/payload-template.ts";
import type { PayloadTemplate } from "../client/payload-template.ts";

/** What `set()` takes: options of the payload, and how and where to push. */
export interface SetOptions extends JobOptions {
  /** Seconds from now. */
  wait?: number;
  /** An instant: a Date, or seconds since 1970. */
  wait_until?: number | Date;
  /** Runs the job here and now instead of pushing it. */
  sync?: boolean;
  /** The client to push with, for sharding. */
  client?: JobClient;
  /** Until when the job is worth running: seconds from when it is due (above 0, below 1e9), or a Date. @default that of the job */
  deadline?: number | Date;
  [key: string]: unknown;
}

const BULK_OPTION_NAMES = ["at", "spread_interval", "batch_size"];

interface Target {
  readonly name: string;
  readonly options: JobOptions;
  readonly run: ((job: JobContext) => unknown) | undefined;
  /** Throws, or rejects, where the arguments are not what the definition's schema takes. */
  readonly check?: CheckArgs | undefined;
  readonly client: () => JobClient;
  readonly wait?: number | Date;
  readonly isSync?: boolean;
}

/** A run in the caller's own process. */
interface Ran {
  /** As the job saw it. */
  readonly jid: string;
  readonly verdict: Verdict | undefined;
}

/** A job with the options of one push or of many: what `set()` returns, and what every `Job` is. */
export class JobSetter<Args extends readonly unknown[]> {
  readonly #target: Target;
  #template: PayloadTemplate | undefined;
  // What the template was made with.
  #defaults: JobOptions | undefined;

  constructor(target: Target) {
    this.#target = target;
  }

  /** The options that travel in the payload. */
  get options(): JobOptions {
    return this.#target.options;
  }

  /**
   * Pushes the job.
   *
   * @returns its jid, or null when a client middleware stopped it
   * @throws InvalidJobError when an argument is not native JSON, or not what the job's schema takes
   */
  // Synchronous up to the push, so that a hundred pushes of one tick travel together.
  async performAsync(...args: Args): Promise<string | null> {
    const { wait, isSync } = this.#target;
    if (isSync) return (await this.#runInline(args))?.jid ?? null;
    return this.#push(args, wait);
  }

  /** Pushes the job to run in so many seconds; a number from 1e9 on is seconds since 1970, as in Sidekiq. */
  async performIn(seconds: number, ...args: Args): Promise<string | null> {
    return this.#push(args, seconds);
  }

  /** Pushes the job to run at a Date, or at seconds since 1970. A time that is past means now. */
  async performAt(time: number | Date, ...args: Args): Promise<string | null> {
    return this.#push(args, time);
  }

  /**
   * Pushes one job per list of arguments, a thousand per round trip. Of an iterable or an async iterable no more than
   * the slices on their way is held, and the jids. Lists are not copied: leave them as they are until it resolves.
   *
   * @returns one jid for each, null where a client middleware stopped it
   */
  async performBulk(
    argsList: ArgsLists<Args>,
    options: Pick<BulkItem, "at" | "spread_interval" | "batch_size"> = {},
  ): Promise<(string | null)[]> {
    const { name, options: jobOptions, client, wait, check } = this.#target;
    refuseUnknown("performBulk()", options, BULK_OPTION_NAMES);
    const at = wait === undefined ? undefined : runAtSeconds(wait, Date.now());
    const when = at === undefined ? {} : { at };
    const item = { ...jobOptions, ...when, ...given(options), class: name, args: argsList };
    return client().pushBulk(item, check);
  }

  /**
   * Runs the job here and now through both middleware chains, without Redis and without retries.
   *
   * @returns true, or the verdict that the job ends with, such as `snooze(60)`; null when a client middleware stopped it
   * @throws what the job throws
   */
  async performInline(...args: Args): Promise<true | Verdict | null> {
    const ran = await this.#runInline(args);
    return ran === undefined ? null : (ran.verdict ?? true);
  }

  /** Undefined when a client middleware stopped it. */
  async #runInline(passed: Args): Promise<Ran | undefined> {
    const { name, run, client, check } = this.#target;
    // The caller may change them while the schema or a middleware is at work. A copy of them has their type.
    const args = takenArgs(passed) as Args;
    await check?.(args);
    const own = client();
    const { options, queue, displayClass } = this.#prepared(own);
    dumpArgs(displayClass, args);
    const payload: Payload = {
      ...options,
      args: args as readonly unknown[] as readonly JsonValue[],
      class: name,
      queue,
      jid: own.nextJid(),
    };
    writeDeadline(payload, undefined);
    if (!(await own.admit(payload))) return undefined;
    // Through JSON and back, so that a job sees inline what it would see in a worker.
    const verdict = await runInline(parseJson(dumpJson(payload)) as Payload, name, run, own);
    return { jid: payload.jid, verdict };
  }

  /**
   * The same job with other options for the pushes that follow: `job.set({ queue: "low" }).performAsync(1)`.
   *
   * @throws ConfigError when `client` is there and is none
   */
  set(options: SetOptions): JobSetter<Args> {
    const target = this.#target;
    refuseMisspelled(`${target.name}.set()`, options, SET_ONLY, DEFINE_ONLY);
    const { wait, wait_until: until, sync, client, ...own } = options;
    checkClient("set()", options);
    const when = until ?? wait ?? target.wait;
    return new JobSetter<Args>({
      name: target.name,
      run: target.run,
      check: target.check,
      options: { ...target.options, ...given(own) },
      client: client ? () => client : target.client,
      ...(when === undefined ? {} : { wait: when }),
      isSync: sync ?? target.isSync ?? false,
    });
  }

  #push(args: Args, time: number | Date | undefined): Promise<string | null> {
    const client = this.#target.client();
    const at = time === undefined ? undefined : runAtSeconds(time, Date.now());
    const template = this.#prepared(client);
    const checked = this.#target.check?.(args);
    if (!checked) return client.pushTemplate(template, args, at);
    // The caller may change them while the schema is at work.
    const taken = takenArgs(args);
    return checked.then(() => client.pushTemplate(template, taken, at));
  }

  /** Dumped once for each client that it is pushed with, which nearly always is one. */
  #prepared({ defaultJobOptions }: JobClient): PayloadTemplate {
    const { name, options } = this.#target;
    if (!this.#template || this.#defaults !== defaultJobOptions) {
      this.#template = payloadTemplate(name, options, defaultJobOptions);
      this.#defaults = defaultJobOptions;
    }
    return this.#template;
  }
}
