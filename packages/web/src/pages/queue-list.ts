/** The queues as a table: on the dashboard, and on their own page. */
import type { QueueSummary } from "@tsq/core/api";
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf, path } from "../html/path.ts";
import { act } from "../layout/action.ts";
import type { Frame } from "../layout/frame.ts";
import { name } from "../layout/names.ts";
import { state } from "../layout/parts.ts";
import { table } from "../layout/table.ts";
import type { Column } from "../layout/table.ts";
import type { ProcessView } from "./processes.ts";

/** The processes that take jobs from a queue. */
export const listenersOf = (queue: string, processes: readonly ProcessView[]): readonly ProcessView[] =>
  processes.filter(({ queues, isQuiet }) => !isQuiet && queues.includes(queue));

/** Whether jobs wait that nobody will take. */
export const isAbandoned = (
  { name: queue, size }: QueueSummary,
  processes: readonly ProcessView[],
): boolean => size > 0 && listenersOf(queue, processes).length === 0;

/** What is wrong with a queue, if anything is. */
export const queueState = (frame: Frame, queue: QueueSummary, processes: readonly ProcessView[]): Html => {
  const { words } = frame;
  if (queue.paused) return state("idle", "pause", words.say("state.paused"));
  return isAbandoned(queue, processes) ? state("dead", "plug", words.say("state.nobody")) : html``;
};

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
        { look, describe: words.say("verb.resume_of", { name: queue.name }) },
      )
    : act(
        frame,
        "queue.pause",
        words.say("verb.pause"),
        to,
        { pause: "1" },
        { look, describe: words.say("verb.pause_of", { name: queue.name }) },
      );
};

/** @param isFull with who listens, and with buttons */
export const queueTable = (
  frame: Frame,
  queues: readonly QueueSummary[],
  processes: readonly ProcessView[],
  isFull: boolean,
): Html => {
  const { words, to } = frame;
  const columns: Column<QueueSummary>[] = [
    {
      head: words.say("queues.queue"),
      kind: "full",
      cell: (queue) => {
        const listeners = listenersOf(queue.name, processes).length;
        return html`<a href="${to(path`/queues/${queue.name}`)}"><b>${name(queue.name)}</b></a> ${queueState(frame, queue, processes)}${isFull && html`<br><small>${words.say("queues.listeners", { count: listeners })}</small>`}`;
      },
    },
    {
      head: words.say("queues.waiting"),
      kind: "num",
      cell: ({ size }) => html`<b>${words.number(size)}</b>`,
    },
    {
      head: words.say("queues.oldest"),
      kind: "num",
      cell: ({ size, latency }) =>
        size > 0 ? words.span(latency * 1_000) : html`<span class="dim">–</span>`,
    },
  ];
  if (isFull) {
    columns.push({
      head: words.say("table.actions"),
      kind: "full",
      isUnnamed: true,
      cell: (queue) => html`<div class="acts">${pauseButton(frame, queue, "s")}</div>`,
    });
  }
  return table(columns, queues, (queue) => idOf("q", queue.name));
};
