/** `tsq work` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { endOnSignal } from "../process/early-signals.ts";
import type { WorkFlags } from "../cli/options.ts";

export const WORK: CommandSpec<WorkFlags> = {
  name: "work",
  summary: "run a worker; flags, file search and the file's keys are Sidekiq's",
  flags: async () => {
    const [{ workFlags }, { EXTRA_ROWS }] = await Promise.all([
      import("./work-flags.ts"),
      import("../config/work-rows.ts"),
    ]);
    return workFlags(EXTRA_ROWS);
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
  tsq work -r ./jobs.ts -q critical,3 -q default -c 20

Exit codes: 0 stopped; 1 bad usage, bad configuration, jobs that cannot be
loaded, no Redis, or an exception that nobody has caught. Where a job has called
process.exit(), the code that it gave.`,
  load: async () => {
    // Before its code is loaded, which takes a while.
    endOnSignal();
    return { run: (await import("./work.ts")).work };
  },
};
