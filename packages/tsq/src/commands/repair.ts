/** `tsq retry`, `kill`, `delete` and `move`: one thing done to many jobs, after a question. */
import { ConfigError } from "@tsq/core";
import type { ApiConnection, Count } from "@tsq/core/api";
import { needsTyping } from "@tsq/core/config";
import type { CommandContext } from "../cli/command.ts";
import { counted } from "../cli/counted.ts";
import { onlyLooking, StoppedError } from "../cli/early-end.ts";
import { withApi } from "../cli/with-api.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { cancelsTakenBack } from "../jobs/cancels-taken-back.ts";
import { missingJobs } from "../jobs/missing-jobs.ts";
import { paceLines, paceOf } from "../jobs/pace.ts";
import { carryOut } from "../jobs/repair-work.ts";
import type { Report } from "../jobs/repair-work.ts";
import { REPAIR_DEEDS } from "../jobs/repair-deeds.ts";
import type { RepairDeed } from "../jobs/repair-deeds.ts";
import { repairLists } from "../jobs/repair-lists.ts";
import type { RepairVerb } from "../jobs/repair-lists.ts";
import { countOf, previewLines, readAround } from "../jobs/repair-preview.ts";
import type { Found } from "../jobs/repair-preview.ts";
import { listsFor, questionsOf, scopeOf } from "../jobs/repair-scope.ts";
import { repairedLines } from "../jobs/repair-words.ts";
import type { Lists, Scope } from "../jobs/repair-scope.ts";
import { handsOf } from "./command-hands.ts";
import type { MoveFlags, RepairFlags } from "./repair-flags.ts";

interface Deed extends RepairDeed {
  readonly verb: RepairVerb;
  readonly lists: Lists;
  readonly to: string;
}

export const retry = (context: CommandContext, flags: RepairFlags, jids: readonly string[]): Promise<void> =>
  repair(context, flags, jids, {
    verb: "retry",
    lists: { usual: listsFor("retry"), others: listsFor("add_to_queue") },
    ...REPAIR_DEEDS.retry,
    to: "",
  });

export const kill = (context: CommandContext, flags: RepairFlags, jids: readonly string[]): Promise<void> =>
  repair(context, flags, jids, {
    verb: "kill",
    lists: { usual: listsFor("kill") },
    ...REPAIR_DEEDS.kill,
    to: "",
  });

export const deleteJobs = (
  context: CommandContext,
  flags: RepairFlags,
  jids: readonly string[],
): Promise<void> =>
  repair(context, flags, jids, {
    verb: "delete",
    lists: { usual: listsFor("delete") },
    ...REPAIR_DEEDS.delete,
    to: "",
  });

export const move = (context: CommandContext, flags: MoveFlags, jids: readonly string[]): Promise<void> => {
  const { to = "" } = flags;
  if (to === "") throw new ConfigError("Expected --to with the queue that they go to. Write --to low.");
  return repair(context, flags, jids, {
    verb: "move",
    lists: { usual: listsFor("move") },
    ...REPAIR_DEEDS.move,
    did: `moved to ${to}`,
    to,
  });
};

const repair = async (
  context: CommandContext,
  flags: RepairFlags,
  jids: readonly string[],
  deed: Deed,
): Promise<void> => {
  const scope = scopeOf(deed.verb, jids, flags, deed.lists);
  const perSecond = paceOf(flags.perSecond);
  await withApi(context, (api, url) => repairIn(api, context, { flags, scope, deed, perSecond, url }));
};

interface Order {
  readonly flags: RepairFlags;
  readonly scope: Scope;
  readonly deed: Deed;
  readonly perSecond: number | undefined;
  readonly url: string;
}

