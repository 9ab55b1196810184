/** `tsq cron show`: one entry. */
import { dumpJson } from "@tsq/core/protocol";
import { parseCron } from "@tsq/cron";
import type { CronEntry } from "@tsq/cron";
import type { CommandContext } from "../cli/command.ts";
import { columns } from "../cli/terminal-room.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { wrapped } from "../cli/wrapped.ts";
import { MISSED } from "../jobs/missed-words.ts";
import { clockWarning, entryJson, entryOf, nextOf, longTime, withSchedule } from "./cron-entries.ts";
import type { CronFlags } from "./cron-flags.ts";

/** As many as are shown of what comes, and of what was missed. */
const SHOWN = 5;

export const cronShow = (context: CommandContext, flags: CronFlags, name: string): Promise<void> =>
  withSchedule(context, flags, async (schedule) => {
    const entry = await entryOf(schedule, name, flags);
    const [history, all] = await Promise.all([entry.history(), schedule.missed()]);
    const missed = all.filter((one) => one.key === entry.key).slice(0, SHOWN);
    const fires = nextOf(entry) instanceof Date;
    const next = fires ? entry.next(SHOWN) : [];
    const clocks = fires ? parseCron(entry.cron).clockSurprises() : [];
    if (flags.json) {
      return context.out.json({
        ...entryJson(entry),
        next,
        clocks: clocks.map(({ kind, time, count, at }) => ({ kind, time, count, at })),
        history: history.map(({ jid, at }) => ({ jid, at: at ?? null })),
        missed: missed.map(({ at, reason }) => ({ at, reason })),
      });
    }
    const tell = (label: string, text: string): void => {
      for (const line of wrapped(`${label.padEnd(LABEL)}${text}`, columns(), LABEL)) context.out.line(line);
    };
    for (const [label, text] of lines(entry)) tell(label, terminalText(text));
    for (const [i, time] of next.entries()) tell(i === 0 ? "Next" : "", longTime(time));
    for (const [i, surprise] of clocks.entries()) tell(i === 0 ? "Clocks" : "", clockWarning(surprise));
    for (const { at, reason } of missed) tell("Missed", `${longTime(at)}  ${MISSED[reason]}`);
    for (const { jid, at } of history) tell("Pushed", `${longTime(at ?? "?")}  ${terminalText(jid)}`);
  });

const LABEL = 12;

const lines = (entry: CronEntry): readonly (readonly [label: string, text: string])[] => [
  ["Name", entry.name],
  ...(entry.namespace === "" ? [] : ([["Namespace", entry.namespace]] as const)),
  ["Expression", entry.cron],
  ...(entry.error ? ([["Wrong", entry.error.message]] as const) : []),
  ["Class", entry.class],
  ["Arguments", dumpJson(entry.args)],
  ["Queue", entry.queue],
  ...(entry.description === "" ? [] : ([["About", entry.description]] as const)),
  ["Status", entry.status],
  ["Source", entry.source === "schedule" ? "a schedule file" : "made by hand or by code"],
  ["Beyond", beyond(entry)],
  ["Last", longTime(entry.lastEnqueuedAt ?? "never")],
  ...(entry.lastRun ? ([["Last run", `${entry.lastRun.state}  ${entry.lastRun.jid}`]] as const) : []),
];

const beyond = ({ catchUp, overlap }: CronEntry): string => `catch_up ${catchUp}, overlap ${overlap}`;
