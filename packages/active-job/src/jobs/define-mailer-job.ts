/** Mails that Rails' `deliver_later` has enqueued, delivered here: one action of one mailer each. */
import { InvalidJobError } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { checkName, isRecord, listOr, MAIL, OLD_MAIL, wrappedClass } from "@tsq/core/protocol";
import type { Target } from "../enqueue/target.ts";
import { kwargs } from "../values/hash.ts";
import type { ActiveJobContext } from "./active-job-context.ts";
import type { RunningActiveJob } from "./running-active-job.ts";
import { targetBy } from "./active-job.ts";
import { optionsAndHandler, RunnableActiveJob, runnerBy } from "./define-active-job.ts";
import type { ActiveJobHandler } from "./define-active-job.ts";
import type { DefineActiveJobOptions } from "./options.ts";

/** What a handler of `defineMailerJob()` sees of the mail that it is to deliver. */
export interface MailerJobContext extends ActiveJobContext {
  /** What Ruby's `UserMailer.with(…)` was given; undefined without it. */
  readonly params: Readonly<Record<string, unknown>> | undefined;
}

/** Options of `defineMailerJob()`. */
export type DefineMailerJobOptions = DefineActiveJobOptions<MailerJobContext>;

/**
 * Defines what delivers the mails of one action of one mailer, instead of Ruby: those that `deliver_later` has enqueued,
 * and those of `performLater()`, which Ruby delivers too where no worker of tsq takes from the queue. The handler gets the
 * arguments of the action. Metrics have all mails under `ActionMailer::MailDeliveryJob`, as Ruby's.
 *
 * @example
 * export const welcome = defineMailerJob("UserMailer", "welcome", { queue: "mailers" }, async (job, userId: number) => {
 *   await deliver(userId, job.params);
 * });
 *
 * @throws InvalidJobError when a name or an option breaks the rules of Sidekiq or of ActiveJob
 */
export function defineMailerJob<Args extends readonly unknown[]>(
  mailer: string,
  action: string,
  handler: ActiveJobHandler<Args, MailerJobContext>,
): RunnableActiveJob<Args>;
export function defineMailerJob<Args extends readonly unknown[]>(
  mailer: string,
  action: string,
  options: DefineMailerJobOptions,
  handler: ActiveJobHandler<Args, MailerJobContext>,
): RunnableActiveJob<Args>;
export function defineMailerJob(
  mailer: string,
  action: string,
  optionsOrHandler: DefineMailerJobOptions | ActiveJobHandler<never, MailerJobContext>,
  handler?: ActiveJobHandler<never, MailerJobContext>,
): RunnableActiveJob<readonly unknown[]> {
  checkName(mailer);
  checkAction(mailer, action);
  const name = `${mailer}#${action}`;
  const [options, run] = optionsAndHandler<DefineMailerJobOptions>(
    "defineMailerJob",
    name,
    optionsOrHandler,
    handler,
  );
  const target: Target = {
    ...targetBy({ name: MAIL, label: name }, options, () => {}),
    performed: (args) => [mailer, action, "deliver_now", kwargs({ args })],
  };
  const perform = (job: RunningActiveJob): unknown => {
    const { args, params } = mailIn(job);
    job.params = params;
    return run(job, ...args);
  };
  return new RunnableActiveJob(name, target, options, runnerBy(name, options, perform));
}

const ACTION = /^[\p{L}_][\p{L}\p{N}_]*$/u;

const checkAction = (mailer: string, action: unknown): void => {
  if (typeof action === "string" && ACTION.test(action)) return;
  throw new InvalidJobError(
    `Expected the action of ${mailer} to be the name of its method, got ${shown(action)}. Write one such as "welcome".`,
  );
};

/** What Ruby's mailer is called with. */
const mailIn = (
  job: RunningActiveJob,
): { readonly args: readonly unknown[]; readonly params: Readonly<Record<string, unknown>> | undefined } => {
  const [, , , last] = job.arguments;
  // Mailer, method, delivery, and then its own: up to Rails 6.0, and in the job that it had then.
  if (wrappedClass(job.payload) === OLD_MAIL || !isRecord(last))
    return { args: job.arguments.slice(3), params: undefined };
  const { args, params, kwargs } = last;
  return {
    args: isRecord(kwargs) ? [...listOr(args), kwargs] : listOr(args),
    params: isRecord(params) ? params : undefined,
  };
};
