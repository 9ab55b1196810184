/** Which errors there are, each once: how many jobs failed by it, where those are now, and since when. */
import type { ErrorGroup, ErrorReport } from "@tsq/core/api";
import type { SeenErrors } from "../readings/counted.ts";
import { cut, html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf, withQuery } from "../html/path.ts";
import { ask } from "../layout/action.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import type { IconName } from "../layout/icons.ts";
import { className, soft } from "../layout/names.ts";
import { allHidden, choice, empty, roleNote } from "../layout/parts.ts";
import { table } from "../layout/table.ts";
import type { Column } from "../layout/table.ts";
import { isNarrowed, narrowForm } from "./narrow.ts";
import type { NarrowView } from "../request/list-query.ts";

/** What the page is made of. */
export interface ErrorsView {
  /** Undefined while it is being read. */
  readonly report: SeenErrors | undefined;
  readonly narrow: NarrowView;
  readonly order: "most" | "newest";
  /** How many more could be looked at; undefined where it is that many. */
  readonly more: number | undefined;
}

const MOST_SHOWN = 100;
const LONGEST_MESSAGE = 300;
const NEW_MS = 86_400_000;
const EVERY_SECONDS = 2;

const isNew = ({ firstAt }: ErrorGroup, nowMs: number): boolean =>
  firstAt !== undefined && nowMs - firstAt.getTime() < NEW_MS;

/** `/errors` */
export const errorsPage = (view: ErrorsView, frame: Frame): Page => {
  const { words, nowMs } = frame;
  const title = words.say("nav.errors");
  const { report, narrow } = view;
  const form = narrowForm(narrow, frame);
  if (!report) {
    const heading = words.say("errors.reading");
    return {
      title,
      heading,
      refreshSeconds: EVERY_SECONDS,
      body: html`${form}<div id="errors" data-live></div>`,
    };
  }
  const { groups } = report;
  if (groups.length === 0 && !isNarrowed(narrow)) {
    // Of a filter it would tell what is hidden.
    if (report.isHiding) return hidingPage(report, form, frame);
    const none = words.say("errors.none");
    return {
      title,
      heading: none,
      lead: lookedAt(report, frame),
      body: html`<div id="errors" data-live>${empty("ok", "ok", none, words.say("errors.none_why"))}</div>`,
    };
  }
  const fresh = groups.filter((group) => isNew(group, nowMs)).length;
  const heading =
    fresh > 0
      ? words.say("errors.heading_new", { count: groups.length, fresh })
      : words.say("errors.heading", { count: groups.length });
  return {
    title,
    heading,
    lead: words.say("errors.lead"),
    aside: choice(frame, words.say("table.order"), [
      [words.say("errors.most"), at(view, undefined), view.order === "most"],
      [words.say("errors.newest"), at(view, "newest"), view.order === "newest"],
    ]),
    body: html`${roleNote(frame)}${form}<section class="panel" id="errors" data-live>${groups.length > 0 ? table(columnsOf(frame), shownGroups(view.order, groups), ({ id }) => idOf("e", id)) : html`<p class="pad dim">${words.say(report.isComplete ? "audit.none_found" : "narrow.none_so_far")}</p>`}<div class="pager"><span>${lookedAt(report, frame)}</span>${moreLink(view, report, frame)}</div></section>`,
  };
};

/** Something fails, and that is all that may be said of it. */
const hidingPage = (report: SeenErrors, form: Html, frame: Frame): Page => {
  const { words } = frame;
  const heading = words.say("errors.heading", { count: 0 });
  return {
    title: words.say("nav.errors"),
    heading,
    lead: lookedAt(report, frame),
    body: html`${form}<div id="errors" data-live>${allHidden(frame, heading)}</div>`,
  };
};

const at = ({ narrow }: ErrorsView, order: string | undefined): string =>
  withQuery("/errors", { q: narrow.text || undefined, order });