const repairIn = async (api: ApiConnection, context: CommandContext, order: Order): Promise<void> => {
  const { out } = context;
  const { deed, flags, scope } = order;
  // Whose cancels are taken back, for the preview.
  const wanted = new Set<string>();
  const found = await onlyLooking(order.url, () => find(api, context, order, wanted));
  const count = countOf(found);
  const missing = [...(scope.jids ?? [])].filter((jid) => !found.some(({ jids }) => jids.has(jid)));
  const missed = () => missingJobs({ api, out }, deed.verb, missing, { scope, lists: deed.lists });
  if (count === 0 && missing.length > 0) throw await missed();
  if (count > 0) {
    const question = `${deed.asks} ${counted(count, "job")}${deed.to === "" ? "" : ` to ${deed.to}`}?`;
    const about = [
      ...previewLines(deed.verb, found, await readAround(api, deed.to)),
      ...(await cancelsTakenBack(api, wanted)),
      ...paceLines(count, order.perSecond),
    ];
    if (flags.dryRun) {
      tellPreview(context, order, found, [question, ...about]);
      if (missing.length > 0) throw await missed();
      return;
    }
    const typed = needsTyping(deed.verb, count) ? `${count}` : undefined;
    if (!(await out.confirm(question, { about, typed }))) return out.warn("Nothing was done.");
  } else if (flags.dryRun) return tellPreview(context, order, found, ["Nothing matches."]);
  const { doing, did, to, verb } = deed;
  const reports = await out.work({ label: doing, total: count }, (work) =>
    carryOut(found, work, {
      verb,
      did: terminalText(did),
      to,
      total: count,
      only: scope.isMeant,
      perSecond: order.perSecond,
      ...handsOf(api, order.url, context, flags),
    }),
  );
  tell(context, order, reports);
  if (missing.length > 0) throw await missed();
};

const find = (
  api: ApiConnection,
  { out }: CommandContext,
  { deed, flags, scope }: Order,
  wanted: Set<string>,
): Promise<readonly Found[]> =>
  out.work({ label: "Counting", total: 0 }, async ({ signal, tell }) => {
    const found: Found[] = [];
    // With --yes alone nobody reads a preview.
    const isAsked = flags.dryRun || !flags.yes;
    for (const list of await repairLists(api, scope.lists)) {
      // They are there already.
      if (deed.verb === "move" && list.place === "queue" && list.name === deed.to) continue;
      const takesCancelsBack = deed.verb === "retry" || (deed.verb === "move" && list.place === "queue");
      for (const asked of questionsOf(scope, list.place === "queue")) {
        const jids = new Set<string>();
        const preview = await list
          .preview(asked, {
            onProgress: tell,
            signal,
            only: (job) => {
              const isMeant = scope.isMeant?.(job) ?? true;
              if (!isMeant || job.jid === undefined) return isMeant;
              if (scope.isMeant) jids.add(job.jid);
              if (takesCancelsBack && isAsked) wanted.add(job.jid);
              return true;
            },
          })
          .catch((error: unknown) => {
            throw signal.aborted ? new StoppedError(0, 0) : error;
          });
        found.push({ list, ...asked, preview, jids });
      }
    }
    return found;
  });

const tell = ({ out }: CommandContext, { deed, flags }: Order, reports: readonly Report[]): void => {
  const sum = (of: (report: Report) => number): number => reports.reduce((all, one) => all + of(one), 0);
  const [done, gone, skipped] = [sum((one) => one.done), sum((one) => one.gone), sum((one) => one.skipped)];
  const unsure = sum((one) => one.unsure);
  if (flags.json) {
    const lists = reports.map(({ found: { list, preview }, ...report }) => ({
      list: list.place === "queue" ? `queue:${list.name}` : list.name,
      matched: preview.count,
      done: report.done,
      gone: report.gone,
      skipped: report.skipped,
      unsure: report.unsure,
    }));
    return out.json({ action: deed.verb, done, gone, skipped, unsure, lists });
  }
  if (reports.length === 0) return out.say("Nothing matches, and nothing was done.");
  for (const line of repairedLines(deed.did, { done, gone, skipped, unsure })) out.say(line);
};

const tellPreview = (
  { out }: CommandContext,
  { deed, flags }: Order,
  found: readonly Found[],
  lines: readonly string[],
): void => {
  if (!flags.json) return lines.forEach((line, i) => out.say(i === 0 ? terminalText(line) : line));
  out.json({
    action: deed.verb,
    dry_run: true,
    matched: countOf(found),
    lists: found
      .filter(({ preview }) => preview.count > 0)
      .map(({ list, preview }) => ({
        list: list.place === "queue" ? `queue:${list.name}` : list.name,
        matched: preview.count,
        classes: preview.class.values.map(countJson),
        queues: preview.queue.values.map(countJson),
      })),
  });
};

const countJson = ({ value, count }: Count) => ({ value, count });
