/** The retry set, the scheduled set and the dead set: one page for all three. */
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { share } from "../charts/share.ts";
import { idOf } from "../html/path.ts";
import { ask, postForm, reason } from "../layout/action.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import type { IconName } from "../layout/icons.ts";
import { className, name } from "../layout/names.ts";
import { pager } from "../layout/pager.ts";
import type { Paging } from "../layout/pager.ts";
import { empty, errorCell, jobCell, queueAndTags, roleNote } from "../layout/parts.ts";
import type { ErrorView, JobView } from "../layout/parts.ts";
import { table, tick, tickAll } from "../layout/table.ts";
import type { Column } from "../layout/table.ts";
import type { Action } from "../security/roles.ts";
import type { WordKey } from "../words/words.ts";

/** An entry of the set. */
export interface EntryView extends JobView {
  /** `<score>-<jid>`, as links and forms name it. */
  readonly key: string;
  readonly at: Date | undefined;
  readonly error: ErrorView | undefined;
  /** How often it has failed; undefined before the first time. */
  readonly failures: number | undefined;
}

/** Values of one kind that the set's jobs have, with their counts. */
export interface FacetView {
  readonly kind: "class" | "queue" | "error" | "tag";
  readonly values: readonly {
    readonly value: string;
    readonly count: number;
    /** The page with this filter, or without it where it is on. */
    readonly path: string;
    readonly isOn: boolean;
  }[];
}

/** The box that narrows the list. */
export interface FilterView {
  /** Of the field: `substr` as in Sidekiq::Web, or `q`. */
  readonly field: string;
  readonly text: string;
  /** How many of the set it means, as far as was looked. */
  readonly found: number;
  /** Of how many; undefined where the look ended before the whole set, and nobody knows. */
  readonly looked: number | undefined;
  /** What is wrong with the text. */
  readonly problem?: string | undefined;
}

/** What the page is made of. */
export interface SetView {
  readonly set: "retry" | "schedule" | "dead";
  readonly size: number;
  readonly entries: readonly EntryView[];
  readonly paging: Paging;
  readonly filter?: FilterView | undefined;
  readonly facets?: { readonly list: readonly FacetView[]; readonly looked: number } | undefined;
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
    const body = empty("ok", "ok", words.say(kind.none), words.say(kind.why));
    return { title, heading: words.say(kind.none), body };
  }
  const { filter } = view;
  const isNarrow = filter !== undefined && filter.text !== "";
  return {
    title,
    heading: isNarrow
      ? words.say("set.found", { count: filter.found, text: html`<bdi>${filter.text.slice(0, 80)}</bdi>` })
      : words.say(kind.heading, { count: view.size }),
    lead: isNarrow ? lookedAt(filter, view.size, frame) : words.say(kind.lead),
    body: html`${roleNote(frame)}${filter && filterForm(filter, kind, frame)}${view.facets ? html`<div class="grid g-facets">${facets(view, frame)}<div class="stack">${list(view, frame)}</div></div>` : list(view, frame)}`,
  };
};

const lookedAt = ({ looked }: FilterView, total: number, { words }: Frame): Html =>
  looked === undefined ? words.say("set.stopped", { total }) : words.say("set.looked", { n: looked, total });

const filterForm = (filter: FilterView, kind: Kind, { words, to }: Frame): Html =>
  html`<form class="chips" action="${to(kind.path)}"><label class="find">${icon("find")}<span class="vh">${words.say("verb.filter")}</span><input type="search" name="${filter.field}" value="${filter.text}" placeholder="${words.say("set.filter_hint")}" autocomplete="off"></label><button class="btn">${words.say("verb.filter")}</button>${filter.text !== "" && html`<a class="link" href="${to(kind.path)}">${words.say("verb.filter_clear")}</a>`}</form>${filter.problem !== undefined && html`<p class="flash s-retry" role="alert">${icon("err")}<span>${filter.problem}</span></p>`}`;

const facets = ({ facets: found, size, set }: SetView, { words, to }: Frame): Html => {
  if (!found) return NOTHING;
  const { tone } = SET_KINDS[set];
  const lists = found.list
    .filter(({ values }) => values.length > 0)
    .map(
      ({ kind, values }) =>
        html`<h3>${words.say(`facet.${kind}`)}</h3><ul>${values.map(
          ({ value, count, path, isOn }) =>
            html`<li><a href="${to(path)}"${isOn && html` aria-current="true"`}>${kind === "class" ? className(value) : html`<b>${name(value)}</b>`}<span class="n">${words.number(count)}</span>${share(count / Math.max(1, found.looked), tone)}</a></li>`,
        )}</ul>`,
    );
  const note =
    found.looked < size &&
    html`<p class="dim"><small>${words.say("set.counted_on", { n: found.looked, total: size })}</small></p>`;
  return html`<details class="facets" id="facets"><summary class="btn">${icon("find")} ${words.say("verb.filter")}</summary><div>${lists}${note}</div></details>`;
};

const list = (view: SetView, frame: Frame): Html => {
  const { words } = frame;
  const kind = SET_KINDS[view.set];
  if (view.entries.length === 0) {
    return html`<section class="panel"><p class="pad dim">${words.say("set.none_here")}</p></section>`;
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

/** All of the set, whatever the page shows of it: absent while a filter shows less. */
const allButtons = ({ size, filter }: SetView, { verbs, path }: Kind, frame: Frame): Html => {
  if (filter && filter.text !== "") return NOTHING;
  const action = (verb: Verb): Action => `set.${verb}`;
  return html`<div class="all"><span class="dim">${frame.words.say("verb.all", { n: size })}</span>${verbs.map((verb) => ask(frame, action(verb), frame.words.say(ALL[verb]), `${path}/all/${verb}`, { look: lookOf(verb) }))}</div>`;
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
