/** All entries of the cron schedule: what fires next, and what needs a look. */
import { allHidden, ask, empty, html, idOf, name, pager, roleNote, table } from "@tsq/web";
import type { Column, Frame, Html, Page } from "@tsq/web";
import { barsOf, buttonsOf, classOf, notesOf, scheduleOf, stateWord } from "./entry-parts.ts";
import { segmentsOf } from "./cron-verbs.ts";
import type { Verb } from "./cron-verbs.ts";
import { canEnable, entryPath, listPath, needsLook } from "./entry-view.ts";
import type { EntryView, PastRun } from "./entry-view.ts";
import type { Allowed } from "./schedule-door.ts";
import { stripOf } from "./strip-of.ts";

/** An entry in a row. */
export interface EntryRow {
  readonly view: EntryView;
  readonly runs: readonly PastRun[];
}

export interface ListView {
  /** All of them. */
  readonly views: readonly EntryView[];
  /** Those of this page. */
  readonly rows: readonly EntryRow[];
  readonly may: Allowed;
  readonly paging: Parameters<typeof pager>[1];
  /** Whose they are; all where it is left out. */
  readonly namespace: string | undefined;
  /** Whether there are some at all, also of which nothing may be said. */
  readonly isEmpty: boolean;
  /** Whether there are some, and whoever looks may look at none of them. */
  readonly isHiding: boolean;
}

/** `/cron` */
export const listPage = (view: ListView, frame: Frame): Page => {
  const { views, rows, may, paging } = view;
  const { words } = frame;
  const title = words.say("nav.cron");
  if (views.length === 0) return nonePage(view, frame);
  const look = views.filter(needsLook).length;
  return {
    title,
    heading:
      look > 0
        ? words.say("cron.look", { count: look, total: views.length })
        : words.say("cron.fine", { count: views.length }),
    lead: words.say("cron.lead"),
    aside: html`<div class="acts">${allButtons(view, frame)}</div>`,
    body: html`${roleNote(frame)}${stripOf(views, frame)}<section class="panel" id="cron" data-live data-list>${table(columnsOf(may, frame), rows, ({ view }) => idOf("cron", view.entry.key))}${(paging.previous ?? paging.next) && pager(frame, paging)}</section>`,
  };
};

/** That there is none is said only where there is none. */
const nonePage = ({ isEmpty, isHiding }: ListView, frame: Frame): Page => {
  const { words } = frame;
  const title = words.say("nav.cron");
  if (!isEmpty) {
    const heading = words.say("cron.fine", { count: 0 });
    return {
      title,
      heading,
      body: isHiding ? allHidden(frame, heading) : html`<p class="dim">${words.say("audit.none_found")}</p>`,
    };
  }
  const command = html`<code>tsq cron load config/schedule.yml</code>`;
  const why = words.say("cron.none_why", { command });
  return { title, heading: words.say("cron.none"), body: empty("ok", "tab", words.say("cron.none"), why) };
};

/** What can be done to all, each behind a question. */
const allButtons = ({ views, namespace }: ListView, frame: Frame): Html => {
  const isSomeOn = views.some(({ entry }) => entry.status === "enabled");
  const isSomeOff = views.some(({ entry }) => canEnable(entry));
  const own = namespace === undefined ? "/cron/__all__" : `${listPath(namespace)}/all`;
  const button = (verb: Verb, look: string) =>
    ask(
      frame,
      `cron.${verb}_all`,
      frame.words.say(`cron.${verb}_all`),
      `${own}/${segmentsOf(verb).at(-1) ?? verb}`,
      {
        look,
      },
    );
  return html`${button("run", "")}${isSomeOff && button("enable", "")}${isSomeOn && button("disable", "")}${button("delete", "bad")}`;
};

const columnsOf = (may: Allowed, frame: Frame): readonly Column<EntryRow>[] => {
  const { words, to, nowMs } = frame;
  const moment = (at: Date | undefined) => (at ? words.time(at, nowMs) : html`<span class="dim">–</span>`);
  return [
    {
      head: words.say("cron.entry"),
      kind: "wide full",
      cell: ({ view }) =>
        html`<a href="${to(entryPath(view.entry))}"><b>${name(view.entry.name)}</b></a>${namespaceOf(view)} ${stateWord(view, frame)}<br>${classOf(view)}${notesOf(view, frame).map((note) => html`<br><small>${note}</small>`)}`,
    },
    { head: words.say("cron.schedule"), kind: "full said", cell: ({ view }) => scheduleOf(view) },
    { head: words.say("cron.last_runs"), cell: ({ runs }) => barsOf(runs, frame) },
    { head: words.say("cron.last"), kind: "num", cell: ({ view }) => moment(view.entry.lastEnqueuedAt) },
    { head: words.say("cron.next"), kind: "num", cell: ({ view }) => moment(view.next) },
    {
      head: words.say("table.actions"),
      kind: "full",
      isUnnamed: true,
      cell: ({ view }) => html`<div class="acts">${buttonsOf(view, may, frame, "s")}</div>`,
    },
  ];
};

const namespaceOf = ({ entry: { namespace } }: EntryView): Html =>
  namespace === "" || namespace === "default" ? html`` : html` <span class="tag">${name(namespace)}</span>`;
