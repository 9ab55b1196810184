/** What is said of jobs that nobody wants any more, and what stands in the audit trail. */
import { ProcessSet } from "@tsq/core/api";
import type { ApiConnection } from "@tsq/core/api";
import { counted, withCommas } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { cutText } from "../cli/text-width.ts";
import type { Done } from "./audit.ts";
import { doneOf } from "./done-of.ts";
import type { DeedEnd } from "./done-of.ts";
import type { PlaceName } from "./job-lists.ts";
import { pickedText } from "./picked-text.ts";
import { whereAre } from "./place-words.ts";

/** A job that is to be cancelled, and who runs it or would. */
export interface Wanted {
  readonly jid: string;
  readonly place: PlaceName;
  readonly class: string | undefined;
  readonly queue: string | undefined;
  /** The process that runs it. */
  readonly identity: string | undefined;
}

interface CancelEnd extends DeedEnd {
  /** What has named them, and the classes in it, where nobody has picked them one by one. */
  readonly namedBy: { readonly text: string; readonly classes: readonly string[] } | undefined;
}

/** Of the first of them. */
export const cancelled = (wanted: readonly Wanted[], { namedBy, ...end }: CancelEnd): Done | undefined => {
  const those = end.done === 0 ? wanted : wanted.slice(0, end.done);
  const jids = those.map(({ jid }) => jid);
  const [first = ""] = jids;
  return doneOf(end, {
    action: "job.cancel",
    subject: jids.length === 1 ? first : counted(jids.length, "job"),
    named: (room) => {
      if (namedBy) return cutText(namedBy.text, room);
      return jids.length === 1 ? "" : pickedText(jids, room);
    },
    ...(namedBy && { classes: namedBy.classes }),
  });
};

/** An empty one names no job. */
export const hasJid = (jid: string | undefined): jid is string => jid !== undefined && jid !== "";

export const cancelQuestion = (wanted: readonly Wanted[]): string =>
  `Cancel ${counted(wanted.length, "job")}?`;

export const cancelledText = (done: number): string =>
  `${counted(done, "job")} ${done === 1 ? "is" : "are"} wanted by nobody any more.`;

/** What is counted, and whom it does not reach. */
export const consequences = async (
  api: ApiConnection,
  wanted: readonly Wanted[],
): Promise<readonly string[]> => {
  const counts = new Map<PlaceName, number>();
  for (const { place } of wanted) counts.set(place, (counts.get(place) ?? 0) + 1);
  const processes = await new ProcessSet(api).all();
  const rubies = new Set(processes.filter(({ isRuby }) => isRuby).map(({ identity }) => identity));
  const inRuby = wanted.filter(({ identity }) => identity !== undefined && rubies.has(identity)).length;
  // A queue that a process of tsq serves as well may give its jobs to that one.
  const onlyRuby = [...new Set(wanted.flatMap(({ queue }) => queue ?? []))].filter((queue) => {
    const serving = processes.filter((process) => process.serves(queue));
    return serving.length > 0 && serving.every(({ identity }) => rubies.has(identity));
  });
  const ruby = "Ruby stops iterable jobs alone, from Sidekiq 7.3.3 on";
  return [
    ...[...counts].map(([place, count]) => `  ${withCommas(count)} ${whereAre(place)}`),
    "tsq starts them no more, and runs of them are told within two seconds.",
    ...(inRuby > 0 ? [`${withCommas(inRuby)} of them in Ruby: ${ruby}.`] : []),
    ...(onlyRuby.length > 0
      ? [`Only Ruby serves ${onlyRuby.slice(0, 5).map(terminalText).join(", ")}: ${ruby}.`]
      : []),
  ];
};
