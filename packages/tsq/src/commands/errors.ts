/** `tsq errors`: what fails, each error once. */
import { ErrorGroups } from "@tsq/core/api";
import type { ErrorGroup, ErrorReport } from "@tsq/core/api";
import { whenText } from "../cli/ages.ts";
import { shortClass } from "../cli/class-name.ts";
import type { CommandContext } from "../cli/command.ts";
import { counted, withCommas } from "../cli/counted.ts";
import { look } from "../cli/look.ts";
import type { ListFlags } from "../cli/look-flags.ts";
import { bold } from "../cli/terminal-room.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { cutText } from "../cli/text-width.ts";
import { wrapped } from "../cli/wrapped.ts";
import { limitOf } from "../jobs/list-reading.ts";

export const errors = (context: CommandContext, flags: ListFlags): Promise<void> =>
  look(context, flags, async (api) => {
    const limit = limitOf(flags.limit, flags.jsonl ? Infinity : undefined);
    const report = await new ErrorGroups(api).read({ filter: flags.where ?? "", most: Infinity });
    const groups = report.groups.slice(0, limit);
    const rows = groups.map(groupJson);
    const { looked, total, others } = report;
    const isComplete = groups.length === report.groups.length && others === 0;
    return {
      document: { errors: rows, looked, total, complete: isComplete },
      lines: rows,
      text: (width) => textOf(report, groups, width),
    };
  });

const groupJson = (group: ErrorGroup) => ({
  id: group.id,
  class: group.class,
  error_class: group.error,
  fingerprint: group.fingerprint,
  error_message: group.message,
  count: group.count,
  retries: group.retries,
  dead: group.dead,
  first_at: group.firstAt ?? null,
  last_at: group.lastAt ?? null,
  deploy: group.deploy?.label ?? null,
  jids: group.jids,
});

const textOf = (report: ErrorReport, groups: readonly ErrorGroup[], width: number): string => {
  if (groups.length === 0) return "none: no retry and no dead job says what it failed by";
  const nowMs = Date.now();
  const counts = groups.map(({ count }) => withCommas(count));
  const gutter = Math.max(...counts.map(({ length }) => length));
  const parts = groups.map((group, i) => groupText(group, (counts[i] ?? "").padStart(gutter), nowMs, width));
  const more = report.groups.length - groups.length;
  const rest = more > 0 ? `. --limit N shows ${withCommas(more)} more` : "";
  // More of them are not told apart.
  const others = report.others > 0 ? `. ${counted(report.others, "job")} failed by yet others` : "";
  return [
    ...parts,
    "",
    `${counted(groups.length, "error")} among ${counted(report.looked, "job")}${rest}${others}`,
  ].join("\n");
};

/** A count, the error, and below it whose it is and where. */
const groupText = (group: ErrorGroup, count: string, nowMs: number, width: number): string => {
  const indent = count.length + 2;
  const error = [group.error, group.fingerprint].filter((part) => part !== "").map(terminalText);
  const first = `${count}  ${error.join(": ")}`;
  const places = [
    group.retries > 0 ? counted(group.retries, "retry", "retries") : "",
    group.dead > 0 ? `${withCommas(group.dead)} dead` : "",
    `first ${whenText(group.firstAt, nowMs) || "unknown"}`,
    `last ${whenText(group.lastAt, nowMs) || "unknown"}`,
    group.deploy ? `since ${terminalText(group.deploy.label)}` : "",
  ].filter((part) => part !== "");
  const room = Math.max(12, width - indent);
  const name = group.class === "" ? "(no class)" : shortClass(terminalText(group.class), room);
  return [
    bold(cutText(first, width)),
    ...wrapped(`${" ".repeat(indent)}${name}`, width, indent),
    ...wrapped(`${" ".repeat(indent)}${places.join(", ")}`, width, indent),
    `${" ".repeat(indent)}group:${group.id}`,
  ].join("\n");
};
