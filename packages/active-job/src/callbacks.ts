/** Callbacks around a run or an enqueuing, in the order and with the halting of Rails. */
import type { Verdict } from "@tsq/core";
import { isVerdict } from "@tsq/core/protocol";

/** One function, or several in their order. */
export type OneOrMany<T> = T | readonly T[];

/**
 * Called before. `"abort"` is Rails' `throw :abort`: nothing that follows runs. As from Rails 5 on, `false` halts nothing.
 */
export type BeforeCallback<Job> = (job: Job) => "abort" | void | Promise<"abort" | void>;
/** As `BeforeCallback`; a verdict such as `snooze(60)` halts as well, and the run ends with it. */
export type BeforePerform<Job> = (job: Job) => "abort" | Verdict | void | Promise<"abort" | Verdict | void>;
/** Called after, unless a callback before has halted. Of several the last that is given is called first, as in Rails. */
export type AfterCallback<Job> = (job: Job) => unknown;
/** Called around all that is given behind it. Without a call of `next` nothing of that runs. */
export type AroundCallback<Job> = (job: Job, next: () => Promise<void>) => unknown;

/** Callbacks around a run. Their order is that in which they are written, as the lines of a class of Ruby. */
export interface PerformCallbacks<Job> {
  /** Before the handler, with the arguments in `job.arguments`. */
  beforePerform?: OneOrMany<BeforePerform<Job>>;
  /** After a run that did not throw. */
  afterPerform?: OneOrMany<AfterCallback<Job>>;
  /** Around the handler and the callbacks that are given behind it. */
  aroundPerform?: OneOrMany<AroundCallback<Job>>;
}

/** Callbacks around enqueuing one job, also one that `retryOn` enqueues again; `performAllLater()` calls none, as in Rails. */
export interface EnqueueCallbacks<Job> {
  /** Before the job is pushed. */
  beforeEnqueue?: OneOrMany<BeforeCallback<Job>>;
  /** After the job was pushed. */
  afterEnqueue?: OneOrMany<AfterCallback<Job>>;
  /** Around the push and the callbacks that are given behind it. */
  aroundEnqueue?: OneOrMany<AroundCallback<Job>>;
}

/** One callback. */
export interface Step<Job> {
  readonly kind: "before" | "after" | "around";
  readonly call: (job: Job, next: () => Promise<void>) => unknown;
}

/** How what is called in the end has ended. */
export interface Ended {
  /** What it answered, or the verdict that a callback has halted with. */
  readonly value: unknown;
  readonly isHalted: boolean;
}

/** Calls the callbacks, and `run` where they let it. */
export const callAround = async <Job>(
  steps: readonly Step<Job>[],
  job: Job,
  run: () => unknown,
): Promise<Ended> => {
  let value: unknown;
  let isHalted = false;
  const from = async (i: number): Promise<void> => {
    const step = steps[i];
    if (!step) {
      value = await run();
      return;
    }
    const next = (): Promise<void> => from(i + 1);
    if (step.kind === "around") return void (await step.call(job, next));
    if (step.kind === "after") {
      await next();
      if (!isHalted) await step.call(job, next);
      return;
    }
    const answer = await step.call(job, next);
    isHalted = answer === "abort" || isVerdict(answer);
    if (!isHalted) return next();
    if (answer !== "abort") value = answer;
  };
  await from(0);
  return { value, isHalted };
};
