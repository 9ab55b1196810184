/** All queues: what waits in them, for how long, and who listens. */
import type { QueueSummary } from "@tsq/core/api";
import type { Goals } from "@tsq/core/config";
import { shares, sharesLegend } from "../charts/share.ts";
import { CATEGORIES } from "../charts/svg.ts";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { name } from "../layout/names.ts";
import { pager } from "../layout/pager.ts";
import type { Paging } from "../layout/pager.ts";
import { choice, empty, roleNote } from "../layout/parts.ts";
import { faultOf, listenersByQueue, longestFirst, queueTable } from "./queue-list.ts";
import type { QueueFault, Trends, Waits } from "./queue-list.ts";
import type { ProcessView } from "./processes.ts";

const MOST_NAMED = 5;

/** What the page is made of. */
export interface QueuesView {
  readonly queues: readonly QueueSummary[];
  readonly processes: readonly ProcessView[];
  /** Those of this page, where there are several. */
  readonly shown: readonly QueueSummary[];
  readonly paging: Paging;
  readonly order: "name" | "oldest";
  readonly goals: Goals;
  readonly waits: Waits;
  readonly trends: Trends;
}

/** `/queues` */
export const queuesPage = (view: QueuesView, frame: Frame): Page => {
  const { queues, shown, processes, goals, waits, trends } = view;
  const { words } = frame;
  const waiting = queues.reduce((sum, { size }) => sum + size, 0);
  const title = words.say("nav.queues");
  if (queues.length === 0) {
    const body = empty("ok", "idle", words.say("queues.none"), words.say("queues.none_why"));
    return { title, heading: words.say("queues.none"), body };
  }
  return {
    title,
    heading: words.say("queues.heading", {
      count: waiting,
      where: words.say("queues.in_some", { count: queues.length }),
    }),
    lead: leadOf(view, frame),
    aside: queues.length > 1 ? orderChoice(view, frame) : undefined,
    body: html`${roleNote(frame)}<section class="panel" id="queues" data-live>${weightsOf(frame, processes)}${queueTable({ queues: shown, processes, goals, full: { waits, trends } }, frame)}${shown.length < queues.length && pager(frame, view.paging)}</section>`,
  };
};

const orderChoice = ({ order }: QueuesView, frame: Frame): Html =>
  choice(frame, frame.words.say("table.order"), [
    [frame.words.say("queues.by_name"), "/queues", order === "name"],
    [frame.words.say("queues.oldest"), "/queues?order=oldest", order === "oldest"],
  ]);

const leadOf = ({ queues, processes, goals }: QueuesView, { words }: Frame): Html => {
  const listeners = listenersByQueue(processes);
  const faults = queues.map((queue) => faultOf(queue, listeners, goals));
  const those = (fault: QueueFault) => queues.filter((_, i) => faults[i] === fault);
  const [abandoned, late, paused] = [those("abandoned"), those("late"), those("paused")];
  const said: Html[] = [];
  if (abandoned.length > 0)
    said.push(words.say("queues.abandoned", { names: list(abandoned, goals, words) }));
  if (late.length > 0) said.push(words.say("queues.are_late", { names: list(late, goals, words) }));
  if (paused.length > 0) said.push(words.say("queues.are_paused", { names: list(paused, goals, words) }));
  if (said.length === 0) said.push(words.say("queues.all_served"));
  return html`${said.map((sentence) => html`${sentence} `)}`;
};

/** The rest is marked in the list below. */
const list = (queues: readonly QueueSummary[], goals: Goals, words: Frame["words"]): Html => {
  const named = longestFirst(queues, goals).slice(0, MOST_NAMED);
  const others = queues.length - named.length;
  return html`${named.map((queue, i) => html`${i > 0 && ", "}${name(queue.name)}`)}${others > 0 && html`, ${words.say("needs.more", { count: others })}`}`;
};

/** How often each queue is looked at; nothing where all are asked in order. */
const weightsOf = ({ words }: Frame, processes: readonly ProcessView[]): Html => {
  const sums = new Map<string, number>();
  for (const { weights, isQuiet } of processes) {
    if (isQuiet) continue;
    for (const [queue, weight] of weights.flatMap((of) => Object.entries(of))) {
      sums.set(queue, (sums.get(queue) ?? 0) + weight);
    }
  }
  const weighted = [...sums].filter(([, weight]) => weight > 0).sort(([, one], [, other]) => other - one);
  if (weighted.length < 2) return NOTHING;
  const parts = weighted.map(([queue, weight], i) => ({
    name: name(queue),
    value: weight,
    tone: CATEGORIES[i] ?? ("idle" as const),
    said: words.say("queues.weight", { n: weight }),
  }));
  return html`<header><h2>${words.say("queues.next_slot")}</h2><small>${words.say("queues.next_slot_note")}</small></header><div class="pad">${shares(parts, words.say("queues.next_slot"))}${sharesLegend(parts)}</div>`;
};
