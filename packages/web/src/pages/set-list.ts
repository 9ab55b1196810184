/** The list of a set: all that can be done to all of it, to those that are ticked, and to each row. */
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf, path, withQuery } from "../html/path.ts";
import { ask, postForm, reason } from "../layout/action.ts";
import type { Frame } from "../layout/frame.ts";
import { pager } from "../layout/pager.ts";
import { errorCell, jobCell, queueAndTags, when, whenDue } from "../layout/parts.ts";
import { rowActions } from "../layout/row-actions.ts";
import type { RowAction } from "../layout/row-actions.ts";
import { rowName, table, tick, tickAll } from "../layout/table.ts";
import type { Column } from "../layout/table.ts";
import type { Action } from "../security/roles.ts";
import { filterOf, matchingOf } from "./narrow.ts";
import { SET_KINDS } from "./set-view.ts";
import type { EntryView, ListVerb, SetLook, SetView } from "./set-view.ts";

const ALL = {
  retry: "verb.retry_all",
  add_to_queue: "verb.add_to_queue_all",
  kill: "verb.kill_all",
  delete: "verb.delete_all",
  reschedule: "verb.reschedule_all",
  move: "bulk.move_ask",
} as const;
const ASKED = { kill: "verb.kill_ask", delete: "verb.delete_ask" } as const;

const isBad = (verb: string): verb is keyof typeof ASKED => Object.hasOwn(ASKED, verb);

const lookOf = (verb: string): string => (isBad(verb) ? "s bad" : "s");

/** The rows, with what can be done to them. */
export const setList = (view: SetView, frame: Frame): Html => {
  const { words } = frame;
  const kind = SET_KINDS[view.set];
  const { paging } = view;
  if (view.entries.length === 0) {
    const isNone = paging.next === undefined || isCountedNone(view.facets);
    const none = words.say(isNone ? "set.none_here" : "narrow.none_so_far");
    // What is to be done to all need not be shown first.
    const all = !isNone && html`<div class="over">${allButtons(view, kind, frame)}</div>`;
    const rest = isNone
      ? { ...paging, next: undefined, looked: view.facets?.looked ?? paging.looked }
      : paging;
    return html`<section class="panel" id="rows" data-live>${all}<p class="pad dim">${none}</p>${pager(frame, rest)}</section>`;
  }
  const leadsOn = [paging.previous, paging.next, paging.first].some((to) => to !== undefined);
  const above = html`<div class="over">${allButtons(view, kind, frame)}${leadsOn && pager(frame, paging)}</div>`;
  const body = html`${above}${tools(kind, frame)}${table(columnsOf(view, frame), view.entries, ({ key }) => idOf("j", key))}${pager(frame, paging)}`;
  return html`<section class="panel" id="rows" data-live data-list>${postForm(frame, kind.path, {}, body)}</section>`;
};

/** Whether all were counted, and none is meant. */
const isCountedNone = (facets: SetView["facets"]): boolean =>
  facets !== undefined && facets.count === 0 && facets.looked >= facets.total;

const ableOf = ({ verbs, targets }: SetLook, { may }: Frame) =>
  inOrder(verbs, targets).filter((verb) => may(`job.${verb}`));

/** For those that are ticked. A target is asked for on a page of its own. */
const tools = (kind: SetLook, frame: Frame): Html => {
  const { words } = frame;
  const able = ableOf(kind, frame);
  // Where nothing can be done to what is ticked, nothing can be ticked.
  if (able.length === 0) return html`<div class="tools"><small>${reason(frame, "job.delete")}</small></div>`;
  return html`<div class="tools"><b data-selected>${words.say("client.none_ticked")}</b>${able.map((verb) => html`<button class="btn ${lookOf(verb)}" name="${verb}" value="1" data-needs>${words.say(verb === "move" || verb === "reschedule" ? `verb.${verb}_ask` : `verb.${verb}`)}</button>`)}</div>`;
};

/** What destroys stands last. */
const inOrder = (verbs: SetLook["verbs"], targets: SetLook["targets"]) => [
  ...verbs.filter((verb) => !isBad(verb)),
  ...targets,
  ...verbs.filter((verb) => isBad(verb)),
];

/** All of the set, or all that its filter means; absent for a text that is looked for anywhere. */
const allButtons = (
  { size, narrow, facets }: SetView,
  { verbs, targets, path: list }: SetLook,
  frame: Frame,
): Html => {
  const { words } = frame;
  const filter = filterOf(narrow);
  if (filter === undefined) return NOTHING;
  const links = inOrder(verbs, targets).map((verb) => {
    const action: Action = `set.${verb}`;
    const to = withQuery(`${list}/all/${verb}`, { q: filter || undefined });
    return ask(frame, action, words.say(ALL[verb]), to, { look: lookOf(verb) });
  });
  const many = filter === "" ? words.say("verb.all", { n: size }) : matchingOf(facets, words);
  return html`<div class="all"><span class="dim">${many}</span>${links}</div>`;
};

const columnsOf = ({ set }: SetView, frame: Frame): readonly Column<EntryView>[] => {
  const { words } = frame;
  const kind = SET_KINDS[set];
  const moment = set === "dead" ? when : whenDue;
  const error: Column<EntryView> = {
    head: words.say("facet.error"),
    kind: "wide full err",
    cell: (entry) => entry.error && errorCell(entry.error),
  };
  const ticks: Column<EntryView> = {
    head: tickAll(words.say("table.all")),
    kind: "tick",
    cell: (entry) =>
      entry.hidden === undefined && tick(entry.key, words.say("table.select", { name: nameOf(entry) })),
  };
  return [
    ...(ableOf(kind, frame).length > 0 ? [ticks] : []),
    {
      head: words.say("job.job"),
      kind: "wide full",
      cell: (entry) =>
        html`${jobCell(frame, entry)}${entry.hidden === undefined && rowActions(frame, nameOf(entry), actionsOf(entry, kind, frame))}`,
    },
    ...(set === "schedule" ? [] : [error]),
    { head: words.say("job.queue_tags"), kind: "tags", cell: (entry) => queueAndTags(frame, entry) },
    {
      head: words.say(kind.when),
      kind: "num",
      cell: ({ at, failures }) =>
        html`${at ? moment(frame, at) : "–"}${failures !== undefined && html`<br><small>${words.say("job.failures", { count: failures })}</small>`}`,
    },
  ];
};

const nameOf = ({ class: of, key }: EntryView): string => rowName(of, key);

/** What is no job can only be moved away. */
const actionsOf = (entry: EntryView, kind: SetLook, frame: Frame): readonly RowAction[] =>
  kind.verbs
    .filter((verb) => entry.class !== undefined || isBad(verb))
    .map((verb) => actionOf(verb, entry, kind, frame));

/** What can be done to one at once, or after a question. */
const actionOf = (
  verb: ListVerb,
  { key }: EntryView,
  { path: list }: SetLook,
  { words }: Frame,
): RowAction => {
  const own = list + path`/${key}`;
  const said = words.say(`verb.${verb}`);
  return isBad(verb)
    ? {
        action: `job.${verb}`,
        label: words.say(ASKED[verb]),
        verb: said,
        asks: `${own}/${verb}`,
        isBad: true,
      }
    : { action: `job.${verb}`, label: said, verb: said, posts: own, field: verb };
};
