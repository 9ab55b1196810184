/** A cron entry as the pages show it: its state, and what there is to say of it. */
import type { CronEntry, CronPush, MissedRecord } from "@tsq/cron";
import type { Readings, Reading } from "./readings.ts";

/** From what needs a person to what does nothing. */
export type EntryState = "wrong" | "missed" | "failing" | "fine" | "disabled";

const ORDER: readonly EntryState[] = ["wrong", "missed", "failing", "fine", "disabled"];

export interface EntryView {
  readonly entry: CronEntry;
  readonly state: EntryState;
  /** Undefined where its expression is none. */
  readonly reading: Reading | undefined;
  /** The newest first. */
  readonly missed: readonly MissedRecord[];
  readonly next: Date | undefined;
}

/** The page of an entry; with its namespace where that is not the usual one. */
export const entryPath = ({ name, namespace }: CronEntry): string =>
  namespace === "" || namespace === "default"
    ? `/cron/${encoded(name)}`
    : `/cron/namespaces/${encoded(namespace)}/jobs/${encoded(name)}`;

/** The list, of one namespace or of all. */
export const listPath = (namespace: string | undefined): string =>
  namespace === undefined ? "/cron" : `/cron/namespaces/${encoded(namespace)}`;

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

/** All of them, those that need a person first. */
export const entryViews = async (
  entries: readonly CronEntry[],
  missed: readonly MissedRecord[],
  readings: Readings,
  locale: string,
): Promise<readonly EntryView[]> => {
  const views = await Promise.all(
    entries.map((entry) =>
      entryView(
        entry,
        missed.filter(({ key }) => key === entry.key),
        readings,
        locale,
      ),
    ),
  );
  return views.toSorted((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
};

export const entryView = async (
  entry: CronEntry,
  missed: readonly MissedRecord[],
  readings: Readings,
  locale: string,
): Promise<EntryView> => {
  const reading = await readings.of(entry.cron, locale);
  const isEnabled = entry.status === "enabled";
  return {
    entry,
    state: stateOf(entry, missed[0], reading),
    reading,
    missed,
    next: isEnabled ? reading?.expression.next(new Date()) : undefined,
  };
};

/** Whether a person should look at it. */
export const needsLook = ({ state }: EntryView): boolean =>
  state === "wrong" || state === "missed" || state === "failing";

const stateOf = (
  { status, lastEnqueuedAt, lastRun }: CronEntry,
  missed: MissedRecord | undefined,
  reading: Reading | undefined,
): EntryState => {
  if (status === "disabled") return "disabled";
  if (!reading) return "wrong";
  // What has fired since is over.
  if (missed && missed.at.getTime() > (lastEnqueuedAt?.getTime() ?? 0)) return "missed";
  return lastRun?.state === "dead" ? "failing" : "fine";
};

/** Whether it is off and would fire if it were on: one whose expression is none never would, as `tsq cron enable` says. */
export const canEnable = ({ status, error }: CronEntry): boolean => status === "disabled" && !error;

/** What has become of an instant or a run by hand. */
export interface PastRun {
  readonly at: Date;
  readonly kind: "pushed" | "done" | "failed" | "running" | "missed";
  readonly ms?: number | undefined;
}

const MOST_PAST = 24;

/** The last runs, the oldest first: the jobs that Redis remembers, and what nobody has fired since the oldest of them. */
export const pastRuns = ({ entry, missed }: EntryView, history: readonly CronPush[]): readonly PastRun[] => {
  const pushed = history.flatMap(({ jid, at }) => (at ? [pushOf(entry, jid, at)] : []));
  const sinceMs = Math.min(...pushed.map(({ at }) => at.getTime()), Date.now() - 7 * 86_400_000);
  const not = missed.filter(({ at }) => at.getTime() >= sinceMs);
  return [...pushed, ...not.map(({ at }) => ({ at, kind: "missed" as const }))]
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())
    .slice(-MOST_PAST);
};

/** Only of the last run more is kept than that it was pushed. */
const pushOf = ({ lastRun }: CronEntry, jid: string, at: Date): PastRun => {
  if (lastRun?.jid !== jid) return { at, kind: "pushed" };
  const { state, pushedAt, endedAt } = lastRun;
  const ms = endedAt && endedAt.getTime() - pushedAt.getTime();
  if (state === "running") return { at, kind: "running" };
  return { at, kind: state === "done" ? "done" : "failed", ms };
};
