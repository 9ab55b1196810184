/** What is said of jobs that nobody wants any more, and what stands in the audit trail. */
import { ProcessSet } from "@tsq/core/api";
import type { ApiConnection } from "@tsq/core/api";
import { counted, withCommas } from "../cli/counted.ts";
import { StoppedError, UnfinishedError } from "../cli/progress.ts";
import { terminalText } from "../cli/terminal-text.ts";
import type { Done } from "./audit.ts";
import type { PlaceName } from "./job-lists.ts";
import { pickedText } from "./picked-text.ts";

/** A job that is to be cancelled, and who runs it or would. */
export interface Wanted {
  readonly jid: string;
  readonly place: PlaceName;
  readonly class: string | undefined;
  readonly queue: string | undefined;
  /** The process that runs it. */
  readonly identity: string | undefined;
}

/**
 * Of so many of them.
 * @param by what has named them, where nobody has picked them one by one; else empty
 */
export const cancelled = (wanted: readonly Wanted[], done: number, by = ""): Done => ({
  action: "job.cancel",
  subject: done === 1 ? (wanted[0]?.jid ?? "") : counted(done, "job"),
  count: done,
  note: by === "" && done > 1 ? pickedText(wanted.slice(0, done).map(({ jid }) => jid)) : by,
});

/** An empty one names no job. */
export const hasJid = (jid: string | undefined): jid is string => jid !== undefined && jid !== "";

/** What has ended it in its midst, with how many were done. */
export const unfinishedCancel = (
  error: unknown,
  {
    done,
    total,
    problemOf,
  }: { readonly done: number; readonly total: number; readonly problemOf: (error: unknown) => string },
): unknown =>
  done === 0 || error instanceof StoppedError
    ? error
    : new UnfinishedError(
        `${problemOf(error)} Before that at least ${withCommas(done)} of ${counted(total, "job")} ${done === 1 ? "was" : "were"} cancelled.`,
        { cause: error },
      );

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
    ...[...counts].map(([place, count]) => `  ${withCommas(count)} ${PLACES[place]}`),
    "tsq starts them no more, and runs of them are told within two seconds.",
    ...(inRuby > 0 ? [`${withCommas(inRuby)} of them in Ruby: ${ruby}.`] : []),
    ...(onlyRuby.length > 0
      ? [`Only Ruby serves ${onlyRuby.slice(0, 5).map(terminalText).join(", ")}: ${ruby}.`]
      : []),
  ];
};

const PLACES: Readonly<Record<PlaceName, string>> = {
  running: "running",
  retry: "in the retry set",
  scheduled: "in the scheduled set",
  queue: "on queues",
  dead: "in the dead set",
};
