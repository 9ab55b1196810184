/** The retry set, the scheduled set and the dead set: one page for all three. */
import type { BulkWork } from "../bulk/bulk-work.ts";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf, withQuery } from "../html/path.ts";
import { ask, postForm, reason } from "../layout/action.ts";
import type { Frame, Page } from "../layout/frame.ts";
import type { IconName } from "../layout/icons.ts";
import { pager } from "../layout/pager.ts";
import type { Paging } from "../layout/pager.ts";
import { empty, errorCell, jobCell, queueAndTags, roleNote } from "../layout/parts.ts";
import type { ErrorView, JobView } from "../layout/parts.ts";
import { table, tick, tickAll } from "../layout/table.ts";
import type { Column } from "../layout/table.ts";
import type { Action } from "../security/roles.ts";
import type { WordKey } from "../words/words.ts";
import { workNews } from "./bulk-work.ts";
import { facetList, filterOf, isNarrowed, matchingOf, narrowForm } from "./narrow.ts";
import type { FacetsView, NarrowView } from "./narrow.ts";
import { setChart } from "./set-chart.ts";
import type { SetChart } from "./set-chart.ts";

/** An entry of the set. */
export interface EntryView extends JobView {
  /** `<score>-<jid>`, as links and forms name it. */
  readonly key: string;
  readonly at: Date | undefined;
  readonly error: ErrorView | undefined;
  /** How often it has failed; undefined before the first time. */
  readonly failures: number | undefined;
}

/** What the page is made of. */
export interface SetView {
  readonly set: "retry" | "schedule" | "dead";
  readonly size: number;
  readonly entries: readonly EntryView[];
  readonly paging: Paging;
  readonly narrow: NarrowView;
  /** Undefined while they are being counted. */
  readonly facets: FacetsView | undefined;
  readonly chart?: SetChart | undefined;
  /** What is done to many of them, or was just now. */
  readonly works: readonly BulkWork[];
}

interface Kind {
  readonly path: string;
  readonly shape: IconName;
  readonly tone: "retry" | "sched" | "dead";
  readonly title: WordKey;
  readonly heading: WordKey;
  readonly none: WordKey;
  readonly why: WordKey;
  readonly lead: WordKey;
  readonly when: WordKey;
  readonly verbs: readonly Verb[];
}

type Verb = "retry" | "add_to_queue" | "kill" | "delete";

/** What differs from set to set. */
export const SET_KINDS: Readonly<Record<SetView["set"], Kind>> = {
  retry: {
    path: "/retries",
    shape: "retry",
    tone: "retry",
    title: "nav.retries",
    heading: "set.retry",
    none: "set.retry_none",
    why: "set.retry_why",
    lead: "set.retry_lead",
    when: "set.next_try",
    verbs: ["retry", "kill", "delete"],
  },
  schedule: {
    path: "/scheduled",
    shape: "sched",
    tone: "sched",
    title: "nav.scheduled",
    heading: "set.schedule",
    none: "set.schedule_none",
    why: "set.schedule_why",
    lead: "set.schedule_lead",
    when: "set.runs",
    verbs: ["add_to_queue", "delete"],
  },
  dead: {
    path: "/morgue",
    shape: "dead",
    tone: "dead",
    title: "nav.dead",
    heading: "set.dead",
    none: "set.dead_none",
    why: "set.dead_why",
    lead: "set.dead_lead",
    when: "set.died",
    verbs: ["retry", "delete"],
  },
};

const ALL = {
  retry: "verb.retry_all",
  add_to_queue: "verb.add_to_queue_all",
  kill: "verb.kill_all",
  delete: "verb.delete_all",
} as const;
const BAD: readonly Verb[] = ["kill", "delete"];

/** `/retries`, `/scheduled`, `/morgue` */
export const setPage = (view: SetView, frame: Frame): Page => {
  const { words } = frame;
  const kind = SET_KINDS[view.set];
  const title = words.say(kind.title);
  if (view.size === 0) {
    const body = html`${workNews(view.works, frame)}${empty("ok", "ok", words.say(kind.none), words.say(kind.why))}`;
    return { title, heading: words.say(kind.none), body };
  }
  return {
    title,
    ...answer(view, frame),
    body: html`${roleNote(frame)}${workNews(view.works, frame)}${narrowForm(view.narrow, frame)}<div class="grid g-facets">${facetList(view.facets, kind.tone, frame)}<div class="stack">${setChart(view.chart, frame)}${list(view, frame)}</div></div>`,
  };
};

