/** What needs a person: each with its cause, what it is concluded from, and the one place to act. */
import type { Finding } from "@tsq/core/api";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { jobPath, path, withQuery } from "../html/path.ts";
import type { Frame } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import type { IconName } from "../layout/icons.ts";
import type { WordKey } from "../words/words.ts";
import { groupsOf } from "./finding-groups.ts";
import type { FindingGroup } from "./finding-groups.ts";
import { findingWords } from "./finding-words.ts";
import type { FindingWords } from "./finding-words.ts";

/** What is known of it. */
export interface NeedsView {
  /** Undefined where it is not known. */
  readonly list: readonly Finding[] | undefined;
  /** When they were read. */
  readonly at: Date | undefined;
  /** Why they could not be read the last time. */
  readonly problem: string | undefined;
  /** Why some of them name no class, by their ids. */
  readonly hidden?: ReadonlyMap<string, string> | undefined;
}

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
export const needs = ({ list, at, problem, hidden }: NeedsView, frame: Frame): Html => {
  const { words, nowMs } = frame;
  const note =
    list === undefined
      ? problem === undefined
        ? words.say("needs.slow")
        : words.say("needs.unknown", { problem: html`<bdi>${problem.slice(0, 300)}</bdi>` })
      : problem !== undefined &&
        words.say("needs.as_of", { time: at ? words.time(at, nowMs) : "?", problem: problem.slice(0, 300) });
  const groups = groupsOf(list ?? []);
  const whyOf = ({ id }: Finding): string | undefined => hidden?.get(id);
  return html`<div class="stack" id="needs" data-live>${note && html`<p class="flash s-retry" role="status">${icon("err")}<span>${note}</span></p>`}${groups.length > 0 && html`<ol class="needs">${groups.map((group) => need(group, whyOf, frame))}</ol>`}</div>`;
};

/** Why something of a finding is hidden; undefined of those that are shown whole. */
type WhyOf = (finding: Finding) => string | undefined;

const titleOf = (why: string | undefined): Html => (why === undefined ? NOTHING : html` title="${why}"`);

const need = (group: FindingGroup, whyOf: WhyOf, frame: Frame): Html => {
  const { words, to } = frame;
  const { kind, level, total, worst } = group;
  const [first] = worst;
  if (first === undefined) return NOTHING;
  const { title, text } = total > 1 ? manyOf(group, whyOf, frame) : oneOf(first, whyOf, frame);
  const [word, where] = total > 1 ? restOf(kind) : placeOf(first);
  return html`<li class="s-${TONES[level]}"${total === 1 && titleOf(whyOf(first))}>${icon(SHAPES[kind])}<div><h2><span class="vh">${words.say(`needs.${level}`)}: </span>${title}</h2>${text}</div><a class="btn s" href="${to(where)}">${words.say(word)}</a></li>`;
};

/** What is hidden is known by its numbers as well: how often it runs, and for how long. */
const saidOf = (finding: Finding, whyOf: WhyOf, frame: Frame): FindingWords => {
  const { title, text } = findingWords(finding, frame);
  return { title, text: whyOf(finding) === undefined ? text : NOTHING };
};

const oneOf = (finding: Finding, whyOf: WhyOf, frame: Frame): FindingWords => {
  const { title, text } = saidOf(finding, whyOf, frame);
  return { title, text: html`<p>${text}</p>` };
};

/** How many of a kind, and the worst of them by name, each with its own place. */
const manyOf = ({ kind, worst, total }: FindingGroup, whyOf: WhyOf, frame: Frame): FindingWords => {
  const { words, to } = frame;
  const items = worst.map((finding) => {
    const { title, text } = saidOf(finding, whyOf, frame);
    return html`<li${titleOf(whyOf(finding))}><a href="${to(placeOf(finding)[1])}">${title}</a> <span>${text}</span></li>`;
  });
  const others = total - worst.length;
  const rest =
    others > 0 &&
    html`<li><a href="${to(restOf(kind)[1])}">${words.say("needs.more", { count: others })}</a></li>`;
  return {
    title: words.say(isMany(kind) ? `findings.${kind}` : `finding.${kind}`, { count: total }),
    text: html`<ul class="worst">${items}${rest}</ul>`,
  };
};

const isMany = (kind: Finding["kind"]): kind is ManyKind => Object.hasOwn(REST, kind);

/** Where all of a kind are to be seen. */
const REST = {
  "queue-unserved": ["needs.to_queues", "/queues?order=oldest"],
  "queue-paused": ["needs.to_queues", "/queues?order=oldest"],
  "queue-late": ["needs.to_queues", "/queues?order=oldest"],
  "class-unrunnable": ["needs.to_queues", "/queues?order=oldest"],
  "error-growing": ["needs.to_errors", "/errors"],
  "process-silent": ["needs.to_busy", "/busy"],
  "process-stuck": ["needs.to_busy", "/busy"],
  "job-long": ["needs.to_busy", "/busy"],
} as const satisfies Partial<Readonly<Record<Finding["kind"], readonly [WordKey, string]>>>;

/** Those of which there can be several. */
type ManyKind = keyof typeof REST;

const restOf = (kind: Finding["kind"]): readonly [WordKey, string] =>
  isMany(kind) ? REST[kind] : ["needs.to_redis", "/"];

/** Where to act, and what is there. */
const placeOf = ({ kind, where: { page, name: of, filter } }: Finding): readonly [WordKey, string] => {
  const jobs = filter === undefined ? undefined : "needs.to_jobs";
  const q = { q: filter };
  if (page === "queue" && of !== undefined)
    return [jobs ?? "needs.to_queue", withQuery(path`/queues/${of}`, q)];
  if (page === "queue" || page === "queues") return ["needs.to_queues", "/queues"];
  // It can be cancelled there, wherever in the list it is.
  if (kind === "job-long" && of) return ["needs.to_jobs", jobPath(of)];
  if (page === "busy") return ["needs.to_busy", withQuery("/busy", { identity: of === "" ? undefined : of })];
  if (page === "retries") return ["needs.to_jobs", withQuery("/retries", q)];
  if (page === "scheduled") return ["needs.to_jobs", withQuery("/scheduled", q)];
  if (page === "dead") return ["needs.to_jobs", withQuery("/morgue", q)];
  if (page === "errors") return ["needs.to_errors", withQuery("/errors", q)];
  return ["needs.to_redis", "/#redis"];
};
