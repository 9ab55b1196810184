/** The options of a job of ActiveJob: what they are, and what is wrong with those that are wrong. */
import { InvalidJobError } from "@tsq/core";
import type { DefineJobOptions, JobClient, JobOptions } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { checkOptions, checkOwnOptions, isRecord, refuseMisspelled } from "@tsq/core/protocol";
import type { EnqueuingJob } from "../enqueue/enqueuing-job.ts";
import type { ActiveJobSettings } from "../enqueue/app-settings.ts";
import { checkSettings } from "../enqueue/app-settings.ts";
import type { Rescues } from "../failures/rescues.ts";
import { checkPriority, refuseMisplaced } from "../own-options.ts";
import type { ActiveJobContext } from "./active-job-context.ts";
import type { EnqueueCallbacks, PerformCallbacks, Step } from "../callbacks.ts";

/** Options of `activeJob()`: Sidekiq's own travel in the payload as `sidekiq_options` of the class do. */
export interface ActiveJobOptions extends JobOptions, ActiveJobSettings, EnqueueCallbacks<EnqueuingJob> {
  /** The queue, as Rails' `queue_as`: the prefix comes before it. @default "default" */
  queue?: string;
  /** Written for Ruby to read, as Rails' `queue_with_priority`; Sidekiq has no use for it. An integer. @default null */
  priority?: number;
  /** Where pushes of this job go, for sharding. @default the client of `configure()` */
  client?: JobClient;
  /** Until when a job is worth running, as in `defineJob()`. @default for ever */
  deadline?: number | Date;
}

/** Options of `defineActiveJob()`. */
export interface DefineActiveJobOptions<Job = ActiveJobContext>
  extends
    ActiveJobOptions,
    PerformCallbacks<Job>,
    Rescues<Job>,
    Pick<DefineJobOptions, "retryIn" | "retriesExhausted" | "timeout"> {}

const RUNNER = [
  "retryOn",
  "discardOn",
  "rescueFrom",
  "afterDiscard",
  "retryJitter",
  "beforePerform",
  "afterPerform",
  "aroundPerform",
  "retryIn",
  "retriesExhausted",
  "timeout",
] as const satisfies readonly (keyof DefineActiveJobOptions)[];

const OWN: readonly string[] = [
  ...RUNNER,
  "beforeEnqueue",
  "afterEnqueue",
  "aroundEnqueue",
  "queue",
  "priority",
  "client",
  "queueNamePrefix",
  "queueNameDelimiter",
  "locale",
  "timezone",
  "rails",
] satisfies readonly (keyof DefineActiveJobOptions)[];

const TO_SET = "Give it to set().";
const WAIT_TO_SET = "Give `wait` to set().";
const UNTIL_TO_SET = "Give `waitUntil` to set().";
const NO_SCHEMA = "Leave it out: ActiveJob's arguments say their own types.";

/** What to do with options that are for one enqueuing, or for `defineJob()`. */
const NOT_DEFINED: Readonly<Record<string, string>> = {
  wait: TO_SET,
  waitUntil: TO_SET,
  delay: WAIT_TO_SET,
  in: WAIT_TO_SET,
  wait_until: UNTIL_TO_SET,
  at: UNTIL_TO_SET,
  runAt: UNTIL_TO_SET,
  sync: "Call performInline().",
  pool: "Pass a `client`.",
  args: NO_SCHEMA,
  invalidArgs: NO_SCHEMA,
  bigIntegers: NO_SCHEMA,
};

/**
 * The options that travel in each payload, but for the queue.
 *
 * @param name for what is wrong with them
 * @param isRunHere whether there is a handler
 * @throws InvalidJobError naming the option, what came and what to do
 */
export const pushOptionsOf = (name: string, options: unknown, isRunHere: boolean): JobOptions => {
  if (!isRecord(options)) {
    throw new InvalidJobError(
      `Expected the options of ${name} to be an object, got ${shown(options)}. Pass one such as { queue: "low" }.`,
    );
  }
  const unused = isRunHere ? undefined : RUNNER.find((option) => options[option] !== undefined);
  if (unused) {
    throw new InvalidJobError(
      `Expected the options of ${name} to have no \`${unused}\`: it would never be read, for what activeJob() enqueues runs elsewhere. Leave it out, or use defineActiveJob().`,
    );
  }
  refuseMisplaced(name, options, NOT_DEFINED);
  const travelling = Object.fromEntries(Object.entries(options).filter(([option]) => !OWN.includes(option)));
  refuseMisspelled(name, travelling, [...OWN, "deadline"], []);
  checkOwnOptions(name, options, true);
  checkOptions({ ...travelling, queue: options["queue"], class: name });
  checkPriority(name, options["priority"]);
  checkSettings(name, options);
  return travelling;
};

/** What to do with options that `set()` does not look at. */
export const NOT_SET: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    OWN.filter((name) => !["queue", "priority", "client"].includes(name)).map((name) => [
      name,
      "Give it to the definition of the job.",
    ]),
  ),
  at: "Pass `waitUntil`.",
  sync: "Call performInline().",
  pool: "Pass a `client`.",
  args: NO_SCHEMA,
  invalidArgs: NO_SCHEMA,
  bigIntegers: NO_SCHEMA,
};

/**
 * The callbacks among some options, in the order in which they are written.
 *
 * @throws InvalidJobError when one is no function
 */
export const stepsOf = <Job>(
  of: string,
  options: object,
  around: "Perform" | "Enqueue",
): readonly Step<Job>[] => {
  const steps: Step<Job>[] = [];
  for (const [option, given] of Object.entries(options) as readonly (readonly [string, unknown])[]) {
    const kind = KINDS.find((one) => option === `${one}${around}`);
    if (!kind || given === undefined) continue;
    for (const call of Array.isArray(given) ? (given as readonly unknown[]) : [given]) {
      if (typeof call !== "function") {
        throw new InvalidJobError(
          `Expected \`${option}\` of ${of} to be a function or a list of functions, got ${shown(call)}. Write \`${option}: (job) => …\`, or leave it out.`,
        );
      }
      // Its arguments only its type knows.
      steps.push({ kind, call: call as Step<Job>["call"] });
    }
  }
  return steps;
};

const KINDS = ["before", "after", "around"] as const;
