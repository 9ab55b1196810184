/** `tsq cron list`: all entries, Ruby's too. */
import type { CommandContext } from "../cli/command.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { entryJson, nextOf, shortTime, withSchedule } from "./cron-entries.ts";
import type { CronFlags } from "./cron-flags.ts";

export const cronList = (context: CommandContext, flags: CronFlags): Promise<void> =>
  withSchedule(context, flags, async (schedule) => {
    const entries = await schedule.entries();
    if (flags.json) return context.out.json(entries.map(entryJson));
    if (entries.length === 0)
      return context.out.line("There are no cron entries. `tsq cron load FILE` loads a schedule.");
    const hasNamespaces = entries.some(({ namespace }) => namespace !== "" && namespace !== "default");
    await context.out.table({
      head: [
        "Name",
        ...(hasNamespaces ? ["Namespace"] : []),
        "Expression",
        "Class",
        "Queue",
        "Status",
        "Last (UTC)",
        "Next (UTC)",
      ],
      rows: entries.map((entry) => [
        terminalText(entry.name),
        ...(hasNamespaces ? [terminalText(entry.namespace)] : []),
        terminalText(entry.cron),
        terminalText(entry.class),
        terminalText(entry.queue),
        entry.status,
        shortTime(entry.lastEnqueuedAt ?? "never"),
        shortTime(nextOf(entry)),
      ]),
      hasNames: true,
    });
  });
