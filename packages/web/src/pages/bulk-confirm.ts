/** What will be done to how many jobs, with what follows from it: asked before it begins. */
import type { BulkPreview, QueueSummary } from "@tsq/core/api";
import { needsTyping } from "@tsq/core/config";
import type { Follow } from "@tsq/core/config";
import type { BulkVerb } from "../bulk/bulk-work.ts";
import { stampOf } from "../bulk/filter-stamp.ts";
import { needsTarget } from "../bulk/target.ts";
import type { TypedTarget } from "../bulk/target.ts";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { path, withQuery } from "../html/path.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import { className, name } from "../layout/names.ts";
import { confirmPage } from "./confirm.ts";
import { costOf } from "./queue-cost.ts";
import { targetField } from "./target-field.ts";

/** What the page is made of. */
export interface BulkConfirmView {
  /** Goes with the form: sent twice, it is done once. */
  readonly id: string;
  /** The list's path. */
  readonly list: string;
  readonly verb: BulkVerb;
  /** Which jobs; empty for all. */
  readonly filter: string;
  readonly preview: BulkPreview;
  /** How many, as far as was counted. */
  readonly count: number;
  /** Whether these are all: of a filter there may be more. */
  readonly isCounted: boolean;
  readonly queues: readonly QueueSummary[];
  readonly follows: readonly Follow[];
  /** What was typed where to or when, and is wrong. */
  readonly typed?: TypedTarget | undefined;
  /** What else was chosen and typed then. */
  readonly pace?: string | undefined;
  readonly reason?: string | undefined;
}

const MOST_ROWS = 6;
/** Over how many seconds it may be spread, as far as that is slower than at once. */
const PACES = [60, 600, 3_600];

/** Asks. */
export const bulkConfirmPage = (view: BulkConfirmView, frame: Frame): Page => {
  const { id, list, verb, filter, preview, count, isCounted } = view;
  const { words } = frame;
  const back = withQuery(list, { q: filter || undefined });
  const said = filter === "" ? "bulk.of_all" : "bulk.of_filter";
  return confirmPage(
    {
      question: isCounted ? words.say(`bulk.${verb}.question`, { count }) : atLeast(view, frame, "question"),
      // As text alone: a dialog takes it out of an attribute.
      text: words.say(said, { text: filter.slice(0, 200) }),
      counts: countsOf(preview, frame),
      path: `${list}/all/${verb}`,
      fields: {
        id,
        q: filter,
        q_is: stampOf(filter),
        as_of: `${preview.asOf.getTime()}`,
        up_to: `${preview.upTo}`,
        newest: preview.newest.join("."),
        ahead: preview.ahead.join("."),
        expected: `${count}`,
        // Of a filter that was not asked about all of them it is but a part.
        most: preview.isComplete || filter === "" ? `${count}` : "",
      },
      verb: isCounted ? words.say(`bulk.${verb}.button`, { count }) : atLeast(view, frame, "button"),
      back,
      more: html`${warningsOf(view, frame)}${target(view, frame)}${pace(view, frame)}`,
      typed: needsTyping(verb, count, isCounted) ? `${count}` : undefined,
      reason: view.reason,
    },
    frame,
  );
};

/** Where not all were counted: of what throws jobs away nobody is to think that these are all. */
const atLeast = ({ verb, count }: BulkConfirmView, { words }: Frame, kind: "question" | "button"): Html =>
  verb === "kill" || verb === "delete"
    ? html`${words.say(`verb.${verb}`)}: ${words.say("bulk.at_least", { n: count })}`
    : words.say(`bulk.${verb}.${kind}`, { count });

const countsOf = (
  { class: classes, queue, isComplete }: BulkPreview,
  { words }: Frame,
): readonly (readonly [Html, number])[] => {
  // Of a sample they would add up to less than what is asked.
  if (!isComplete) return [];
  const rows = (counts: BulkPreview["class"], shown: (value: string) => Html) => {
    const some = counts.values.slice(0, MOST_ROWS);
    const rest = counts.values.slice(MOST_ROWS).reduce((sum, { count }) => sum + count, counts.others);
    const others = rest > 0 ? [[words.say("metrics.others"), rest] as const] : [];
    return [...some.map(({ value, count }) => [shown(value), count] as const), ...others];
  };
  return [
    ...rows(classes, (value) => (value === "" ? words.say("job.malformed") : className(value))),
    ...rows(queue, (value) =>
      value === "" ? words.say("table.none") : words.say("bulk.in_queue", { queue: name(value) }),
    ),
  ];
};

/** What may be worse than it looks. */
const warningsOf = (view: BulkConfirmView, frame: Frame): Html => {
  const { words } = frame;
  const { verb, preview, isCounted, follows } = view;
  const isOfSet = !view.list.startsWith("/queues/");
  const warnings: Html[] = [
    words.say(verb === "move" && isOfSet ? "bulk.move.follows_in_set" : `bulk.${verb}.follows`),
  ];
  const cost = isOfSet ? undefined : costOf(preview.total, frame);
  if (cost) warnings.push(cost);
  if (!isCounted) {
    warnings.push(words.say("bulk.counted", { looked: preview.looked, total: preview.total }));
  }
  warnings.push(...follows.map((follow) => followText(follow, frame)));
  return html`<div class="flash s-retry">${icon("err")}<ul>${warnings.map((one) => html`<li>${one}</li>`)}</ul></div>`;
};

const followText = (follow: Follow, { words }: Frame): Html => {
  if (follow.kind === "trims") return words.say("bulk.trims", { most: follow.most });
  const { count } = follow;
  const queue = name(follow.queue);
  if (follow.kind === "late")
    return words.say("bulk.to_late", { queue, span: words.span(follow.latency * 1_000), count });
  if (follow.kind === "unserved") return words.say("finding.queue-unserved", { queue });
  return words.say("bulk.to_paused", { queue, count });
};

const target = ({ verb, queues, list, typed }: BulkConfirmView, frame: Frame): Html => {
  if (!needsTarget(verb)) return NOTHING;
  const others = queues.filter(({ name: of }) => list !== path`/queues/${of}`);
  return targetField(
    verb,
    typed,
    others.map(({ name: of }) => of),
    frame,
  );
};

const pace = ({ count, pace: chosen = "0" }: BulkConfirmView, { words }: Frame): Html => {
  const slower = PACES.filter((seconds) => count > seconds);
  if (slower.length === 0) return NOTHING;
  const options = slower.map(
    (seconds) =>
      html`<label><input type="radio" name="pace" value="${seconds}"${chosen === `${seconds}` && " checked"}> ${words.say("bulk.spread", { span: words.span(seconds * 1_000) })} <small>${words.say("vital.per_minute", { n: Math.round((count / seconds) * 60) })}</small></label>`,
  );
  return html`<fieldset class="opts"><legend>${words.say("bulk.pace")}</legend><label><input type="radio" name="pace" value="0"${!slower.some((seconds) => chosen === `${seconds}`) && " checked"}> ${words.say("bulk.at_once")}</label>${options}</fieldset>`;
};
