/** Worker processes as the pages show them: in the dashboard's list, and on Busy. */
import { isRubyVersion } from "@tsq/core/config";
import type { JobIteration, ProcessRecord } from "@tsq/core/api";
import type { BusySlot } from "../charts/slots.ts";
import { MOST_SLOTS, slotMap } from "../charts/slots.ts";
import type { Tone } from "../charts/svg.ts";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf } from "../html/path.ts";
import type { Frame } from "../layout/frame.ts";
import { name } from "../layout/names.ts";
import { state } from "../layout/parts.ts";
import type { JobView } from "../layout/parts.ts";

/** A process, as the data API reads it. */
export type ProcessView = Pick<
  ProcessRecord,
  | "identity"
  | "hostname"
  | "pid"
  | "tag"
  | "labels"
  | "version"
  | "queues"
  | "weights"
  | "concurrency"
  | "busy"
  | "beatAt"
  | "startedAt"
  | "isQuiet"
  | "isEmbedded"
  | "rssKib"
> &
  Partial<Pick<ProcessRecord, "lagUs">>;

/** A job that runs. */
export interface RunView {
  readonly identity: string;
  readonly tid: string;
  readonly job: JobView;
  readonly runAt: Date | undefined;
  /** Whether it goes on beyond its timeout. */
  readonly isOverrunning: boolean;
  /** How long a run of its class takes on average; undefined when none is known. */
  readonly usualMs: number | undefined;
  /** How far an iterable job has come. */
  readonly iteration?: JobIteration | undefined;
  readonly cancelledAt?: Date | undefined;
  /** Whether it can be cancelled; undefined where that is not asked. */
  readonly cancels?: Cancels | undefined;
}

/** A job that runs, as a square. */
export type SlotView = Pick<RunView, "runAt" | "isOverrunning" | "usualMs"> & {
  /** Undefined where the payload has none. */
  readonly class: string | undefined;
  /** Whether it may not be looked at. */
  readonly isHidden: boolean;
};

/** By the process' identity. */
export type Slots = ReadonlyMap<string, readonly SlotView[]>;

/** `yes`, or why a cancel would do nothing: Ruby tells iterable jobs alone, from 7.3.3 on. */
export type Cancels = "yes" | "ruby" | "old";

// The beginning of a run is known to the second: what takes less than this cannot be compared with anything.
const COMPARABLE_MS = 5_000;
const LONG = 3;
const FAR_TOO_LONG = 10;

/** How many times as long as usual; undefined when nothing can be said. */
export const againstUsual = (
  { runAt, usualMs }: Pick<RunView, "runAt" | "usualMs">,
  nowMs: number,
): number | undefined => {
  const ms = runAt ? nowMs - runAt.getTime() : 0;
  return usualMs !== undefined && usualMs > 0 && ms >= COMPARABLE_MS ? ms / usualMs : undefined;
};

/** The colour of a run. */
export const toneOf = (run: Pick<RunView, "runAt" | "isOverrunning" | "usualMs">, nowMs: number): Tone => {
  const times = againstUsual(run, nowMs) ?? 0;
  if (run.isOverrunning || times >= FAR_TOO_LONG) return "dead";
  return times >= LONG ? "retry" : "run";
};

/** `worker-1:4127` */
export const processName = ({ hostname, pid, identity }: ProcessView): Html =>
  hostname
    ? html`<bdi><b>${hostname}</b><span class="dim mono">:${pid}</span></bdi>`
    : html`<b>${name(identity)}</b>`;

/** The same as text, for what a screen reader says. */
export const processText = ({ hostname, pid, identity }: ProcessView): string =>
  hostname ? `${hostname}:${pid}` : identity;

/** Its slots as squares, and how many of them are busy. */
export const slotsOf = (frame: Frame, process: ProcessView, slots: Slots): Html => {
  const { words, nowMs } = frame;
  const own = slots.get(process.identity) ?? [];
  const busy: BusySlot[] = own.map((run) => ({
    tone: toneOf(run, nowMs),
    title: words.say("busy.slot", {
      class: run.isHidden ? words.say("job.hidden") : (run.class ?? "?"),
      span: run.runAt ? words.span(Math.max(0, nowMs - run.runAt.getTime())) : "?",
    }),
  }));
  // The process's own count may be ahead of what it has listed.
  const most = Math.min(process.busy, process.concurrency, MOST_SLOTS);
  for (let i = own.length; i < most; i++) busy.push({ tone: "run", title: words.say("state.running") });
  const label = words.say("busy.slots_of", { busy: process.busy, of: process.concurrency });
  return html`${slotMap(busy, process.concurrency - busy.length, label)}<small>${label}</small>`;
};

/** Its version, its labels and what it is doing. */
export const processNotes = ({ words }: Frame, process: ProcessView): Html => {
  const { version, tag, labels, isQuiet, isEmbedded } = process;
  const said =
    version === undefined
      ? NOTHING
      : html`<small><bdi>${isRubyVersion(version) ? `Sidekiq ${version}` : version}</bdi></small> `;
  const tags = [tag, ...labels].filter((text) => text !== "");
  return html`${said}${tags.map((text) => html`<span class="tag">${name(text)}</span> `)}${isEmbedded && html`<span class="tag">${words.say("busy.embedded")}</span> `}${isQuiet && state("idle", "pause", words.say("state.quiet"))}`;
};

/** The processes in a narrow list. */
export const processList = (frame: Frame, processes: readonly ProcessView[], slots: Slots): Html =>
  html`<ul class="mini">${processes.map(
    (process) =>
      html`<li id="${idOf("m", process.identity)}"><span>${processName(process)}<br>${processNotes(frame, process)}</span><span>${slotsOf(frame, process, slots)}</span></li>`,
  )}</ul>`;