/** Those that the page lists, in its order. */
const shownGroups = (order: ErrorsView["order"], groups: readonly ErrorGroup[]): readonly ErrorGroup[] => {
  const sorted =
    order === "newest"
      ? groups.toSorted((one, other) => (other.firstAt?.getTime() ?? 0) - (one.firstAt?.getTime() ?? 0))
      : groups;
  return sorted.slice(0, MOST_SHOWN);
};

const lookedAt = ({ looked, total, isComplete }: ErrorReport, { words }: Frame): Html =>
  isComplete ? words.say("narrow.whole", { total }) : words.say("errors.looked", { looked, total });

const moreLink = (
  { narrow, order, more }: ErrorsView,
  { isComplete }: ErrorReport,
  { words, to }: Frame,
): Html =>
  isComplete || more === undefined
    ? NOTHING
    : html`<a class="btn s" href="${to(withQuery("/errors", { q: narrow.text || undefined, order, most: more }))}">${words.say("narrow.read_on")}</a>`;

const columnsOf = (frame: Frame): readonly Column<ErrorGroup>[] => {
  const { words, nowMs } = frame;
  return [
    { head: words.say("facet.error"), kind: "wide full", cell: (group) => what(group, frame) },
    { head: words.say("errors.jobs"), kind: "num", cell: ({ count }) => html`<b>${words.number(count)}</b>` },
    { head: words.say("errors.now"), kind: "one", cell: (group) => where(group, frame) },
    {
      head: words.say("errors.first"),
      kind: "num",
      cell: ({ firstAt }) => (firstAt ? words.time(firstAt, nowMs) : "–"),
    },
    {
      head: words.say("errors.last"),
      kind: "num",
      cell: ({ lastAt }) => (lastAt ? words.time(lastAt, nowMs) : "–"),
    },
    {
      head: words.say("table.actions"),
      kind: "num full",
      isUnnamed: true,
      cell: (group) => actions(group, frame),
    },
  ];
};

/** Of a name in what a button says of itself to who does not see it. */
const LONGEST_NAME = 100;

const filterOf = ({ id }: ErrorGroup) => ({ q: `group:${id}` });

/** The set that most of them are in. */
const homeOf = ({ dead, retries }: ErrorGroup): string => (dead >= retries ? "/morgue" : "/retries");

const what = (group: ErrorGroup, frame: Frame): Html => {
  const { words, to, nowMs } = frame;
  const { error, message, class: of, deploy } = group;
  const label = deploy
    ? words.say("errors.since_deploy", { label: html`<bdi>${cut(deploy.label, 40)}</bdi>` })
    : words.say("errors.new");
  const isTagged = isNew(group, nowMs) || deploy !== undefined;
  return html`<a href="${to(withQuery(homeOf(group), filterOf(group)))}"><b><bdi>${error === "" ? words.say("errors.unnamed") : soft(error)}</bdi></b></a>${isTagged && html` <span class="tag s-dead">${label}</span>`}<span class="m">${cut(message, LONGEST_MESSAGE)}</span>${of !== "" && className(of)}`;
};

const where = (group: ErrorGroup, frame: Frame): Html => {
  const { words, to } = frame;
  const link = (
    path: string,
    shape: IconName,
    tone: string,
    count: number,
    key: "nav.retries" | "nav.dead",
  ) =>
    count > 0 &&
    html`<a class="state s-${tone}" href="${to(withQuery(path, filterOf(group)))}" aria-label="${words.say("errors.in", { count, set: words.say(key) })}">${icon(shape)}<span>${words.number(count)}</span></a> `;
  return html`${link("/retries", "retry", "retry", group.retries, "nav.retries")}${link("/morgue", "dead", "dead", group.dead, "nav.dead")}`;
};

const actions = (group: ErrorGroup, frame: Frame): Html => {
  const home = homeOf(group);
  const describe = frame.words.say("errors.retry_of", {
    error: cut(group.error, LONGEST_NAME),
    class: cut(group.class, LONGEST_NAME),
  });
  return html`<div class="acts">${ask(frame, "set.retry", frame.words.say("verb.retry_all"), withQuery(`${home}/all/retry`, filterOf(group)), { look: "s", describe })}</div>`;
};
