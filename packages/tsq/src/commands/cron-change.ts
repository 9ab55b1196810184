/** `tsq cron enable`, `disable`, `run` and `delete`. */
import { ConfigError } from "@tsq/core";
import type { CommandContext } from "../cli/command.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { entryOf, nextOf, openSchedule, shortTime } from "./cron-entries.ts";
import type { CronChangeFlags, CronFlags, CronRunFlags } from "./cron-flags.ts";

export const cronEnable = (context: CommandContext, flags: CronFlags, name: string): Promise<void> =>
  switchTo("enabled", context, flags, name);

export const cronDisable = (context: CommandContext, flags: CronFlags, name: string): Promise<void> =>
  switchTo("disabled", context, flags, name);

const switchTo = async (
  status: "enabled" | "disabled",
  context: CommandContext,
  flags: CronFlags,
  name: string,
): Promise<void> => {
  await using schedule = await openSchedule(context, flags);
  const entry = await entryOf(schedule, name, flags);
  if (status === "enabled" && entry.error) {
    throw new ConfigError(
      `Expected the cron entry \`${name}\` to have an expression that fires, so nothing is changed. ${entry.error.message} ` +
        "Correct it where the entry comes from, its schedule file or program, and load it again.",
    );
  }
  await (status === "enabled" ? entry.enable() : entry.disable());
  if (flags.json) return context.out.json({ name, status, was: entry.status });
  const after = await entryOf(schedule, name, flags);
  const next = status === "enabled" ? `; next ${shortTime(nextOf(after))} UTC` : "";
  const was = entry.status === status ? "was already" : "is";
  context.out.line(`${terminalText(name)} ${was} ${status}${next}`);
};

export const cronRun = async (context: CommandContext, flags: CronRunFlags, name: string): Promise<void> => {
  if (flags.activeJob && flags.plain)
    throw new ConfigError("Expected `--active-job` or `--plain`, got both. Say what the class is.");
  const activeJob = flags.activeJob ? true : flags.plain ? false : undefined;
  await using schedule = await openSchedule(context, flags);
  const jid = await (await entryOf(schedule, name, flags)).run({ activeJob });
  // There is no middleware that could have stopped it.
  if (jid === null)
    throw new ConfigError(`Expected the cron entry \`${name}\` to be there, but it was deleted.`);
  if (flags.json) context.out.json({ name, jid });
  else context.out.line(jid);
};

export const cronDelete = async (
  context: CommandContext,
  flags: CronChangeFlags,
  name: string,
): Promise<void> => {
  await using schedule = await openSchedule(context, flags);
  const entry = await entryOf(schedule, name, flags);
  const where = entry.source === "schedule" ? ", which a schedule file has made" : "";
  if (!(await context.out.confirm(`Delete the cron entry ${name} (${entry.cron}, ${entry.class})${where}?`)))
    return;
  const isDeleted = await entry.delete();
  if (flags.json) context.out.json({ name, deleted: isDeleted });
  else
    context.out.line(isDeleted ? `Deleted ${terminalText(name)}` : `${terminalText(name)} was gone already`);
};
