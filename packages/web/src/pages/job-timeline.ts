/** What a job has been through and what is to come, one below the other. */
import type { JobEvent } from "@tsq/core/api";
import type { Tone } from "../charts/svg.ts";
import { cut, html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Frame } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import type { IconName } from "../layout/icons.ts";
import { name } from "../layout/names.ts";
import { dueTime } from "../layout/parts.ts";
import type { WordKey } from "../words/words.ts";

/** What the list is made of. */
export interface TimelineView {
  readonly place: "running" | "queue" | "retry" | "schedule" | "dead";
  readonly events: readonly JobEvent[];
  /** Where it waits, or has waited. */
  readonly queue: string | undefined;
  /** Who runs it. */
  readonly process: string | undefined;
  readonly failures: number | undefined;
}

const MOST_SHOWN = 200;

interface Look {
  readonly tone: Tone;
  readonly shape: IconName;
  readonly word: WordKey;
}

const LOOKS: Readonly<Record<JobEvent["kind"], Look>> = {
  created: { tone: "idle", shape: "idle", word: "time.created" },
  enqueued: { tone: "wait", shape: "queue", word: "time.enqueued" },
  started: { tone: "run", shape: "busy", word: "time.started" },
  failed: { tone: "dead", shape: "dead", word: "time.failed_once" },
  cancelled: { tone: "retry", shape: "dead", word: "time.cancelled" },
  discarded: { tone: "idle", shape: "dead", word: "time.discarded" },
  died: { tone: "dead", shape: "dead", word: "time.died" },
  due: { tone: "sched", shape: "sched", word: "time.runs" },
};
const TRIES: Look = { tone: "retry", shape: "retry", word: "time.retries" };

/** The list in its panel. */
export const timeline = (view: TimelineView, frame: Frame): Html => {
  const { words } = frame;
  const { events, failures } = view;
  const failed =
    failures !== undefined && html`<small>${words.say("job.failures", { count: failures })}</small>`;
  return html`<section class="panel" id="timeline" data-live><header><h2>${words.say("job.timeline")}</h2>${failed}</header><ol class="line pad">${events.map((event, i) => step(event, events[i - 1], view, frame))}</ol></section>`;
};

const step = (event: JobEvent, before: JobEvent | undefined, view: TimelineView, frame: Frame): Html => {
  const { words, nowMs } = frame;
  const { tone, shape, word } = event.kind === "due" && view.place === "retry" ? TRIES : LOOKS[event.kind];
  const said =
    event.attempt === undefined ? words.say(word) : words.say("time.attempt_failed", { n: event.attempt });
  const note = noteOf(event, before, view, frame);
  return html`<li><span class="dot s-${tone}">${icon(shape)}</span><b>${said}</b>${event.kind === "due" ? dueTime(frame, event.at) : words.time(event.at, nowMs)}${note && html`<small>${note}</small>`}<small class="abs">${words.stamp(event.at)}</small></li>`;
};

const noteOf = (
  { kind, at, failure }: JobEvent,
  before: JobEvent | undefined,
  { queue, process }: TimelineView,
  { words }: Frame,
): Html | undefined => {
  if (failure) return failureNote(failure, words);
  if (kind === "enqueued" && queue !== undefined) return words.say("time.in_queue", { name: name(queue) });
  if (kind !== "started") return undefined;
  const waited = before?.kind === "enqueued" ? at.getTime() - before.at.getTime() : -1;
  // The beginning of a run is known to the second alone, and two machines have two clocks.
  const span = waited >= 1_000 ? words.span(waited) : undefined;
  if (process === undefined) return span && words.say("time.waited", { span });
  const on = name(process);
  return span ? words.say("time.on_after", { name: on, span }) : words.say("time.on", { name: on });
};

/** As a worker has kept it: what it failed by, where, and after how long. */
const failureNote = (
  { errorClass, errorMessage, identity, ms }: NonNullable<JobEvent["failure"]>,
  words: Frame["words"],
): Html => {
  // Isolated: in a page from right to left the full stop of an English message would stand before it.
  const said = html`<b>${name(errorClass)}</b>: <bdi>${cut(errorMessage, MOST_SHOWN)}</bdi>`;
  if (identity === "") return said;
  // Host and process, as everywhere: the rest of an identity tells nobody anything.
  const on = words.say("time.on", { name: name(identity.replace(/:[^:]*$/, "")) });
  return html`${said}<br>${on} · ${words.say("ended.ran")} ${words.span(ms)}`;
};
