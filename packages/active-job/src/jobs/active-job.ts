/** Jobs of ActiveJob that Ruby runs, enqueued from here. */
import { InvalidJobError, defaultClient } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import { checkClient, checkName } from "@tsq/core/protocol";
import { settingsOf } from "../enqueue/app-settings.ts";
import type { Target } from "../enqueue/target.ts";
import { pushOptionsOf, stepsOf } from "./options.ts";
import type { ActiveJobOptions } from "./options.ts";
import { ActiveJobSetter } from "./setter.ts";

/** A job of ActiveJob. */
export class ActiveJob<Args extends readonly unknown[]> extends ActiveJobSetter<Args> {
  /** Its class in Ruby. */
  readonly name: string;

  constructor(target: Target, name = target.class) {
    super(target);
    this.name = name;
  }
}

/**
 * What a job is enqueued with, by its definition.
 *
 * @param of the class in Ruby, and what the job is called where something is wrong
 * @throws InvalidJobError naming the option, what came and what to do
 */
export const targetBy = (
  of: { readonly name: string; readonly label?: string },
  options: ActiveJobOptions,
  run: ((job: JobContext) => unknown) | undefined,
): Target => {
  const { name, label = name } = of;
  checkName(name);
  const travelling = pushOptionsOf(label, options, run !== undefined);
  checkClient(label, options);
  const { client, queue, priority } = options;
  return {
    class: name,
    options: travelling,
    queue,
    priority,
    client: () => client ?? defaultClient(),
    settings: settingsOf(options),
    steps: stepsOf(label, options, "Enqueue"),
    performed: (args) => args,
    run,
  };
};

/**
 * A job of ActiveJob that Ruby runs, or another process, typed by its arguments.
 *
 * @example
 * const zalo = activeJob<[contactId: number, templateId: string]>("ZaloMessageJob", { queue: "critical" });
 * await zalo.performLater(7, "welcome", kwargs({ params: {} }));
 * await zalo.set({ wait: 60 }).performLater(7, "reminder");
 *
 * @throws InvalidJobError when the name or an option breaks the rules of Sidekiq or of ActiveJob
 */
export const activeJob = <Args extends readonly unknown[]>(
  name: string,
  options: ActiveJobOptions = {},
  ...behind: readonly unknown[]
): ActiveJob<Args> => {
  if (typeof options === "function" || typeof behind[0] === "function") {
    throw new InvalidJobError(
      `Expected activeJob() of \`${name}\` to get no function, got one: what it enqueues runs elsewhere. ` +
        `Write defineActiveJob("${name}", options, handler) for a job that runs here.`,
    );
  }
  return new ActiveJob<Args>(targetBy({ name }, options, undefined));
};
