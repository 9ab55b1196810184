/** How a queue stands against its goal, and where it goes: for the list of queues, and for the page of one. */
import { goalOf, isLate } from "@tsq/core/config";
import type { Goals } from "@tsq/core/config";
import type { QueueSummary } from "@tsq/core/api";
import { share } from "../charts/share.ts";
import { spark } from "../charts/spark.ts";
import type { Tone } from "../charts/svg.ts";
import type { QueueTrend } from "../readings/queue-sizes.ts";
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Frame } from "../layout/frame.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `within 30 s`. */
export const goalWords = ({ words }: Frame, queue: QueueSummary, goals: Goals): Html =>
  words.say("queues.within", { span: words.span(goalOf(queue.name, goals) * 1_000) });

/** The same with how much of it has passed. */
export const goalCell = (frame: Frame, queue: QueueSummary, goals: Goals): Html => {
  const part = queue.size > 0 ? queue.latency / goalOf(queue.name, goals) : 0;
  return html`<small>${goalWords(frame, queue, goals)}</small>${share(part, isLate(queue, goals) ? "dead" : "ok")}`;
};

/** `+3.1 per s`: what comes and what leaves together, for neither is counted whole. */
export const paceWords = ({ words }: Frame, { perSecond }: QueueTrend): Html => {
  const perMinute = perSecond * 60;
  if (Math.abs(perMinute) < 0.05) return words.say("queues.steady");
  const isFast = Math.abs(perSecond) >= 1;
  return words.say(isFast ? "queues.per_second" : "vital.per_minute", {
    n: words.signed(rounded(isFast ? perSecond : perMinute)),
  });
};

/** `empty in about 5 min`; undefined where nobody can tell. */
export const emptyWords = ({ words }: Frame, { emptyInMs }: QueueTrend): Html | undefined =>
  emptyInMs === undefined ? undefined : words.say("queues.empty_in", { span: words.span(about(emptyInMs)) });

/** The line of how many have waited, and what it says. */
export const trendCell = (frame: Frame, queue: QueueSummary, trend: QueueTrend, tone: Tone): Html => {
  const { words } = frame;
  const label = words.say("queues.sizes", {
    name: queue.name,
    span: words.span(about(trend.spanMs)),
  });
  const empty = emptyWords(frame, trend);
  return html`${spark(trend.sizes, tone, label)}<small>${paceWords(frame, trend)}${empty && html`<br>${empty}`}</small>`;
};

/** A digit behind the point where there is one before it. */
const rounded = (value: number): number => Number(value.toFixed(Math.abs(value) < 10 ? 1 : 0));

/** In steps that such a guess is worth. */
export const about = (ms: number): number => {
  const step =
    ms < MINUTE_MS
      ? 5_000
      : ms < HOUR_MS
        ? MINUTE_MS
        : ms < 3 * HOUR_MS
          ? 10 * MINUTE_MS
          : ms < 2 * DAY_MS
            ? HOUR_MS
            : DAY_MS;
  return Math.max(1, Math.round(ms / step)) * step;
};
