/** One job: what happened to it, what it failed with, its arguments, and its bytes. */
import type { Tone } from "../charts/svg.ts";
import { cut, html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { prettyJson } from "../html/json-text.ts";
import type { JobRow } from "../frame/job-rows.ts";
import { path } from "../html/path.ts";
import { act, ask } from "../layout/action.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import type { IconName } from "../layout/icons.ts";
import { className, name, soft } from "../layout/names.ts";
import { queueLink, roleNote, state } from "../layout/parts.ts";
import type { EntryView, SetView } from "./set.ts";
import { SET_KINDS } from "./set.ts";

// What is longer is cut: the browser would choke on it.
const LONGEST_RAW = 100_000;
const MOST_FRAMES = 300;
const LONGEST_FRAME = 500;
const LIBRARY = /node_modules|\/gems\/|\/rubygems\/|\(\d[\w.]*\) lib\/|^node:|\/lib\/ruby\//;

/** What the page is made of. */
export interface EntryPageView {
  readonly set: SetView["set"];
  readonly entry: EntryView;
  readonly createdAt: Date | undefined;
  readonly enqueuedAt: Date | undefined;
  readonly failedAt: Date | undefined;
  readonly retriedAt: Date | undefined;
  readonly backtrace: readonly string[];
  /** The payload as it lies in Redis, masked if anything of it is. */
  readonly text: string;
  readonly sizeBytes: number;
  readonly isMasked: boolean;
  /** Further fields of the payload, as text. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Rows that the host of the dashboard adds. */
  readonly rows?: readonly JobRow[] | undefined;
}

/** `/retries/:key`, `/scheduled/:key`, `/morgue/:key` */
export const entryPage = (view: EntryPageView, frame: Frame): Page => {
  const { entry, set } = view;
  const { words, to } = frame;
  const kind = SET_KINDS[set];
  const own = `${kind.path}${path`/${entry.key}`}`;
  const shown = entry.class === undefined ? words.say("job.malformed") : className(entry.class);
  const buttons = kind.verbs.map((verb, i) =>
    verb === "retry" || verb === "add_to_queue"
      ? act(
          frame,
          `job.${verb}`,
          html`${icon("retry")} ${words.say(verb === "retry" ? "verb.retry_now" : "verb.add_to_queue")}`,
          own,
          { [verb]: "1" },
          { look: i === 0 ? "main" : "" },
        )
      : ask(frame, `job.${verb}`, words.say(`verb.${verb}_ask`), `${own}/${verb}`),
  );
  return {
    title: entry.class ?? words.say("job.malformed"),
    crumb: html`<a href="${to(kind.path)}">${words.say(kind.title)}</a> / <code>${name(entry.jid ?? entry.key)}</code>`,
    heading: html`${shown} ${state(kind.tone, kind.shape, words.say(kind.title))}`,
    aside: html`<div class="acts">${buttons}</div>`,
    here: kind.path,
    body: html`${roleNote(frame)}<div class="grid g-side"><div class="stack">${failure(view, frame)}${argumentList(view, frame)}${payload(view, frame)}</div><div class="stack">${timeline(view, frame)}${factList(view, frame)}</div></div>`,
  };
};

const failure = ({ entry, backtrace }: EntryPageView, { words }: Frame): Html => {
  const { error } = entry;
  if (!error) return NOTHING;
  const frames =
    backtrace.length > 0
      ? html`<ol class="trace">${groups(backtrace.slice(0, MOST_FRAMES)).map(([isOwn, lines]) => framesOf(isOwn, lines, words))}</ol>`
      : NOTHING;
  return html`<section class="panel"><header><h2><bdi>${soft(error.class)}</bdi></h2></header><p class="msg">${cut(error.message, 5_000)}</p>${frames}</section>`;
};

/** Lines of one's own stand open; those of libraries are folded. */
const framesOf = (isOwn: boolean, lines: readonly string[], words: Frame["words"]): Html =>
  isOwn
    ? html`${lines.map((line) => html`<li class="app">${cut(line, LONGEST_FRAME)}</li>`)}`
    : html`<li><details><summary>${words.say("job.library_frames", { count: lines.length })}</summary><ol>${lines.map((line) => html`<li>${cut(line, LONGEST_FRAME)}</li>`)}</ol></details></li>`;

const groups = (lines: readonly string[]): (readonly [isOwn: boolean, lines: string[]])[] => {
  const found: [boolean, string[]][] = [];
  for (const line of lines) {
    const isOwn = !LIBRARY.test(line);
    const last = found.at(-1);
    if (last?.[0] === isOwn) last[1].push(line);
    else found.push([isOwn, [line]]);
  }
  return found;
};

const argumentList = ({ entry }: EntryPageView, { words }: Frame): Html => {
  const { args } = entry;
  const rows = args.map(
    (arg, i) =>
      html`<li><span class="dim num">${i + 1}</span><small>${words.say(typeOf(arg))}</small><code>${prettyJson(arg)}</code></li>`,
  );
  return html`<section class="panel"><header><h2>${words.say("job.arguments")}</h2><small>${words.say("job.argument_count", { count: args.length })}</small></header>${args.length > 0 && html`<ol class="argv json">${rows}</ol>`}</section>`;
};

const typeOf = (value: unknown) => {
  if (typeof value === "string") return value.startsWith("gid://") ? "type.global_id" : "type.text";
  if (typeof value === "bigint") return "type.big_integer";
  if (typeof value === "number") return Number.isInteger(value) ? "type.integer" : "type.decimal";
  if (typeof value === "boolean") return "type.boolean";
  if (Array.isArray(value)) return "type.list";
  return value === null ? "type.null" : "type.hash";
};

const payload = ({ text, sizeBytes, isMasked }: EntryPageView, { words }: Frame): Html => {
  const note = isMasked ? "job.masked" : text.length > LONGEST_RAW ? "job.first_part" : "job.exact";
  return html`<section class="panel"><header><h2>${words.say("job.payload")}</h2><small>${words.say(note, { size: words.bytes(sizeBytes) })}</small></header><details class="pad"><summary>${words.say("job.show_raw")}</summary><pre class="code" data-copy tabindex="0" aria-label="${words.say("job.payload")}">${cut(text, LONGEST_RAW)}</pre></details></section>`;
};

const timeline = (view: EntryPageView, { words, nowMs }: Frame): Html => {
  const { entry, set } = view;
  const step = (tone: Tone, shape: IconName, word: Html, at: Date | undefined) =>
    at &&
    html`<li><span class="dot s-${tone}">${icon(shape)}</span><b>${word}</b>${words.time(at, nowMs)}</li>`;
  const last = { retry: "time.retries", schedule: "time.runs", dead: "time.died" } as const;
  const kind = SET_KINDS[set];
  return html`<section class="panel" id="timeline" data-live><header><h2>${words.say("job.timeline")}</h2>${entry.failures !== undefined && html`<small>${words.say("job.failures", { count: entry.failures })}</small>`}</header><ol class="line pad">${step("idle", "idle", words.say("time.created"), view.createdAt)}${step("wait", "queue", words.say("time.enqueued"), view.enqueuedAt)}${step("dead", "dead", words.say("time.failed"), view.failedAt)}${step("dead", "dead", words.say("time.failed_again"), view.retriedAt)}${step(kind.tone, kind.shape, words.say(last[set]), entry.at)}</ol></section>`;
};

const factList = ({ entry, facts, rows = [] }: EntryPageView, frame: Frame): Html => {
  const { words } = frame;
  const { jid, queue, tags, class: of } = entry;
  return html`<section class="panel"><header><h2>${words.say("job.facts")}</h2></header><dl class="facts pad">${jid !== undefined && html`<dt>jid</dt><dd><code data-copy>${name(jid)}</code></dd>`}${queue !== undefined && html`<dt>${words.say("queues.queue")}</dt><dd>${queueLink(frame, queue)}</dd>`}${tags.length > 0 && html`<dt>${words.say("job.tags")}</dt><dd>${tags.map((tag) => html`<span class="tag">${name(tag)}</span> `)}</dd>`}${facts.map(([key, value]) => html`<dt>${name(key)}</dt><dd>${name(value)}</dd>`)}${rows.map(({ title, value }) => html`<dt>${title}</dt><dd>${value}</dd>`)}${of !== undefined && html`<dt>${words.say("facet.class")}</dt><dd><a href="${frame.to(path`/metrics/${of}`)}">${words.say("job.metrics")}</a></dd>`}</dl></section>`;
};
