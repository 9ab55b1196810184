/** What needs a person: each with its cause, what it is concluded from, and the one place to act. */
import type { Finding } from "@tsq/core/api";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { path, withQuery } from "../html/path.ts";
import type { Frame } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import type { IconName } from "../layout/icons.ts";
import { className, name, soft } from "../layout/names.ts";
import { queueLink } from "../layout/parts.ts";
import type { WordKey } from "../words/words.ts";

/** What is known of it. */
export interface NeedsView {
  /** Undefined where it is not known. */
  readonly list: readonly Finding[] | undefined;
  /** When they were read. */
  readonly at: Date | undefined;
  /** Why they could not be read the last time. */
  readonly problem: string | undefined;
}

// With more of them open nobody sees what comes behind.
const MOST_OPEN = 8;
const MOST = 100;

const SHAPES: Readonly<Record<Finding["kind"], IconName>> = {
  "nobody-works": "plug",
  "queue-unserved": "plug",
  "queue-paused": "pause",
  "queue-late": "err",
  "class-unrunnable": "plug",
  deaths: "dead",
  "error-growing": "err",
  "retry-storm": "retry",
  "nobody-promotes": "sched",
  "process-silent": "err",
  "process-stuck": "busy",
  "job-long": "busy",
  "redis-evicts": "err",
  "redis-memory": "err",
};
const TONES = { critical: "dead", warning: "retry", note: "idle" } as const;

/** The list; nothing of it when there is nothing to do. */
export const needs = ({ list, at, problem }: NeedsView, frame: Frame): Html => {
  const { words, nowMs } = frame;
  const note =
    list === undefined
      ? problem === undefined
        ? words.say("needs.slow")
        : words.say("needs.unknown", { problem: html`<bdi>${problem.slice(0, 300)}</bdi>` })
      : problem !== undefined &&
        words.say("needs.as_of", { time: at ? words.time(at, nowMs) : "?", problem: problem.slice(0, 300) });
  const all = (list ?? []).slice(0, MOST);
  const [open, folded] = [all.slice(0, MOST_OPEN), all.slice(MOST_OPEN)];
  return html`<div class="stack" id="needs" data-live>${note && html`<p class="flash s-retry" role="status">${icon("err")}<span>${note}</span></p>`}${listOf(open, frame)}${folded.length > 0 && html`<details><summary>${words.say("needs.more", { count: folded.length })}</summary>${listOf(folded, frame)}</details>`}</div>`;
};

const listOf = (list: readonly Finding[], frame: Frame): Html =>
  list.length === 0 ? NOTHING : html`<ol class="needs">${list.map((finding) => need(finding, frame))}</ol>`;

const need = (finding: Finding, frame: Frame): Html => {
  const { words, to } = frame;
  const { title, text } = SAID[finding.kind](evidenceOf(finding), frame);
  const [word, where] = placeOf(finding);
  const level = words.say(`needs.${finding.level}`);
  return html`<li class="s-${TONES[finding.level]}">${icon(SHAPES[finding.kind])}<div><h2><span class="vh">${level}: </span>${title}</h2><p>${text}</p></div><a class="btn s" href="${to(where)}">${words.say(word)}</a></li>`;
};

/** Where to act, and what is there. */
const placeOf = ({ where: { page, name: of, filter } }: Finding): readonly [WordKey, string] => {
  const jobs = filter === undefined ? undefined : "needs.to_jobs";
  const q = { q: filter };
  if (page === "queue" && of !== undefined)
    return [jobs ?? "needs.to_queue", withQuery(path`/queues/${of}`, q)];
  if (page === "queue" || page === "queues") return ["needs.to_queues", "/queues"];
  if (page === "busy") return ["needs.to_busy", "/busy"];
  if (page === "retries") return ["needs.to_jobs", withQuery("/retries", q)];
  if (page === "dead") return ["needs.to_jobs", withQuery("/morgue", q)];
  if (page === "errors") return ["needs.to_errors", withQuery("/errors", q)];
  return ["needs.to_redis", "/#redis"];
};

/** Numbers and texts by name, whichever are there. */
interface Evidence {
  readonly n: (key: string) => number;
  readonly text: (key: string) => string;
}

const evidenceOf = ({ evidence }: Finding): Evidence => ({
  n: (key) => (typeof evidence[key] === "number" ? evidence[key] : 0),
  text: (key) => String(evidence[key] ?? ""),
});

