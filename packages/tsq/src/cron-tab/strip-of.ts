/** What fires in the next 24 hours, as lanes: a few by themselves, the rest together. */
import { CATEGORIES, dayStrip, html, name } from "@tsq/web";
import type { Frame, Html, Lane } from "@tsq/web";
import type { EntryView } from "./entry-view.ts";
import { DAY_MS, MOST_TICKS } from "./ticks.ts";

// Of all entries together: each is a stroke of the picture.
const BUDGET = 4_000;

interface Due {
  readonly view: EntryView;
  /** As shares of the day. */
  readonly at: readonly number[];
  readonly isDense: boolean;
}

/** The panel. */
export const stripOf = (views: readonly EntryView[], frame: Frame): Html => {
  const { words, nowMs } = frame;
  const due = dueIn(views, nowMs);
  const total = due.reduce((sum, { at }) => sum + at.length, 0);
  const isMore = due.some(({ isDense }) => isDense);
  const said = words.say(isMore ? "cron.runs_many" : "cron.runs", {
    n: total,
    count: total,
    zone: words.zone.name,
  });
  const title = words.say("cron.day");
  const ticks = [6, 12, 18, 24].map((hours) => words.clock(new Date(nowMs + (hours / 24) * DAY_MS)));
  const body =
    due.length === 0
      ? html`<p class="pad dim">${words.say("cron.nothing_due")}</p>`
      : dayStrip({
          words,
          label: html`${title}: ${said}`,
          lanes: lanesOf(due, frame),
          xTicks: [words.say("client.now"), ...ticks],
        });
  return html`<section class="panel" id="cron-day" data-live><header><h2>${title}</h2><small>${said}</small></header>${body}</section>`;
};

const dueIn = (views: readonly EntryView[], nowMs: number): readonly Due[] => {
  let left = BUDGET;
  return views
    .flatMap((view): readonly Due[] => {
      if (!view.next || left <= 0) return [];
      const { at, isDense } = ticksOf(view, nowMs, Math.min(left, MOST_TICKS));
      left -= at.length + 1;
      return at.length > 0 ? [{ view, at, isDense }] : [];
    })
    .toSorted((one, other) => one.at.length - other.at.length);
};

const ticksOf = ({ reading }: EntryView, nowMs: number, most: number): Omit<Due, "view"> => {
  const at = (reading?.ticks(nowMs) ?? []).slice(0, most + 1).map((ms) => (ms - nowMs) / DAY_MS);
  return { at, isDense: at.length > most };
};

/** What fires seldom is what one looks for; the rest shares a lane. */
const lanesOf = (due: readonly Due[], { words }: Frame): readonly Lane[] => {
  const own = due.slice(0, CATEGORIES.length);
  const others = due.slice(CATEGORIES.length);
  const totalOf = ({ at, isDense }: Omit<Due, "view">) => `${isDense ? "> " : ""}${words.number(at.length)}`;
  const lanes = own.map((one, i): Lane => ({
    name: name(one.view.entry.name),
    tone: CATEGORIES[i] ?? "idle",
    at: one.at,
    isDense: one.isDense,
    total: totalOf(one),
  }));
  if (others.length === 0) return lanes;
  const rest = { at: others.flatMap(({ at }) => at), isDense: others.some(({ isDense }) => isDense) };
  return [...lanes, { name: words.say("cron.others"), tone: "idle", total: totalOf(rest), ...rest }];
};
