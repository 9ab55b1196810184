/** `tsq work`: a worker until it is told to stop. */
import { existsSync } from "node:fs";
import { ConfigError, isJob, isRunnable } from "@tsq/core";
import { Worker } from "@tsq/worker";
import type { Runnable } from "@tsq/core";
import type { Options } from "@tsq/core/config";
import type { WorkerOptions } from "@tsq/worker";
import { defaultRedis, logInlineTo, runnableOf, tellRedis } from "@tsq/core/protocol";
import { comesBack } from "../process/comes-back.ts";
import { endNoMore } from "../process/early-signals.ts";
import { exitUnheard } from "../cli/exit.ts";
import { loadJobs } from "../process/load-jobs.ts";
import { openLog } from "../cli/log.ts";
import { withOneRedis } from "../config/one-redis.ts";
import { loadWorkOptions } from "../cli/options.ts";
import type { WorkFlags, WorkOptions } from "../cli/options.ts";
import type { CommandContext } from "../cli/command.ts";
import { EXTRA_ROWS } from "../config/work-rows.ts";
import { withCron } from "../process/with-cron.ts";
import { unserved, withQueuesOf } from "../process/served-queues.ts";
import { signalledWorker } from "../process/signalled-worker.ts";
import { obeySignals } from "../process/signals.ts";

/** Looked for where nothing is required. */
const DEFAULT_MODULES = ["jobs.ts", "jobs.js", "jobs.mjs"];

/** What a module may export as `configureWorker`: it gets the options and may change them or return others. */
export type ConfigureWorker = (
  options: WorkerOptions,
) => WorkerOptions | void | Promise<WorkerOptions | void>;

export const work = async ({ env, namedRedis }: CommandContext, flags: WorkFlags): Promise<void> => {
  const { options, configFile, warnings } = loadWorkOptions(flags, env, ".", EXTRA_ROWS);
  // The worker asks it whether it can serve: the jobs, loaded next, may name another.
  const source = namedRedis();
  const log = openLog(options.verbose);
  for (const warning of warnings) log.warn(warning);
  const told = { redis: source.url, from: source.from };
  // Jobs that push jobs, in the modules loaded next, push to the Redis that this worker processes.
  tellRedis(told);
  logInlineTo(log);
  const modules = [];
  for (const path of required(options)) {
    modules.push(...(await comesBack(loadJobs([path], isLoaded), `\`${path}\` to load`, log)));
  }
  // Those of remoteJob() are pushed from here and run by Ruby.
  const jobs = modules.flatMap((module) => module.jobs).filter((job) => runnableOf(job));
  const queues =
    flags.queuesOfJobs && configFile === undefined ? withQueuesOf(jobs, options.queues) : options.queues;
  const given = defaultRedis();
  let own: WorkerOptions = {
    ...workerOptions({ ...options, queues }),
    redis: given.redis,
    logger: log,
    jobs,
  };
  const all = [...queues, ...options.capsules.flatMap((capsule) => capsule.queues)];
  for (const [queue, names] of unserved(jobs, all))
    log.warn(
      { jobs: names },
      `Jobs are pushed to the queue ${queue}, which is not processed here: add -q ${queue}`,
    );
  for (const { file, configure: hook } of modules) {
    if (!hook) continue;
    const configuring = Promise.resolve(hook(own));
    const changed = await comesBack(configuring, `\`configureWorker\` of \`${file}\` to resolve`, log);
    own = (changed as WorkerOptions | undefined) ?? own;
  }
  const used = withoutUnused(withCron(own), EXTRA_ROWS);
  const worker = new Worker(withOneRedis(used, { given, told, log }));
  const { isStopping, stopped, release } = obeySignals(signalledWorker(worker, log), log);
  endNoMore();
  // From here on jobs may run, and print: they are handed back first, as with every uncaught exception.
  process.stdout.off("error", exitUnheard);
  try {
    // A listener of `startup` may never end; the stop is over all the same.
    await Promise.race([worker.start(), stopped]);
    // A stop ends a start early.
    if (!isStopping())
      log.info({ config: configFile, jobs: own.jobs.map((job) => job.name) }, "Ready; stop with Ctrl-C");
    await stopped;
  } finally {
    release();
  }
  // User code may keep timers and connections open; the work is done.
  process.exit(process.exitCode ?? 0);
};

/** A module of remoteJob() alone has jobs too. */
const isLoaded = (value: unknown): value is Runnable => isJob(value) || isRunnable(value);

const required = ({ requires }: WorkOptions): readonly string[] => {
  if (requires.length > 0) return requires;
  const found = DEFAULT_MODULES.find((file) => existsSync(file));
  if (found) return [found];
  throw new ConfigError(
    `Expected a module with jobs: pass \`-r ./jobs.ts\`, or put \`${DEFAULT_MODULES[0]}\` here.`,
  );
};

/** As the worker takes them: all but the capsules under the same name. */
export const workerOptions = (options: WorkOptions): Omit<WorkerOptions, "jobs" | "redis"> => {
  const { capsules, environment: _, requires: __, verbose: ___, ...same } = options;
  return {
    ...same,
    capsules: Object.fromEntries(capsules.map(({ name, ...capsule }) => [name, capsule])),
  };
};

/** What the rows of an extension read, a worker without that extension would refuse: a file may be that of several. */
export const withoutUnused = (options: WorkerOptions, extra: Options): WorkerOptions => {
  const used = (options.extensions ?? []).flatMap((extension) => Object.keys(extension.options ?? {}));
  const isUnused = (name: string): boolean => name in extra && !used.includes(name);
  // What is left out is no option of a worker.
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => !isUnused(name)),
  ) as unknown as WorkerOptions;
};
