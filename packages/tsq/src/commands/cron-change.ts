/** `tsq cron enable`, `disable`, `run` and `delete`. */
import { ConfigError } from "@tsq/core";
import type { CommandContext } from "../cli/command.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { writeAudit } from "../jobs/audit.ts";
import { entryOf, nextOf, shortTime, withSchedule } from "./cron-entries.ts";
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
  withSchedule(context, flags, async (schedule, api) => {
    const { out } = context;
    const status = `${verb}d` as const;
    const entry = await entryOf(schedule, name, flags);
    if (verb === "enable" && entry.error) {
      throw new ConfigError(
        `Expected the cron entry \`${name}\` to have an expression that fires, so nothing is changed. ${entry.error.message} ` +
          "Correct it where the entry comes from, its schedule file or program, and load it again.",
      );
    }
    if (!(await entry[verb]())) throw deletedMeanwhile(name);
    const isSame = entry.status === status;
    const { reason } = flags;
    await writeAudit(api, out, { action: `cron.${verb}`, subject: name, count: isSame ? 0 : 1, reason });
    if (flags.json) return out.json({ name, status, was: entry.status });
    const next =
      verb === "enable" ? `; next ${shortTime(nextOf(await entryOf(schedule, name, flags)))} UTC` : "";
    out.line(`${terminalText(name)} ${isSame ? "was already" : "is"} ${status}${next}`);
  });

export const cronRun = (context: CommandContext, flags: CronRunFlags, name: string): Promise<void> =>
  withSchedule(context, flags, async (schedule, api) => {
    const { out } = context;
    if (flags.activeJob && flags.plain)
      throw new ConfigError("Expected `--active-job` or `--plain`, got both. Say what the class is.");
    const activeJob = flags.activeJob ? true : flags.plain ? false : undefined;
    const jid = await (await entryOf(schedule, name, flags)).run({ activeJob });
    // There is no middleware that could have stopped it.
    if (jid === null) throw deletedMeanwhile(name);
    await writeAudit(api, out, { action: "cron.run", subject: name, count: 1, reason: flags.reason });
    if (flags.json) out.json({ name, jid });
    else out.line(jid);
  });

const deletedMeanwhile = (name: string): ConfigError =>
  new ConfigError(`Expected the cron entry \`${name}\` to be there, but it was deleted.`);

export const cronDelete = (context: CommandContext, flags: CronAskedFlags, name: string): Promise<void> =>
  withSchedule(context, flags, async (schedule, api) => {
    const { out } = context;
    const entry = await entryOf(schedule, name, flags);
    const where = entry.source === "schedule" ? ", which a schedule file has made" : "";
    const question = `Delete the cron entry ${name} (${entry.cron}, ${entry.class})${where}?`;
    if (!(await out.confirm(question))) return out.warn("Nothing was done.");
    const isDeleted = await entry.delete();
    const count = isDeleted ? 1 : 0;
    await writeAudit(api, out, { action: "cron.delete", subject: name, count, reason: flags.reason });
    if (flags.json) return out.json({ name, deleted: isDeleted });
    out.line(isDeleted ? `Deleted ${terminalText(name)}` : `${terminalText(name)} was gone already`);
  });
