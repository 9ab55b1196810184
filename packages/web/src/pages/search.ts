/** What was found, by where it is; how much was looked at for it, and how to read on. */
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf } from "../html/path.ts";
import type { Frame, Page } from "../layout/frame.ts";
import type { IconName } from "../layout/icons.ts";
import type { Tone } from "../charts/svg.ts";
import { name } from "../layout/names.ts";
import { dueTime, empty, errorCell, jobCell, queueAndTags, state } from "../layout/parts.ts";
import type { ErrorView, JobView } from "../layout/parts.ts";
import { table } from "../layout/table.ts";
import { isNarrowed, narrowForm } from "./narrow.ts";
import type { NarrowView } from "../request/list-query.ts";

/** A job that was found. */
export interface FoundJobView extends JobView {
  readonly error: ErrorView | undefined;
  readonly at: Date | undefined;
}

/** What was found in one place. */
export interface FoundView {
  readonly place: "running" | "queue" | "retry" | "schedule" | "dead";
  /** Of one queue; undefined also of those together that nobody has looked at. */
  readonly queue?: string | undefined;
  readonly jobs: readonly FoundJobView[];
  readonly looked: number;
  readonly total: number;
  /** The list with this filter; undefined where it is none. */
  readonly list: string | undefined;
  /** The same from where the look has ended on; undefined where all was looked at. */
  readonly next: string | undefined;
}

/** What the page is made of. */
export interface SearchView {
  readonly narrow: NarrowView;
  readonly found: readonly FoundView[];
}

const STATES = {
  running: ["run", "busy", "search.running"],
  queue: ["wait", "queue", "nav.queues"],
  retry: ["retry", "retry", "nav.retries"],
  schedule: ["sched", "sched", "nav.scheduled"],
  dead: ["dead", "dead", "nav.dead"],
} as const satisfies Readonly<Record<FoundView["place"], readonly [Tone, IconName, string]>>;

/** `/search` */
export const searchPage = (view: SearchView, frame: Frame): Page => {
  const { words } = frame;
  const title = words.say("search.title");
  const form = narrowForm(view.narrow, frame);
  if (!isNarrowed(view.narrow)) {
    return {
      title,
      heading: words.say("search.heading"),
      lead: words.say("search.lead"),
      isLive: false,
      body: form,
    };
  }
  const { found } = view;
  const count = found.reduce((sum, { jobs }) => sum + jobs.length, 0);
  const isWhole = found.every(({ next }) => next === undefined);
  // What was found stands above all that was not.
  const shown = [
    ...found.filter(({ jobs }) => jobs.length > 0),
    ...found.filter(({ jobs, next }) => jobs.length === 0 && next !== undefined),
  ];
  return {
    title,
    heading: headingOf(count, isWhole, frame),
    lead: words.say("search.looked", {
      looked: found.reduce((sum, { looked }) => sum + looked, 0),
      total: found.reduce((sum, { total }) => sum + total, 0),
    }),
    // It costs Redis something, and nobody asked for it again.
    isLive: false,
    body: html`${form}${shown.length > 0 ? shown.map((part) => section(part, frame)) : empty("idle", "find", words.say("search.none"), words.say("search.lead"))}`,
  };
};

const headingOf = (count: number, isWhole: boolean, { words }: Frame): Html => {
  if (count === 0) return words.say(isWhole ? "search.none" : "search.none_so_far");
  return words.say(isWhole ? "search.found_all" : "search.found", { count });
};

const section = (part: FoundView, frame: Frame): Html => {
  const { words, to } = frame;
  const { place, queue, jobs, looked, total, list, next } = part;
  const [tone, shape, word] = STATES[place];
  const named = queue === undefined ? words.say(word) : words.say("search.on_queue", { queue: name(queue) });
  const rest =
    next === undefined
      ? NOTHING
      : html`<a class="btn s" href="${to(next)}">${words.say("narrow.read_on")}</a>`;
  const all =
    list === undefined ? NOTHING : html`<a class="btn s" href="${to(list)}">${words.say("search.see")}</a>`;
  // Of what nobody has looked at nothing is said but that.
  const body =
    jobs.length > 0
      ? listOf(part, frame)
      : looked > 0 &&
        html`<p class="pad dim">${words.say(next === undefined ? "search.nothing_here" : "narrow.none_so_far")}</p>`;
  return html`<section class="panel"><header><h2>${state(tone, shape, named)}</h2><small>${words.say("search.looked", { looked, total })}</small></header>${body}<div class="pager"><span></span>${all}${rest}</div></section>`;
};

const listOf = ({ place, queue, jobs }: FoundView, frame: Frame): Html => {
  const { words, nowMs } = frame;
  const isDue = place === "retry" || place === "schedule";
  const moment = (at: Date): Html => (isDue ? dueTime(frame, at) : words.time(at, nowMs));
  const failure = {
    head: words.say("facet.error"),
    kind: "wide full err",
    cell: ({ error }: FoundJobView) => error && errorCell(error),
  };
  return table(
    [
      { head: words.say("job.job"), kind: "wide full", cell: (job: FoundJobView) => jobCell(frame, job) },
      ...(jobs.some(({ error }) => error) ? [failure] : []),
      {
        head: words.say("job.queue_tags"),
        kind: "tags",
        cell: (job: FoundJobView) => queueAndTags(frame, job),
      },
      {
        head: words.say("chart.time"),
        kind: "num",
        cell: ({ at }: FoundJobView) => (at ? moment(at) : "–"),
      },
    ],
    jobs,
    ({ jid, href }) =>
      idOf(`s${place}${queue ?? ""}`.replaceAll(/\W/g, ""), `${queue ?? ""} ${href ?? jid ?? ""}`),
  );
};
