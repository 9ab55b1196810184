/** `tsq cron load`: a schedule file becomes the schedule in Redis. */
import { ConfigError } from "@tsq/core";
import type { CronEntry, LoadedSchedule } from "@tsq/cron";
import type { CommandContext } from "../cli/command.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { readScheduleFile } from "../config/schedule-file.ts";
import type { Done } from "../jobs/audit.ts";
import { handsOf } from "./command-hands.ts";
import { withSchedule } from "./cron-entries.ts";
import type { CronLoadFlags } from "./cron-flags.ts";

export const cronLoad = async (
  context: CommandContext,
  flags: CronLoadFlags,
  path: string,
): Promise<void> => {
  const { out } = context;
  // What is wrong with the file is said before what is wrong with Redis.
  const file = readScheduleFile(path, context.env);
  await withSchedule(context, flags, async (schedule, api, url) => {
    const plan = await schedule.loadFile(file, { removeOthers: true, preview: true });
    if (!flags.json) {
      // Where nobody is asked, what was done says the same.
      if (flags.dryRun || plan.removed.length > 0)
        out.say(
          `${terminalText(path)}: ${counted(changedIn(plan).length)} to write${unchangedIn(plan)}, ${counted(plan.removed.length)} to remove`,
        );
      for (const name of plan.removed.toSorted()) out.say(`  remove ${terminalText(name)}`);
      for (const name of plan.left)
        out.say(`  stays, as Ruby shares this Redis and may have it: ${terminalText(name)}`);
      for (const { error } of plan.refused) out.say(`  leave out: ${terminalText(error.message)}`);
    }
    if (flags.dryRun) {
      if (flags.json) out.json({ dry_run: true, ...reportJson(plan) });
      const others = changedIn(plan).length > 0 ? "could be loaded" : "are loaded as they are";
      if (plan.refused.length > 0) throw notAllRight(path, plan.refused, others, flags);
      return;
    }
    if (plan.removed.length > 0 && !(await out.confirm(`Remove ${counted(plan.removed.length)}?`)))
      return out.warn("Nothing was done.");
    const { problemOf, write } = handsOf(api, url, context, flags);
    let report: LoadedSchedule;
    try {
      report = await schedule.loadFile(file, { removeOthers: true, mostRemoved: plan.removed });
    } catch (error) {
      // All that can be written is, before the error: nobody knows how many.
      const note = problemOf(error);
      await write({ action: "cron.load", subject: path, count: 0, outcome: "failed", note });
      throw error;
    }
    for (const done of deedsOf(path, report)) await write(done);
    const { loaded, removed, left, refused } = report;
    if (!flags.json) {
      // What Redis has in the way of one is known once it is written.
      const told = new Set(plan.refused.map(({ name }) => name));
      for (const { name, error } of refused)
        if (!told.has(name)) out.say(`  not written: ${terminalText(error.message)}`);
      for (const name of left.filter((one) => !plan.left.includes(one)))
        out.say(`  stays, as it has come since: ${terminalText(name)}`);
    }
    if (flags.json) out.json(reportJson(report));
    else {
      out.say(
        `Wrote ${counted(changedIn(report).length)}${unchangedIn(report)}, removed ${counted(removed.length)}`,
      );
      for (const line of namespaceHints(await schedule.entries(), new Set(loaded))) out.say(line);
    }
    if (refused.length > 0) throw notAllRight(path, refused, "are loaded", flags);
  });
};

/** Those that were there before as the file wants them are written all the same: nobody else may come in between. */
const changedIn = ({ loaded, unchanged }: LoadedSchedule): readonly string[] =>
  loaded.filter((name) => !unchanged.includes(name));

const unchangedIn = ({ unchanged: { length } }: LoadedSchedule): string =>
  length > 0 ? `, ${length} unchanged` : "";

const reportJson = ({ loaded, unchanged, removed, left, refused }: LoadedSchedule) => ({
  loaded,
  unchanged,
  removed,
  left,
  refused: refused.map(({ name, error }) => ({ name, error: error.message })),
});

const notAllRight = (
  path: string,
  refused: LoadedSchedule["refused"],
  become: string,
  { json }: CronLoadFlags,
): ConfigError =>
  new ConfigError(
    `Expected all entries of \`${terminalText(path)}\` to be right, got ${counted(refused.length)} that ${refused.length === 1 ? "is" : "are"} not: ${refused.map(({ name }) => terminalText(name)).join(", ")}. The others ${become}; correct what is said ${json ? "in `refused`" : "above"}.`,
  );

/** Who looks for what was deleted finds those of a file among those of the dashboard's button. */
const deedsOf = (path: string, report: LoadedSchedule): readonly Done[] => {
  const { removed, refused } = report;
  const changed = changedIn(report);
  const isFailed = changed.length + removed.length === 0 && refused.length > 0;
  const left = refused.length > 0 ? `refused: ${namesOf(refused.map(({ name }) => name))}` : "";
  const load: Done = {
    action: "cron.load",
    subject: path,
    count: changed.length,
    outcome: isFailed ? "failed" : "done",
    note: [namesOf(changed), left].filter((part) => part !== "").join("; "),
  };
  const gone: Done = {
    action: "cron.delete",
    // Redis has them in no order.
    subject: namesOf(removed.toSorted()),
    count: removed.length,
    note: `not in ${path}`,
  };
  return removed.length > 0 ? [load, gone] : [load];
};

const MOST_NAMED = 5;

/** The first few, as the dashboard names them. */
const namesOf = (names: readonly string[]): string =>
  [...names.slice(0, MOST_NAMED), ...(names.length > MOST_NAMED ? ["…"] : [])].join(" ");

/** A worker that has not loaded an entry itself looks at one namespace alone. */
const namespaceHints = (entries: readonly CronEntry[], loaded: ReadonlySet<string>): readonly string[] => {
  const own = entries.filter(({ name, namespace }) => loaded.has(name) && !USUAL.includes(namespace));
  return [...new Set(own.map(({ namespace }) => namespace))].map(
    (one) =>
      `  The namespace ${terminalText(one)} fires where a worker has it in \`cron_namespaces\`, or loads the file itself`,
  );
};

/** That of 1.x, which has none, and the one of 2.x that every worker looks at. */
const USUAL = ["", "default"];

const counted = (count: number): string => `${count} ${count === 1 ? "entry" : "entries"}`;
