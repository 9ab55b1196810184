/** Who did what: `/audit`. */
import type { AuditEntry } from "@tsq/core/api";
import { exact, html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf, withQuery } from "../html/path.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { name } from "../layout/names.ts";
import { empty } from "../layout/parts.ts";
import { table } from "../layout/table.ts";
import type { Column } from "../layout/table.ts";
import { ACTIONS, ROLES } from "../security/roles.ts";
import type { WordKey } from "../words/words.ts";

/** What the page is made of. */
export interface AuditView {
  readonly entries: readonly AuditEntry[];
  readonly user: string;
  readonly action: string;
  readonly outcome: string;
  /** Where older ones begin. */
  readonly cursor: string | undefined;
  readonly isFirst: boolean;
  readonly most: number;
  readonly days: number;
}

const OUTCOMES = ["done", "refused", "failed"] as const;

export const auditPage = (view: AuditView, frame: Frame): Page => {
  const { words, to } = frame;
  const { user, action, outcome, most, days } = view;
  const own = withQuery("/audit", {
    user: user || undefined,
    action: action || undefined,
    outcome: outcome || undefined,
  });
  const file = (as: string, key: WordKey) =>
    html`<a class="btn" href="${to(withQuery(own, { as }))}" download>${words.say(key)}</a>`;
  const isNarrow = own !== "/audit";
  const title = words.say("nav.audit");
  if (view.entries.length === 0 && !isNarrow && view.isFirst) {
    const why = most === 0 ? "audit.off" : "audit.none_why";
    const body = empty("idle", "idle", words.say("audit.none"), words.say(why));
    return { title, heading: words.say("audit.heading"), body };
  }
  return {
    title,
    heading: words.say("audit.heading"),
    lead: words.say("audit.lead", { most, days: words.say("dashboard.days", { count: days }) }),
    aside: html`<div class="acts">${file("csv", "audit.csv")}${file("json", "audit.json")}</div>`,
    body: html`${filterForm(view, frame)}${list(view, own, frame)}`,
  };
};

const filterForm = ({ user, action, outcome }: AuditView, { words, to }: Frame): Html => {
  const actions = Object.keys(ACTIONS).filter((one) => isDid(one));
  const option = (value: string, said: Html, now: string) =>
    html`<option value="${exact(value)}"${value === now && html` selected`}>${said}</option>`;
  return html`<form class="chips" action="${to("/audit")}"><label class="find"><span class="vh">${words.say("audit.user")}</span><input type="search" name="user" value="${exact(user)}" placeholder="${words.say("audit.user")}" autocomplete="off"></label><label><span class="vh">${words.say("audit.action")}</span><select name="action">${option("", words.say("audit.all"), action)}${actions.map((one) => option(one, didText(one, words), action))}</select></label><label><span class="vh">${words.say("audit.outcome")}</span><select name="outcome">${option("", words.say("audit.any"), outcome)}${OUTCOMES.map((one) => option(one, words.say(`audit.${one}`), outcome))}</select></label><button class="btn">${words.say("verb.filter")}</button>${(user !== "" || action !== "" || outcome !== "") && html`<a class="link" href="${to("/audit")}">${words.say("verb.filter_clear")}</a>`}</form>`;
};

const list = ({ entries, cursor }: AuditView, own: string, frame: Frame): Html => {
  const { words, nowMs, to } = frame;
  const columns: Column<AuditEntry>[] = [
    { head: words.say("audit.when"), kind: "one", cell: ({ at }) => words.time(at, nowMs) },
    {
      head: words.say("audit.who"),
      cell: ({ user, role }) => html`<b>${name(user)}</b><br><small>${roleOf(role, frame)}</small>`,
    },
    { head: words.say("audit.did"), kind: "full", cell: (entry) => did(entry, frame) },
    { head: words.say("audit.count"), kind: "num", cell: ({ count }) => words.number(count) },
    {
      head: words.say("audit.why"),
      kind: "full",
      cell: ({ reason, note }) =>
        html`${reason !== "" && html`<bdi>${reason}</bdi>`}${note !== "" && html` <small><bdi>${note}</bdi></small>`}`,
    },
  ];
  const older =
    cursor !== undefined &&
    html`<div class="pager"><span></span><a class="btn s" href="${to(withQuery(own, { after: cursor }))}" rel="next">${words.say("audit.older")}</a></div>`;
  const body =
    entries.length > 0
      ? html`${table(columns, entries, ({ id }) => idOf("a", id))}${older}`
      : html`<p class="pad dim">${words.say("audit.none_found")}</p>${older}`;
  return html`<section class="panel" id="audit" data-live data-list>${body}</section>`;
};

/** Roles of an older trail may be others. */
const roleOf = (role: string, { words }: Frame): Html => {
  const known = ROLES.find((one) => one === role);
  return known ? words.say(`role.${known}`) : name(role);
};

const did = ({ action, outcome, subject }: AuditEntry, { words }: Frame): Html => {
  const said = saidOf(action, words);
  const mark =
    outcome !== "done" &&
    html`<span class="state s-${outcome === "refused" ? "retry" : "dead"}">${words.say(`audit.${outcome}`)}</span> `;
  return html`${mark}${said} ${name(subject)}`;
};

/** A step of work that goes on is that work, and which step. */
const saidOf = (action: string, words: Frame["words"]): Html => {
  const [, of = "", step] = /^(.+)\.(begin|end)$/.exec(action) ?? [];
  if (!isDid(of)) return html`<b>${didText(action, words)}</b>`;
  return html`<b>${didText(of, words)}</b> <small>${words.say(step === "begin" ? "bulk.started" : "bulk.ended")}</small>`;
};

type Did = Exclude<keyof typeof ACTIONS, "look" | "audit">;

const isDid = (action: string): action is Did =>
  Object.hasOwn(ACTIONS, action) && action !== "look" && action !== "audit";

const didText = (action: string, words: Frame["words"]): Html =>
  isDid(action) ? words.say(`did.${action}`) : name(action);
