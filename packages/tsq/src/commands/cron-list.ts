/** `tsq cron list`: all entries, Ruby's too. */
import type { CronEntry } from "@tsq/cron";
import type { CommandContext } from "../cli/command.ts";
import { listTable } from "../cli/list-table.ts";
import { naturalWidths, totalWidth } from "../cli/narrowed.ts";
import type { Column } from "../cli/narrowed.ts";
import { columns } from "../cli/terminal-room.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { entryJson, nextOf, shortTime, withSchedule } from "./cron-entries.ts";
import type { CronFlags } from "./cron-flags.ts";

export const cronList = (context: CommandContext, flags: CronFlags): Promise<void> =>
  withSchedule(context, flags, async (schedule) => {
    const entries = await schedule.entries();
    if (flags.json) return context.out.json(entries.map(entryJson));
    if (entries.length === 0)
      return context.out.say("There are no cron entries. `tsq cron load FILE` loads a schedule.");
    context.out.line(tableOf(entries, columns()));
  });

interface CronColumn extends Column {
  readonly cell: (entry: CronEntry) => string;
  /** What `tsq cron show` has, where there is no room for it. */
  readonly isBeside?: boolean;
}

const COLUMNS: readonly CronColumn[] = [
  // Whole: it is typed again.
  { head: "Name", cell: ({ name }) => name },
  { head: "Namespace", cuts: "name", cell: ({ namespace }) => namespace },
  { head: "Expression", cuts: "text", cell: ({ cron }) => cron },
  { head: "Class", cuts: "class", cell: (entry) => entry.class },
  { head: "Queue", cell: ({ queue }) => queue, isBeside: true },
  { head: "Status", cell: ({ status }) => status, isBeside: true },
  { head: "Last (UTC)", cell: ({ lastEnqueuedAt }) => shortTime(lastEnqueuedAt ?? "never"), isBeside: true },
  { head: "Next (UTC)", cell: (entry) => shortTime(nextOf(entry)) },
];

const tableOf = (entries: readonly CronEntry[], width: number): string => {
  const hasNamespaces = entries.some(({ namespace }) => namespace !== "" && namespace !== "default");
  const all = COLUMNS.filter(({ head }) => hasNamespaces || head !== "Namespace");
  const rowsOf = (shown: readonly CronColumn[]) =>
    entries.map((entry) => shown.map(({ cell }) => terminalText(cell(entry))));
  const isWide = totalWidth(naturalWidths(all, rowsOf(all))) <= width;
  const shown = isWide ? all : all.filter(({ isBeside }) => !isBeside);
  return listTable(shown, rowsOf(shown), width);
};
