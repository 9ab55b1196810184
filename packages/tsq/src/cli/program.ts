/** The commands and their flags. What a command does is in commands/, and is loaded when it is called. */
import { createRequire } from "node:module";
import { Command, Option } from "commander";
import type { DevFlags } from "../commands/dev.ts";
import type { PushFlags } from "../commands/push.ts";
import type { StatsFlags } from "../commands/stats.ts";
import { endOnSignal } from "../process/early-signals.ts";
import type { WorkFlags } from "./options.ts";

// The packages carry one version; from here it costs no loading of the others.
const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

const REDIS = [
  "--redis <url>",
  "Redis to use (default: REDIS_PROVIDER, REDIS_URL, or redis://localhost:6379/0)",
] as const;

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const program = new Command("tsq")
  .description("The TypeScript side of Sidekiq: work off, push and watch the queues that Ruby shares.")
  .version(version, "-V, --version", "print the version")
  .helpOption("-h, --help", "show help for a command")
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "tsq: ")) })
  .showHelpAfterError("(run it with --help to see what it takes)")
  .configureHelp({ sortSubcommands: false });

program
  .command("work")
  .description("run a worker; flags, file search and the file's keys are Sidekiq's")
  .option("-C, --config <file>", "config file (default: config/sidekiq.yml, then config/sidekiq.yml.erb)")
  .option("-r, --require <file>", "module that exports jobs, .js .mjs or .ts; may be repeated", collect)
  .option("-q, --queue <name[,weight]>", "queue to work off, with its weight; may be repeated", collect)
  .option("-c, --concurrency <n>", "how many jobs run at once (default: RAILS_MAX_THREADS, or 5)")
  .option(
    "-e, --environment <name>",
    "section of the config file (default: APP_ENV, RAILS_ENV, RACK_ENV, or development)",
  )
  .option("-g, --tag <name>", "shown on the Busy page")
  .option("-t, --timeout <seconds>", "how long a stop waits for running jobs (default: 25)")
  .option("-v, --verbose", "log at debug level")
  .addOption(
    new Option("--fetch <kind>", "reliable keeps jobs in Redis until they are done").choices([
      "reliable",
      "basic",
    ]),
  )
  // What tsq dev says to its worker.
  .addOption(new Option("--queues-of-jobs").hideHelp())
  .option(...REDIS)
  .addHelpText(
    "after",
    `
Signals: TERM, INT, HUP, QUIT and USR2 stop it: it takes no more jobs, waits for
what runs, and hands back the rest. INT once more (Ctrl-C) hands back at once;
any other signal changes nothing of a stop. TSTP makes it take no more jobs,
TTIN logs what runs. Under systemd, Docker or a Procfile start
node_modules/.bin/tsq, not npx or npm run.

A password in --redis is shown by ps to everybody: put it into REDIS_URL.

Examples:
  tsq work -r ./jobs.ts
  tsq work -C config/sidekiq.yml -r ./jobs.ts -e production
  tsq work -r ./jobs.ts -q critical,3 -q default -c 20`,
  )
  .action(async (flags: WorkFlags) => {
    endOnSignal();
    await (await import("../commands/work.ts")).work(flags);
  });

program
  .command("push")
  .description("enqueue a job and print its jid")
  .argument("<class>", "the job's class, as Ruby calls it")
  .argument("[args]", "its arguments as a JSON array", "[]")
  .option("--queue <name>", "queue to push to (default: default)")
  .option("--in <seconds>", "run it in so many seconds")
  .option("--at <time>", "run it at an ISO 8601 time, or at seconds since 1970")
  .option("--retry <n>", "how often it is retried: a number, true or false (default: true, 25 times)")
  .option("--json", "print the jid as JSON")
  .option(...REDIS)
  .addHelpText(
    "after",
    `
Examples:
  tsq push HardJob
  tsq push SendWelcomeJob '[42, "hello"]' --queue mailers --retry 5
  tsq push ReportJob '[7]' --at 2030-01-01T09:00:00Z`,
  )
  .action(async (name: string, args: string, flags: PushFlags) =>
    (await import("../commands/push.ts")).push(name, args, flags),
  );

program
  .command("dev")
  .description(
    "a worker for development: with a Redis of its own when there is none, restarted when files change",
  )
  .option(
    "-r, --require <file>",
    "module that exports jobs; may be repeated (default: jobs.ts, jobs.js)",
    collect,
  )
  .option(
    "-q, --queue <name[,weight]>",
    "queue to work off; may be repeated (default: those of the jobs)",
    collect,
  )
  .option("-c, --concurrency <n>", "how many jobs run at once")
  .option("-C, --config <file>", "config file")
  .option("-v, --verbose", "log at debug level")
  .addOption(
    new Option("--server <kind>", "start this server instead of looking for one").choices([
      "embedded",
      "native",
    ]),
  )
  .option("--no-watch", "do not restart when files change")
  .option(...REDIS)
  .addHelpText(
    "after",
    `
An explicit Redis (flag, REDIS_PROVIDER, REDIS_URL) is used and never replaced.
Without one tsq looks for a Redis or Valkey on localhost:6379, and else starts
an embedded Valkey whose data stays in .tsq/.`,
  )
  .action(async (flags: DevFlags) => (await import("../commands/dev.ts")).dev(flags));

program
  .command("stats")
  .description("print what is enqueued, scheduled, retried, dead, and who works")
  .option("--json", "print as JSON")
  .option(...REDIS)
  .action(async (flags: StatsFlags) => (await import("../commands/stats.ts")).stats(flags));
