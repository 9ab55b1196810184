/** What each kind of finding says, in our own words by its evidence: the data API says the cause in English alone. */
import type { Finding } from "@tsq/core/api";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Frame } from "../layout/frame.ts";
import { className, name, soft } from "../layout/names.ts";
import { queueLink } from "../layout/parts.ts";

/** What is wrong, and why. */
export interface FindingWords {
  readonly title: Html;
  readonly text: Html;
}

/** Says it. */
export const findingWords = (finding: Finding, frame: Frame): FindingWords =>
  SAID[finding.kind](evidenceOf(finding), frame);

/** Numbers and texts by name, whichever are there. */
interface Evidence {
  readonly n: (key: string) => number;
  readonly text: (key: string) => string;
}

const evidenceOf = ({ evidence }: Finding): Evidence => ({
  n: (key) => (typeof evidence[key] === "number" ? evidence[key] : 0),
  text: (key) => String(evidence[key] ?? ""),
});

type Say = (of: Evidence, frame: Frame) => FindingWords;

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

const SAID: Readonly<Record<Finding["kind"], Say>> = {
  "nobody-works": ({ n }, { words }) => ({
    title: words.say("finding.nobody-works"),
    text:
      n("processes") > 0
        ? html`${words.say("needs.waiting", { count: n("enqueued") })} ${words.say("finding.nobody-works.quiet", { count: n("processes") })}`
        : words.say("finding.nobody-works.none", { count: n("enqueued") }),
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
    // Of one of Ruby whose record has lapsed nobody knows since when.
    text:
      text("seconds") === ""
        ? NOTHING
        : words.say("finding.process-silent.text", { span: words.span(n("seconds") * 1_000) }),
  }),
  "process-stuck": ({ n, text }, { words }) => ({
    title: words.say("finding.process-stuck", { identity: name(text("identity")) }),
    text: html`${words.say("finding.process-stuck.text", {
      count: n("concurrency"),
      span: words.span(n("seconds") * 1_000),
    })} ${words.say("needs.waiting", { count: n("waiting") })}`,
  }),
  "job-long": ({ n, text }, { words }) => ({
    title: words.say("finding.job-long", {
      class: className(text("class")),
      span: words.span(n("seconds") * 1_000),
    }),
    text:
      n("runs") > 0 || n("overrunning") === 0
        ? words.say("finding.job-long.usual", {
            // A class that hangs has no average.
            usual: n("runs") > 0 ? words.span(n("usualSeconds") * 1_000) : "–",
            n: n("runs"),
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
