/** One job: what happened to it, what it failed with, its arguments, and its bytes. */
import type { JobEvent, JobIteration } from "@tsq/core/api";
import { cut, html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { prettyJson } from "../html/json-text.ts";
import type { JobRow } from "../tabs/job-rows.ts";
import { jobPath, path } from "../html/path.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import { className, name, soft } from "../layout/names.ts";
import { queueLink, roleNote } from "../layout/parts.ts";
import { placeButtons, PLACES, placeSigns, placeText } from "./job-place.ts";
import type { PlaceView } from "./job-place.ts";
import { timeline } from "./job-timeline.ts";

// What is longer is cut: the browser would choke on it.
const LONGEST_RAW = 100_000;
const MOST_FRAMES = 300;
const LONGEST_FRAME = 500;
const LONGEST_CURSOR = 500;
const LIBRARY = /node_modules|\/gems\/|\/rubygems\/|\(\d[\w.]*\) lib\/|^node:|\/lib\/ruby\//;

/** What the page is made of. */
export interface JobPageView extends PlaceView {
  /** Oldest first. */
  readonly events: readonly JobEvent[];
  /** How far an iterable job has come. */
  readonly iteration: JobIteration | undefined;
  readonly backtrace: readonly string[];
  /** The payload as it lies in Redis, masked if anything of it is. */
  readonly text: string;
  readonly sizeBytes: number;
  readonly isMasked: boolean;
  /** The option `retry` of the job: how often it is tried again. */
  readonly retries: number | undefined;
  /** Further fields of the payload, as text. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Rows that the host of the dashboard adds. */
  readonly rows?: readonly JobRow[] | undefined;
  /** No process that serves its queue has its class. */
  readonly isUnrunnable?: boolean | undefined;
  /** Whether the page looks again by itself: not where that costs too much. @default true */
  readonly isLive?: boolean | undefined;
}

/** `/jobs/:jid`, and of a job in a set also `/retries/:key`, `/scheduled/:key`, `/morgue/:key` */
export const jobPage = (view: JobPageView, frame: Frame): Page => {
  const { entry, place, events, run } = view;
  const { words, to } = frame;
  const { list, listTitle } = PLACES[place];
  const shown = entry.class === undefined ? words.say("job.malformed") : className(entry.class);
  const timelineView = {
    place,
    events,
    queue: entry.queue,
    process: run?.process,
    failures: entry.failures,
  };
  const unrunnable =
    view.isUnrunnable === true &&
    html`<p class="flash s-retry">${icon("plug")}<span>${words.say("place.nobody")}</span></p>`;
  return {
    title: entry.class ?? words.say("job.malformed"),
    crumb: html`<a href="${to(list)}">${words.say(listTitle)}</a> / <code>${name(entry.jid ?? entry.key)}</code>`,
    heading: html`${shown} ${placeSigns(view, frame)}`,
    lead: placeText(view, frame),
    aside: placeButtons(view, frame),
    here: list,
    isLive: view.isLive,
    body: html`${roleNote(frame)}${unrunnable}<div class="grid g-side"><div class="stack">${failure(view, frame)}${progress(view, frame)}${argumentList(view, frame)}${payload(view, frame)}</div><div class="stack">${timeline(timelineView, frame)}${factList(view, frame)}</div></div>`,
  };
};

/** Of an iterable job, in the words that Sidekiq::Web has for it as well. */
const progress = ({ iteration }: JobPageView, { words }: Frame): Html => {
  if (!iteration) return NOTHING;
  const { cursor, executions, runtimeSeconds } = iteration;
  return html`<section class="panel" id="progress" data-live><header><h2>${words.say("job.progress")}</h2></header><dl class="facts pad"><dt>${words.say("job.cursor")}</dt><dd><code>cursor=${cut(cursor, LONGEST_CURSOR)}</code></dd><dt>${words.say("job.executions")}</dt><dd><code>exec=${executions}</code></dd><dt>${words.say("job.runtime")}</dt><dd>${words.span(runtimeSeconds * 1_000)}</dd></dl></section>`;
};

const failure = ({ entry, backtrace }: JobPageView, { words }: Frame): Html => {
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

const argumentList = ({ entry }: JobPageView, { words }: Frame): Html => {
  const { args } = entry;
  const rows = args.map(
    (arg, i) =>
      html`<li><span class="dim num">${i + 1}</span><small>${words.say(typeOf(arg))}</small><code dir="ltr">${prettyJson(arg)}</code></li>`,
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

const payload = ({ text, sizeBytes, isMasked, entry }: JobPageView, { words, to }: Frame): Html => {
  const note = isMasked ? "job.masked" : sizeBytes > LONGEST_RAW ? "job.first_part" : "job.exact";
  const jid = entry.jid ?? "";
  const label = words.say("job.download");
  const file = isMasked
    ? html`<button class="btn s" type="button" disabled title="${words.say("job.download_masked")}">${label}</button>`
    : html`<a class="btn s" href="${to(`${jobPath(jid)}/payload`)}" download>${label}</a>`;
  const download = jid !== "" && html`<p class="acts">${file}</p>`;
  return html`<section class="panel"><header><h2>${words.say("job.payload")}</h2><small>${words.say(note, { size: words.bytes(sizeBytes) })}</small></header><details class="pad"><summary>${words.say("job.show_raw")}</summary><pre class="code" data-copy tabindex="0" aria-label="${words.say("job.payload")}">${cut(text, LONGEST_RAW)}</pre>${download}</details></section>`;
};

const factList = (view: JobPageView, frame: Frame): Html => {
  const { words, to } = frame;
  const { entry, facts, run, retries, rows: added = [] } = view;
  const { jid, queue, tags, class: of } = entry;
  const rows = [
    jid !== undefined && html`<dt>jid</dt><dd><code data-copy>${name(jid)}</code></dd>`,
    queue !== undefined && html`<dt>${words.say("queues.queue")}</dt><dd>${queueLink(frame, queue)}</dd>`,
    run && html`<dt>${words.say("job.process")}</dt><dd>${name(run.process)}</dd>`,
    tags.length > 0 &&
      html`<dt>${words.say("job.tags")}</dt><dd>${tags.map((tag) => html`<span class="tag">${name(tag)}</span> `)}</dd>`,
    retries !== undefined &&
      html`<dt>${words.say("job.retry_option")}</dt><dd>${retries === 0 ? words.say("job.retry_never") : words.say("job.retry_times", { count: retries })}</dd>`,
    facts.map(([key, value]) => html`<dt>${name(key)}</dt><dd>${name(value)}</dd>`),
    added.map(({ title, value }) => html`<dt>${title}</dt><dd>${value}</dd>`),
    of !== undefined &&
      html`<dt>${words.say("facet.class")}</dt><dd><a href="${to(path`/metrics/${of}`)}">${words.say("job.metrics")}</a></dd>`,
    jid !== undefined &&
      jobPath(jid) !== frame.path &&
      html`<dt>${words.say("job.job")}</dt><dd><a href="${to(jobPath(jid))}">${words.say("job.own_page")}</a></dd>`,
  ];
  return html`<section class="panel"><header><h2>${words.say("job.facts")}</h2></header><dl class="facts pad">${rows}</dl></section>`;
};