const answer = ({ narrow, size, facets, set }: SetView, { words }: Frame): Pick<Page, "heading" | "lead"> => {
  const kind = SET_KINDS[set];
  if (!isNarrowed(narrow)) {
    return { heading: words.say(kind.heading, { count: size }), lead: words.say(kind.lead) };
  }
  // Of a text that stands anywhere nothing is counted.
  if (!facets || narrow.badges.some(({ isAnywhere }) => isAnywhere)) {
    return { heading: words.say("narrow.matching_unknown"), lead: words.say(kind.lead) };
  }
  const { count, looked, total } = facets;
  return looked < total
    ? {
        heading: words.say("narrow.matching_of", { count, looked }),
        lead: words.say("narrow.part", { looked, total }),
      }
    : { heading: words.say("narrow.matching", { count }), lead: words.say("narrow.whole", { total }) };
};

const list = (view: SetView, frame: Frame): Html => {
  const { words } = frame;
  const kind = SET_KINDS[view.set];
  if (view.entries.length === 0) {
    const none = words.say(view.paging.next === undefined ? "set.none_here" : "narrow.none_so_far");
    return html`<section class="panel" id="rows" data-live><p class="pad dim">${none}</p>${pager(frame, view.paging)}</section>`;
  }
  const body = html`<div class="tools"><b data-selected>${words.say("client.none_ticked")}</b>${buttons(kind, frame)}${allButtons(view, kind, frame)}</div>${table(columnsOf(view, frame), view.entries, ({ key }) => idOf("j", key))}${pager(frame, view.paging)}`;
  return html`<section class="panel" id="rows" data-live data-list>${postForm(frame, kind.path, {}, body)}</section>`;
};

const lookOf = (verb: Verb): string => (BAD.includes(verb) ? "s bad" : "s");

const buttons = ({ verbs }: Kind, frame: Frame): Html => {
  const able = verbs.filter((verb) => frame.may(`job.${verb}`));
  if (able.length === 0) return html`<small>${reason(frame, "job.delete")}</small>`;
  return html`${able.map((verb) => html`<button class="btn ${lookOf(verb)}" name="${verb}" value="1" data-needs>${frame.words.say(`verb.${verb}`)}</button>`)}`;
};

/** All of the set, or all that its filter means; absent for a text that is looked for anywhere. */
const allButtons = ({ size, narrow, facets }: SetView, { verbs, path }: Kind, frame: Frame): Html => {
  const { words } = frame;
  const filter = filterOf(narrow);
  if (filter === undefined) return NOTHING;
  const action = (verb: Verb): Action => `set.${verb}`;
  const links = verbs.map((verb) =>
    ask(
      frame,
      action(verb),
      words.say(ALL[verb]),
      withQuery(`${path}/all/${verb}`, { q: filter || undefined }),
      {
        look: lookOf(verb),
      },
    ),
  );
  const many = filter === "" ? words.say("verb.all", { n: size }) : matchingOf(facets, words);
  return html`<div class="all"><span class="dim">${many}</span>${links}</div>`;
};

const columnsOf = ({ set }: SetView, frame: Frame): readonly Column<EntryView>[] => {
  const { words, nowMs } = frame;
  const error: Column<EntryView> = {
    head: words.say("facet.error"),
    kind: "wide full err",
    cell: (entry) => entry.error && errorCell(entry.error),
  };
  return [
    {
      head: tickAll(words.say("table.all")),
      kind: "tick",
      cell: ({ key, class: of }) => tick(key, words.say("table.select", { name: `${of ?? "?"} ${key}` })),
    },
    { head: words.say("job.job"), kind: "wide full", cell: (entry) => jobCell(frame, entry) },
    ...(set === "schedule" ? [] : [error]),
    { head: words.say("job.queue_tags"), kind: "tags", cell: (entry) => queueAndTags(frame, entry) },
    {
      head: words.say(SET_KINDS[set].when),
      kind: "num",
      cell: ({ at, failures }) =>
        html`${at ? words.time(at, nowMs) : "–"}${failures !== undefined && html`<br><small>${words.say("job.failures", { count: failures })}</small>`}`,
    },
  ];
};