type Say = (of: Evidence, frame: Frame) => { readonly title: Html; readonly text: Html };

const waiting = ({ n }: Evidence, { words }: Frame) => ({
  count: n("size"),
  span: words.span(n("latency") * 1_000),
});

const aboutQueue =
  (key: "finding.queue-unserved" | "finding.queue-paused"): Say =>
  (of, frame) => ({
    title: frame.words.say(key, { queue: name(of.text("queue")) }),
    text: frame.words.say(`${key}.text`, waiting(of, frame)),
  });

/** In our own words, by the evidence: the data API says the cause in English alone. */
const SAID: Readonly<Record<Finding["kind"], Say>> = {
  "nobody-works": ({ n }, { words }) => ({
    title: words.say("finding.nobody-works"),
    text: words.say(n("processes") > 0 ? "finding.nobody-works.quiet" : "finding.nobody-works.none", {
      count: n("enqueued"),
      processes: n("processes"),
    }),
  }),
  "queue-unserved": aboutQueue("finding.queue-unserved"),
  "queue-paused": aboutQueue("finding.queue-paused"),
  "queue-late": (of, frame) => ({
    title: frame.words.say("finding.queue-late", { ...waiting(of, frame), queue: name(of.text("queue")) }),
    text: frame.words.say("finding.queue-late.text", {
      count: of.n("size"),
      goal: frame.words.span(of.n("goal") * 1_000),
    }),
  }),
  "class-unrunnable": ({ n, text }, frame) => ({
    title: frame.words.say("finding.class-unrunnable", { class: className(text("class")) }),
    text: frame.words.say("finding.class-unrunnable.text", {
      count: n("count"),
      queue: queueLink(frame, text("queue")),
    }),
  }),
  deaths: ({ n }, { words }) => ({
    title: words.say("finding.deaths", { count: n("deadLastHour") }),
    text: words.say("finding.deaths.text", {
      usual: Number(n("usual").toFixed(1)),
      day: n("deadLastDay"),
    }),
  }),
  // Its fingerprint is not shown: a message may hold what is masked in the arguments.
  "error-growing": ({ n, text }, { words }) => ({
    title: words.say("finding.error-growing", { error: html`<bdi>${soft(text("error"))}</bdi>` }),
    text: words.say("finding.error-growing.text", {
      class: className(text("class")),
      recent: n("recent"),
      before: n("before"),
      sample: n("sample"),
    }),
  }),
  "retry-storm": ({ n }, { words }) => ({
    title: words.say("finding.retry-storm", { count: n("retriesSoon") }),
    text: words.say("finding.retry-storm.text", { count: n("slots") }),
  }),
  "nobody-promotes": ({ n }, { words }) => ({
    title: words.say("finding.nobody-promotes", { count: n("late") }),
    text: words.say("finding.nobody-promotes.text"),
  }),
  "process-silent": ({ n, text }, { words }) => ({
    title: words.say("finding.process-silent", { identity: name(text("identity")) }),
    text: words.say("finding.process-silent.text", { span: words.span(n("seconds") * 1_000) }),
  }),
  "process-stuck": ({ n, text }, { words }) => ({
    title: words.say("finding.process-stuck", { identity: name(text("identity")) }),
    text: words.say("finding.process-stuck.text", {
      slots: n("concurrency"),
      span: words.span(n("seconds") * 1_000),
      count: n("waiting"),
    }),
  }),
  "job-long": ({ n, text }, { words }) => ({
    title: words.say("finding.job-long", {
      class: className(text("class")),
      span: words.span(n("seconds") * 1_000),
    }),
    text:
      n("runs") > 0
        ? words.say("finding.job-long.usual", {
            usual: words.span(n("usualSeconds") * 1_000),
            count: n("runs"),
          })
        : words.say("finding.job-long.timeout"),
  }),
  "redis-evicts": ({ text }, { words }) => ({
    title: words.say("finding.redis-evicts"),
    text: words.say("finding.redis-evicts.text", { policy: name(text("evictionPolicy")) }),
  }),
  "redis-memory": ({ n }, { words }) => ({
    title: words.say("finding.redis-memory", { share: words.percent(n("percent") / 100) }),
    text: words.say("finding.redis-memory.text", {
      used: words.bytes(n("usedBytes")),
      most: words.bytes(n("maxBytes")),
    }),
  }),
};
