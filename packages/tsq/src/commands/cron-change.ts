/** `tsq cron enable`, `disable`, `run` and `delete`. */
import { ConfigError } from "@tsq/core";
import type { CommandContext } from "../cli/command.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { attempt } from "../jobs/attempt.ts";
import { handsOf } from "./command-hands.ts";
import { entryOf, longTime, withSchedule } from "./cron-entries.ts";
import type { CronAskedFlags, CronChangeFlags, CronRunFlags } from "./cron-flags.ts";

export const cronEnable = (context: CommandContext, flags: CronChangeFlags, name: string): Promise<void> =>
  switchTo("enable", context, flags, name);

export const cronDisable = (context: CommandContext, flags: CronChangeFlags, name: string): Promise<void> =>
  switchTo("disable", context, flags, name);

const switchTo = (
  verb: "enable" | "disable",
  context: CommandContext,
  flags: CronChangeFlags,
  name: string,
): Promise<void> =>
  withSchedule(context, flags, async (schedule, api, url) => {
    const { out } = context;
    const status = `${verb}d` as const;
    const entry = await entryOf(schedule, name, flags);
    if (verb === "enable" && entry.error) {
      throw new ConfigError(
        `Expected the cron entry \`${name}\` to have an expression that fires, so nothing is changed. ${entry.error.message} ` +
          "Correct it where the entry comes from, its schedule file or program, and load it again.",
      );
    }
    const nothing = { action: `cron.${verb}`, subject: name, count: 0 };
    const hands = handsOf(api, url, context, flags);
    if (!(await attempt(hands, nothing, () => entry[verb]()))) throw deletedMeanwhile(name);
    const isSame = entry.status === status;
    await hands.write({ ...nothing, count: isSame ? 0 : 1 });
    if (flags.json) return out.json({ name, status, was: entry.status });
    // By the expression that was enabled: nothing is read any more that could keep what was done from being told.
    const next = verb === "enable" ? `; next ${longTime(entry.next()[0])}` : "";
    out.say(`${terminalText(name)} ${isSame ? "was already" : "is"} ${status}${next}`);
  });

export const cronRun = (context: CommandContext, flags: CronRunFlags, name: string): Promise<void> =>
  withSchedule(context, flags, async (schedule, api, url) => {
    const { out } = context;
    if (flags.activeJob && flags.plain)
      throw new ConfigError("Expected `--active-job` or `--plain`, got both. Say what the class is.");
    const activeJob = flags.activeJob ? true : flags.plain ? false : undefined;
    const entry = await entryOf(schedule, name, flags);
    const nothing = { action: "cron.run", subject: name, count: 0 };
    const hands = handsOf(api, url, context, flags);
    const jid = await attempt(hands, nothing, () => entry.run({ activeJob }));
    // There is no middleware that could have stopped it.
    if (jid === null) throw deletedMeanwhile(name);
    await hands.write({ ...nothing, count: 1 });
    if (flags.json) out.json({ name, jid });
    else out.line(jid);
  });

const deletedMeanwhile = (name: string): ConfigError =>
  new ConfigError(`Expected the cron entry \`${name}\` to be there, but it was deleted.`);

export const cronDelete = (context: CommandContext, flags: CronAskedFlags, name: string): Promise<void> =>
  withSchedule(context, flags, async (schedule, api, url) => {
    const { out } = context;
    const entry = await entryOf(schedule, name, flags);
    const where = entry.source === "schedule" ? ", which a schedule file has made" : "";
    const question = `Delete the cron entry ${name} (${entry.cron}, ${entry.class})${where}?`;
    if (!(await out.confirm(question))) return out.warn("Nothing was done.");
    const nothing = { action: "cron.delete", subject: name, count: 0 };
    const hands = handsOf(api, url, context, flags);
    const isDeleted = await attempt(hands, nothing, () => entry.delete());
    await hands.write({ ...nothing, count: isDeleted ? 1 : 0 });
    if (flags.json) return out.json({ name, deleted: isDeleted });
    out.say(isDeleted ? `Deleted ${terminalText(name)}` : `${terminalText(name)} was gone already`);
  });
