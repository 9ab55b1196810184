/** What `tsq top` shows, without a Redis: states with pictures of jobs in them, and keys pressed one after the other. */
import { JobRecord } from "@tsq/core/api";
import type { JobPlace } from "@tsq/core/api";
import { payloadOf } from "./failed-jobs.ts";
import type { FailedJob } from "./failed-jobs.ts";
import { columnsOf, firstState, frame, jobRow, onKey, plainText, withPicture } from "./inside-tsq.ts";
import type { Picture, Place, Row, TopState } from "./inside-tsq.ts";

export const TOTALS = {
  processed: 1_234_567,
  failed: 56,
  busy: 3,
  enqueued: 40,
  retries: 100_000,
  scheduled: 4,
  dead: 62,
};

export const NOW_MS = Date.UTC(2030, 0, 31, 8, 30);

type SetName = "retry" | "dead" | "scheduled";

/** A row of a set; its payload may be anything. */
export const rowOfText = (text: string, n: number, place: SetName = "retry"): Row => {
  const job = new JobRecord(text);
  // An entry of a set is a record with an id; nothing here is moved.
  const entry = Object.assign(job, { id: `${n}-${job.jid ?? "none"}` }) as unknown as Extract<
    JobPlace,
    { place: SetName }
  >["job"];
  return jobRow(place, { place, job: entry }, { job, place, at: new Date(NOW_MS + 60_000) }, NOW_MS);
};

export const rowsOf = (jobs: readonly FailedJob[], place?: SetName): readonly Row[] =>
  jobs.map((job, i) => rowOfText(payloadOf(job), i, place));

const SETS = { retry: "retries", dead: "dead", scheduled: "scheduled" } as const;

export const pictureOfRows = (
  rows: readonly Row[],
  more: Partial<Picture> = {},
  place: SetName = "retry",
): Picture => ({
  of: SETS[place],
  title: "Retries",
  columns: columnsOf(place),
  rows,
  from: 0,
  total: rows.length,
  none: "none in the retry set",
  ...more,
});

/** Where one looks at a list. */
export const looking = (picture: Picture, place: Place = { tab: "retries" }): TopState =>
  withPicture(firstState(place), picture, TOTALS, NOW_MS);

export const LARGE = { columns: 120, rows: 40 };
export const USUAL = { columns: 80, rows: 24 };

export const textsOf = (state: TopState, size = USUAL): readonly string[] =>
  frame(state, size, { redis: "redis://localhost:6379/0", nowMs: NOW_MS }).map((line) =>
    plainText(line).trimEnd(),
  );

/** The keys of a text. */
export const typed = (text: string): readonly string[] => text.split("");

interface Pressed {
  readonly state: TopState;
  readonly effects: readonly object[];
}

/** One key after the other; the effects are those of all. */
export const pressed = (state: TopState, ...keys: readonly string[]): Pressed => {
  let now = state;
  const effects: object[] = [];
  for (const key of keys) {
    const turn = onKey(now, key, USUAL);
    now = turn.state;
    effects.push(...turn.effects);
  }
  return { state: now, effects };
};
