/** `tsq cancel`: says of jobs that nobody wants them any more. */
import type { ApiConnection, Count } from "@tsq/core/api";
import type { CommandContext } from "../cli/command.ts";
import { onlyLooking } from "../cli/early-end.ts";
import { withApi } from "../cli/with-api.ts";
import { cancelledText, cancelQuestion, consequences } from "../jobs/cancel-words.ts";
import type { Wanted } from "../jobs/cancel-words.ts";
import { cancelAll, wantedIn } from "../jobs/cancel-work.ts";
import { missingJobs } from "../jobs/missing-jobs.ts";
import { paceLines, paceOf } from "../jobs/pace.ts";
import { listsFor, scopeOf } from "../jobs/repair-scope.ts";
import type { Lists, Scope } from "../jobs/repair-scope.ts";
import { handsOf } from "./command-hands.ts";
import type { RepairFlags } from "./repair-flags.ts";

const LISTS: Lists = { usual: listsFor("cancel") };

export const cancel = async (
  context: CommandContext,
  flags: RepairFlags,
  jids: readonly string[],
): Promise<void> => {
  const scope = scopeOf("cancel", jids, flags, LISTS);
  const perSecond = paceOf(flags.perSecond);
  await withApi(context, (api, url) => cancelIn(api, context, { flags, scope, perSecond, url }));
};

interface Order {
  readonly flags: RepairFlags;
  readonly scope: Scope;
  readonly perSecond: number | undefined;
  readonly url: string;
}

const cancelIn = async (
  api: ApiConnection,
  context: CommandContext,
  { flags, scope, perSecond, url }: Order,
): Promise<void> => {
  const { out } = context;
  const counting = { label: "Counting", total: 0 };
  const { wanted, missing } = await onlyLooking(url, () =>
    out.work(counting, (work) => wantedIn(api, scope, work)),
  );
  const total = wanted.length;
  const missed = () => missingJobs({ api, out }, "cancel", missing, { scope, lists: LISTS });
  if (total === 0 && missing.length > 0) throw await missed();
  const question = cancelQuestion(wanted);
  const about = total > 0 ? [...(await consequences(api, wanted)), ...paceLines(total, perSecond)] : [];
  if (flags.dryRun) {
    if (flags.json) out.json({ action: "cancel", dry_run: true, matched: total, lists: listsJson(wanted) });
    else (total > 0 ? [question, ...about] : ["Nothing matches."]).forEach((line) => out.say(line));
    if (missing.length > 0) throw await missed();
    return;
  }
  if (total > 0 && !(await out.confirm(question, { about }))) return out.warn("Nothing was done.");
  const done = await out.work({ label: "Cancelling", total }, (work) =>
    cancelAll(api, wanted, work, {
      by: scope.jids ? undefined : scope,
      perSecond,
      ...handsOf(api, url, context, flags),
    }),
  );
  if (flags.json) out.json({ action: "cancel", done });
  else out.say(done === 0 ? "Nothing matches, and nothing was done." : cancelledText(done));
  if (missing.length > 0) throw await missed();
};

/** By list, as the other commands that repair have it. */
const listsJson = (wanted: readonly Wanted[]): readonly object[] => {
  const lists = new Map<string, Wanted[]>();
  for (const one of wanted) {
    const name = one.place === "queue" ? `queue:${one.queue ?? ""}` : one.place;
    const list = lists.get(name);
    if (list) list.push(one);
    else lists.set(name, [one]);
  }
  return [...lists].map(([list, all]) => ({
    list,
    matched: all.length,
    classes: valuesOf(all.map((one) => one.class ?? "")),
    queues: valuesOf(all.map(({ queue }) => queue ?? "")),
  }));
};

/** The most frequent first. */
const valuesOf = (values: readonly string[]): readonly Count[] => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((one, other) => other.count - one.count)
    .slice(0, MOST_VALUES);
};

const MOST_VALUES = 100;
