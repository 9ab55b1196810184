/** What a worker, or whoever else runs jobs, has for a payload: by its class, or by the class that it wraps. */
import { ConfigError } from "../errors.ts";
import { shown } from "../report/inspect.ts";
import { mailAction, wrappedClass } from "../wire/active-job.ts";
import type { RawPayload } from "../wire/payload.ts";
import { isMarkedJob, runnableOf, whyNotRunnable } from "./runnable.ts";
import type { Registry, Runnable } from "./runnable.ts";

export class JobRegistry implements Registry {
  readonly names: readonly string[];
  readonly #byClass = new Map<unknown, Runnable>();
  readonly #byWrapped = new Map<unknown, Runnable>();

  /** @throws ConfigError naming what cannot run, or two jobs of one name */
  constructor(jobs: unknown) {
    const runnables = runnablesByName(jobs);
    for (const [name, runnable] of runnables)
      (runnable.isWrapped ? this.#byWrapped : this.#byClass).set(name, runnable);
    this.names = [...runnables.keys()];
  }

  find(payload: RawPayload): Runnable | undefined {
    const known = this.#byClass.get(payload["class"]);
    return known || this.#byWrapped.size === 0 ? known : this.#wrappedIn(payload);
  }

  /** A mail's own handler goes before one of all mails. */
  #wrappedIn(payload: RawPayload): Runnable | undefined {
    const mail = this.#byWrapped.get(mailAction(payload));
    return mail ?? this.#byWrapped.get(wrappedClass(payload));
  }
}

const runnablesByName = (jobs: unknown): ReadonlyMap<string, Runnable> => {
  if (!Array.isArray(jobs)) {
    const one = runnableOf(jobs);
    const [got, remedy] = one
      ? [`the job \`${one.name}\``, "Write `jobs: [job]`."]
      : [shown(jobs), "Write `jobs: [job]`, or `jobs: Object.values(jobs)` for all that a module exports."];
    throw new ConfigError(`Expected \`jobs\` to be an array of jobs, got ${got}. ${remedy}`);
  }
  const given = new Map<string, unknown>();
  const runnables = new Map<string, Runnable>();
  for (const job of jobs as readonly unknown[]) {
    const runnable = runnableOf(job);
    if (!runnable) throw cannotRun(job);
    const { name } = runnable;
    if (given.has(name) && given.get(name) !== job) {
      throw new ConfigError(`Two jobs are named \`${name}\`. Names are the classes on the wire: rename one.`);
    }
    given.set(name, job);
    runnables.set(name, runnable);
  }
  return runnables;
};

const cannotRun = (value: unknown): ConfigError => {
  const [got, remedy] = isMarkedJob(value)
    ? [`the remoteJob() \`${value.name}\``, "Leave it out."]
    : [
        shown(value),
        "Pass what defineJob() or defineActiveJob() returns, or an object with all that a Runnable has.",
      ];
  return new ConfigError(
    `Expected every one of \`jobs\` to come from defineJob() or to be a Runnable, got ${got}, ${whyNotRunnable(value) ?? "which cannot run"}. ${remedy}`,
  );
};
