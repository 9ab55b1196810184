/** `tsq work` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { REDIS, VERBOSE } from "../cli/flags.ts";
import { endOnSignal } from "../process/early-signals.ts";
import type { WorkFlags } from "../cli/options.ts";

export const WORK: CommandSpec<WorkFlags> = {
  name: "work",
  summary: "run a worker; flags, file search and the file's keys are Sidekiq's",
  flags: {
    config: {
      option: "-C, --config <file>",
      tells: "config file (default: config/sidekiq.yml, then config/sidekiq.yml.erb)",
    },
    require: {
      option: "-r, --require <file>",
      tells: "module that exports jobs, .js .mjs or .ts; may be repeated",
      isList: true,
    },
    queue: {
      option: "-q, --queue <name[,weight]>",
      tells: "queue to process, with its weight; may be repeated",
      isList: true,
    },
    concurrency: {
      option: "-c, --concurrency <n>",
      tells: "how many jobs run at once (default: RAILS_MAX_THREADS, or 5)",
    },
    environment: {
      option: "-e, --environment <name>",
      tells: "section of the config file (default: APP_ENV, RAILS_ENV, RACK_ENV, or development)",
    },
    tag: { option: "-g, --tag <name>", tells: "shown on the Busy page" },
    timeout: {
      option: "-t, --timeout <seconds>",
      tells: "how long a stop waits for running jobs (default: 25)",
    },
    verbose: VERBOSE,
    fetch: {
      option: "--fetch <kind>",
      tells: "reliable keeps jobs in Redis until they are done",
      choices: ["reliable", "basic"],
    },
    // What tsq dev says to its worker.
    queuesOfJobs: { option: "--queues-of-jobs", tells: "process the queues of the jobs", isHidden: true },
    redis: REDIS,
  },
  more: `Signals: TERM, INT, HUP, QUIT and USR2 stop it: it takes no more jobs, waits for
what runs, and hands back the rest. INT once more (Ctrl-C) hands back at once;
any other signal changes nothing of a stop. TSTP makes it take no more jobs,
TTIN logs what runs. Under systemd, Docker or a Procfile start
node_modules/.bin/tsq, not npx or npm run.

A password in --redis is shown by ps to everybody: put it into REDIS_URL.

Examples:
  tsq work -r ./jobs.ts
  tsq work -C config/sidekiq.yml -r ./jobs.ts -e production
  tsq work -r ./jobs.ts -q critical,3 -q default -c 20`,
  load: async () => {
    // Before its code is loaded, which takes a while.
    endOnSignal();
    return { run: (await import("./work.ts")).work };
  },
};
