/** The queues as a table: on the dashboard, and on their own page. */
import { goalOf, isLate, serves } from "@tsq/core/config";
import type { Goals } from "@tsq/core/config";
import type { QueueSummary, QueueWaits } from "@tsq/core/api";
import type { Tone } from "../charts/svg.ts";
import type { QueueTrend } from "../readings/queue-sizes.ts";
import { cut, html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf, path } from "../html/path.ts";
import { act } from "../layout/action.ts";
import type { Frame } from "../layout/frame.ts";
import { name } from "../layout/names.ts";
import { state } from "../layout/parts.ts";
import { table } from "../layout/table.ts";
import type { Column } from "../layout/table.ts";
import { goalCell, trendCell } from "./queue-pace.ts";
import type { ProcessView } from "./processes.ts";

/** The processes that take jobs from a queue. */
export const listenersOf = (queue: string, processes: readonly ProcessView[]): readonly ProcessView[] =>
  processes.filter((process) => serves(process, queue));

/** How many processes take jobs from each queue: of many queues and many processes, read once. */
export type Listeners = ReadonlyMap<string, number>;

export const listenersByQueue = (processes: readonly ProcessView[]): Listeners => {
  const counts = new Map<string, number>();
  for (const { queues, isQuiet } of processes) {
    if (isQuiet) continue;
    for (const queue of new Set(queues)) counts.set(queue, (counts.get(queue) ?? 0) + 1);
  }
  return counts;
};

/** Whether jobs wait that nobody will take. */
export const isAbandoned = ({ name: queue, size }: QueueSummary, listeners: Listeners): boolean =>
  size > 0 && !listeners.has(queue);

/** Those in which the oldest job has waited for longest, first: by their goals, where these differ. */
export const longestFirst = (queues: readonly QueueSummary[], goals: Goals): readonly QueueSummary[] => {
  const partOf = ({ name: queue, latency }: QueueSummary): number => latency / goalOf(queue, goals);
  return queues.toSorted((one, other) => partOf(other) - partOf(one) || other.size - one.size);
};

/** What is wrong with a queue, if anything is: as the findings have it, the worst alone. */
export type QueueFault = "paused" | "abandoned" | "late";

export const faultOf = (queue: QueueSummary, listeners: Listeners, goals: Goals): QueueFault | undefined => {
  if (queue.paused) return "paused";
  if (isAbandoned(queue, listeners)) return "abandoned";
  return isLate(queue, goals) ? "late" : undefined;
};

/** The same as a shape and a word. */
export const faultMark = ({ words }: Frame, fault: QueueFault | undefined): Html => {
  if (fault === "paused") return state("idle", "pause", words.say("state.paused"));
  if (fault === "abandoned") return state("dead", "plug", words.say("state.nobody"));
  return fault === "late" ? state("dead", "err", words.say("state.late")) : NOTHING;
};

/** The colour of its line. */
export const toneOf = (fault: QueueFault | undefined): Tone =>
  fault === undefined ? "run" : fault === "paused" ? "idle" : "dead";

/** Pauses a queue, or ends its pause. */
export const pauseButton = (
  frame: Frame,
  queue: { readonly name: string; readonly paused: boolean },
  look: string,
): Html => {
  const { words } = frame;
  const to = path`/queues/${queue.name}`;
  return queue.paused
    ? act(
        frame,
        "queue.pause",
        words.say("verb.resume"),
        to,
        { unpause: "1" },
        { look, describe: words.say("verb.resume_of", { name: cut(queue.name, 100) }) },
      )
    : act(
        frame,
        "queue.pause",
        words.say("verb.pause"),
        to,
        { pause: "1" },
        { look, describe: words.say("verb.pause_of", { name: cut(queue.name, 100) }) },
      );
};

/** How long jobs waited in the last hour; of queues that Ruby alone serves nothing is known. */
export type Waits = ReadonlyMap<string, QueueWaits>;

/** So long, or less, waited 95 of a hundred jobs. */
export const waited = ({ words }: Frame, { p95Ms }: QueueWaits): Html =>
  Number.isFinite(p95Ms)
    ? html`≤ ${p95Ms < 1_000 ? `${p95Ms} ms` : words.span(p95Ms)}`
    : html`> ${words.span(DAY_MS)}`;

const DAY_MS = 86_400_000;

/** Where the size of each queue goes, as far as it is known. */
export type Trends = ReadonlyMap<string, QueueTrend>;

/** What the table is made of. */
export interface QueueTableView {
  readonly queues: readonly QueueSummary[];
  readonly processes: readonly ProcessView[];
  readonly goals: Goals;
  /** With who listens, what is known of how it goes, and buttons; else as short as the first page has it. */
  readonly full?: { readonly waits: Waits; readonly trends: Trends };
}

export const queueTable = ({ queues, processes, goals, full }: QueueTableView, frame: Frame): Html => {
  const { words, to } = frame;
  const listeners = listenersByQueue(processes);
  const faults = new Map(queues.map((queue) => [queue.name, faultOf(queue, listeners, goals)]));
  const waits = full?.waits ?? new Map<string, QueueWaits>();
  const trends = full?.trends ?? new Map<string, QueueTrend>();
  const none = html`<span class="dim">–</span>`;
  const columns: Column<QueueSummary>[] = [
    {
      head: words.say("queues.queue"),
      kind: "full",
      cell: (queue) =>
        html`<a href="${to(path`/queues/${queue.name}`)}"><b>${name(queue.name)}</b></a> ${faultMark(frame, faults.get(queue.name))}${full && html`<br><small>${words.say("queues.listeners", { count: listeners.get(queue.name) ?? 0 })}</small>`}`,
    },
    {
      head: words.say("queues.waiting"),
      kind: "num",
      cell: ({ size }) => html`<b>${words.number(size)}</b>`,
    },
    {
      head: words.say("queues.oldest"),
      kind: "num",
      cell: (queue) => (queue.size > 0 ? oldest(frame, queue, faults.get(queue.name)) : none),
    },
  ];
  if (full) {
    columns.push({ head: words.say("queues.goal"), cell: (queue) => goalCell(frame, queue, goals) });
  }
  if (waits.size > 0) {
    columns.push({
      head: words.say("queues.waited"),
      kind: "num",
      cell: ({ name: queue }) => {
        const own = waits.get(queue);
        return own ? waited(frame, own) : none;
      },
    });
  }
  if (trends.size > 0) {
    columns.push({
      head: words.say("queues.trend"),
      cell: (queue) => {
        const own = trends.get(queue.name);
        return own ? trendCell(frame, queue, own, toneOf(faults.get(queue.name))) : none;
      },
    });
  }
  if (full) {
    columns.push({
      head: words.say("table.actions"),
      kind: "full",
      isUnnamed: true,
      cell: (queue) => html`<div class="acts">${pauseButton(frame, queue, "s")}</div>`,
    });
  }
  return table(columns, queues, (queue) => idOf("q", queue.name));
};

const oldest = ({ words }: Frame, { latency }: QueueSummary, fault: QueueFault | undefined): Html => {
  const span = words.span(latency * 1_000);
  return fault === "late" || fault === "abandoned" ? html`<b class="state s-dead">${span}</b>` : span;
};
