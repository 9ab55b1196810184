/** What runs, by whom, since when, and against how long it usually takes. */
import { isRubyVersion } from "@tsq/core/config";
import { share } from "../charts/share.ts";
import { cut, html, NOTHING } from "../html/html.ts";
import type { Html, Value } from "../html/html.ts";
import { idOf, jobPath, path } from "../html/path.ts";
import { act, ask } from "../layout/action.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { name } from "../layout/names.ts";
import { pager } from "../layout/pager.ts";
import type { Paging } from "../layout/pager.ts";
import { clockOf, empty, jobCell, queueAndTags, roleNote, state, vitals } from "../layout/parts.ts";
import type { Vital } from "../layout/parts.ts";
import { table } from "../layout/table.ts";
import type { Column } from "../layout/table.ts";
import { whyNot } from "./job-place.ts";
import { iso } from "../words/words.ts";
import { againstUsual, processName, processNotes, processText, slotsOf, toneOf } from "./processes.ts";
import type { ProcessView, RunView, Slots } from "./processes.ts";

const LONGEST_CURSOR = 80;

/** What the page is made of. */
export interface BusyView {
  /** The identity of the process that alone is asked for; undefined where all are. */
  readonly only?: string | undefined;
  /** Of what is asked for. */
  readonly totals: {
    readonly processes: number;
    readonly slots: number;
    readonly busy: number;
    /** Of those that say theirs. */
    readonly rssKib: number;
    /** How many of them do not. */
    readonly silent: number;
  };
  /** A page of the processes, with what they run; undefined where only what runs is asked for. */
  readonly fleet?: {
    readonly shown: readonly ProcessView[];
    readonly inSlots: Slots;
    readonly paging: Paging;
  };
  /** A page of what runs, the longest first; undefined where only processes are asked for. */
  readonly work?: {
    readonly shown: readonly RunView[];
    readonly by: readonly ProcessView[];
    readonly paging: Paging;
  };
}

/** `/busy` */
export const busyPage = (view: BusyView, frame: Frame): Page => {
  const { processes, slots, busy } = view.totals;
  const { words, to } = frame;
  const title = words.say("nav.busy");
  if (view.only !== undefined) {
    // It may have ended since: what is said of others then would be no answer.
    const none = html`<p class="dim">${words.say("audit.none_found")}</p>`;
    return {
      title,
      heading: name(view.only),
      crumb: html`<a href="${to("/busy")}">${title}</a>`,
      body: processes > 0 ? bodyOf(view, frame) : none,
    };
  }
  if (processes === 0) {
    const body = empty("idle", "plug", words.say("busy.none"), words.say("busy.none_why"));
    return { title, heading: words.say("busy.none"), body };
  }
  return {
    title,
    heading: words.say("busy.heading", { busy, count: slots }),
    lead: words.say("busy.processes", { count: processes }),
    aside: html`<div class="acts">${ask(frame, "fleet.quiet", words.say("verb.quiet_all"), "/busy/confirm?do=quiet", { look: "" })}${ask(frame, "fleet.stop", words.say("verb.stop_all"), "/busy/confirm?do=stop")}</div>`,
    body: bodyOf(view, frame),
  };
};

const bodyOf = ({ totals, fleet, work }: BusyView, frame: Frame): Html =>
  html`${roleNote(frame)}${totalsOf(totals, frame)}${fleet && processPanel(fleet, frame)}${work && runPanel(work, frame)}`;

/** As Sidekiq::Web has them, but for what nobody says. */
const totalsOf = (totals: BusyView["totals"], { words }: Frame): Html => {
  const { processes, slots, busy, rssKib, silent } = totals;
  const list: Vital[] = [
    { name: words.say("busy.process_list"), value: words.number(processes) },
    { name: words.say("busy.slots"), value: words.number(slots), sub: words.say("busy.slots_note") },
    { name: words.say("busy.busy_slots"), value: words.number(busy) },
    { name: words.say("busy.utilization"), value: words.percent(slots > 0 ? busy / slots : 0) },
  ];
  if (rssKib > 0) {
    list.push({
      name: words.say("busy.memory"),
      value: words.bytes(rssKib * 1_024),
      sub: silent > 0 ? words.say("busy.memory_without", { count: silent }) : words.say("busy.memory_note"),
    });
  }
  return vitals("totals", list);
};

const processPanel = ({ shown, inSlots, paging }: NonNullable<BusyView["fleet"]>, frame: Frame): Html => {
  const { words, nowMs } = frame;
  const columns: Column<ProcessView>[] = [
    {
      head: words.say("busy.process"),
      kind: "one full",
      cell: (process) => html`${processName(process)}<br>${processNotes(frame, process)}`,
    },
    { head: words.say("busy.queues"), kind: "full", cell: (process) => queuesOf(process, frame) },
    { head: words.say("busy.slots"), kind: "one full", cell: (process) => slotsOf(frame, process, inSlots) },
    ...(shown.some(({ rssKib }) => rssKib > 0) ? [memoryColumn(frame)] : []),
    ...(shown.some(({ lagUs }) => lagUs !== undefined) ? [lagColumn(frame)] : []),
    {
      head: words.say("busy.up"),
      kind: "num",
      cell: ({ startedAt, beatAt }) =>
        html`${startedAt ? runningFor(startedAt, frame) : "–"}${beatAt && html`<br><small>${words.time(beatAt, nowMs)}</small>`}`,
    },
    {
      head: words.say("table.actions"),
      kind: "full",
      isUnnamed: true,
      cell: (process) => buttons(process, frame),
    },
  ];
  const legend = [
    ["run", "busy.busy"],
    ["retry", "busy.long"],
    ["dead", "busy.far_too_long"],
    ["idle", "busy.free"],
  ] as const;
  return html`<section class="panel" id="procs" data-live><header><h2>${words.say("busy.process_list")}</h2><ul class="legend">${legend.map(([tone, key]) => html`<li class="s-${tone}"><i></i>${words.say(key)}</li>`)}</ul></header>${table(columns, shown, ({ identity }) => idOf("p", identity))}${shown.length < paging.total && pager(frame, paging)}</section>`;
};

/** Left out where no process says it. */
const memoryColumn = ({ words }: Frame): Column<ProcessView> => ({
  head: words.say("busy.memory"),
  kind: "num",
  cell: ({ rssKib }) => (rssKib > 0 ? words.bytes(rssKib * 1_024) : "–"),
});

/** Left out where no process measures it, as none of Ruby does. */
const lagColumn = ({ words }: Frame): Column<ProcessView> => ({
  head: words.say("busy.lag"),
  kind: "num",
  cell: ({ lagUs }) => (lagUs === undefined ? "–" : `${words.number(Math.ceil(lagUs / 1_000))} ms`),
});

const queuesOf = ({ queues, weights }: ProcessView, { words, to }: Frame): Html => {
  const weightOf = (queue: string) => weights.reduce((sum, of) => sum + (of[queue] ?? 0), 0);
  return html`${queues.map((queue) => {
    const weight = weightOf(queue);
    const said: Value =
      weight > 0 ? words.say("busy.weighted", { name: name(queue), n: weight }) : name(queue);
    return html`<a class="tag" href="${to(path`/queues/${queue}`)}">${said}</a> `;
  })}`;
};

const buttons = (process: ProcessView, frame: Frame): Html => {
  const { words } = frame;
  const off = (label: Html, why: Html) =>
    html`<button class="btn s" type="button" disabled title="${why}">${label}</button>`;
  const of = { name: processText(process) };
  const { identity } = process;
  if (process.isEmbedded) {
    const why = words.say("verb.embedded");
    return html`<div class="acts">${off(words.say("verb.quiet"), why)}${off(words.say("verb.stop"), why)}</div>`;
  }
  const quiet = process.isQuiet
    ? off(words.say("verb.quiet"), words.say("verb.quiet_already"))
    : act(
        frame,
        "process.quiet",
        words.say("verb.quiet"),
        "/busy",
        { identity, quiet: "1" },
        { look: "s", describe: words.say("verb.quiet_of", of) },
      );
  const stop = ask(
    frame,
    "process.stop",
    words.say("verb.stop"),
    `/busy/confirm?do=stop&${path`identity=${identity}`}`,
    { look: "s bad", describe: words.say("verb.stop_of", of) },
  );
  return html`<div class="acts">${quiet}${stop}</div>`;
};

const runPanel = ({ shown, by, paging }: NonNullable<BusyView["work"]>, frame: Frame): Html => {
  const { words, to } = frame;
  const byIdentity = new Map(by.map((process) => [process.identity, process]));
  const columns: Column<RunView>[] = [
    {
      head: words.say("job.job"),
      kind: "wide full",
      cell: (run) => html`${jobCell(frame, run.job)}${jidOf(run, frame)}${iterationOf(run, frame)}`,
    },
    { head: words.say("job.queue_tags"), kind: "tags", cell: ({ job }) => queueAndTags(frame, job) },
    {
      head: words.say("busy.process"),
      kind: "one",
      cell: ({ identity, tid }) => {
        const process = byIdentity.get(identity);
        return html`${process ? processName(process) : name(identity)} <small class="mono">${name(tid)}</small>`;
      },
    },
    {
      head: words.say("busy.running"),
      kind: "num",
      cell: ({ runAt }) => (runAt ? runningFor(runAt, frame) : "–"),
    },
  ];
  if (shown.some(({ usualMs }) => usualMs !== undefined)) {
    columns.push({ head: words.say("busy.usual"), kind: "one", cell: (run) => usualOf(run, frame) });
  }
  columns.push({
    head: words.say("table.actions"),
    kind: "full",
    isUnnamed: true,
    cell: (run) => cancelButton(run, frame),
  });
  const list =
    shown.length > 0
      ? html`${table(columns, shown, ({ identity, tid }) => idOf("r", `${identity} ${tid}`))}${pager(frame, paging)}`
      : html`<p class="pad dim">${words.say("busy.nothing")}</p>`;
  // Ruby keeps none of them.
  const isKept = by.some(({ version }) => !isRubyVersion(version));
  const ended = isKept && html`<a class="link" href="${to("/ended")}">${words.say("ended.list")}</a>`;
  return html`<section class="panel" id="runs" data-live data-list><header><h2>${words.say("busy.runs")}</h2><small>${words.say("busy.runs_note")}</small>${ended}</header>${list}</section>`;
};

const jidOf = ({ job: { jid, href } }: RunView, { to }: Frame): Html =>
  jid === undefined || jid === "" || href === undefined
    ? NOTHING
    : html`<a class="jid mono" href="${to(href)}">${name(jid)}</a>`;

/** With the time at which it began behind it. */
const runningFor = (runAt: Date, { words, nowMs }: Frame): Html =>
  html`<time datetime="${iso(runAt.getTime())}" title="${words.stamp(runAt)}">${words.span(Math.max(0, nowMs - runAt.getTime()))}</time><br><small class="abs">${clockOf(runAt, nowMs, words)}</small>`;

/** In the words of Sidekiq::Web. */
const iterationOf = ({ iteration }: RunView, { words }: Frame): Html =>
  iteration
    ? html`<small class="mono">cursor=${cut(iteration.cursor, LONGEST_CURSOR)}; exec=${iteration.executions}; rt=${words.span(iteration.runtimeSeconds * 1_000)}</small>`
    : NOTHING;

const cancelButton = (run: RunView, frame: Frame): Html => {
  const { words } = frame;
  const { jid, class: of = "" } = run.job;
  if (run.cancelledAt !== undefined) return state("retry", "dead", words.say("state.cancelled"));
  if (jid === undefined || jid === "" || run.job.hidden !== undefined) return NOTHING;
  const why = whyNot(run, undefined, frame);
  const label = words.say("verb.cancel_ask");
  if (why) return html`<button class="btn s" type="button" disabled title="${why}">${label}</button>`;
  const describe = words.say("verb.cancel_of", { name: cut(of, 100) });
  return ask(frame, "job.cancel", label, `${jobPath(jid)}/cancel`, { look: "s bad", describe });
};

const usualOf = (run: RunView, frame: Frame): Html => {
  const { words, nowMs } = frame;
  if (run.isOverrunning) return state("dead", "err", words.say("state.overrunning"));
  if (run.usualMs === undefined) return html`<span class="dim">–</span>`;
  const times = againstUsual(run, nowMs);
  const usual = html`<small>${words.say("busy.usually", { span: words.span(run.usualMs) })}</small>`;
  if (times === undefined || times < 1) return html`${usual}${share(times ?? 0, "run")}`;
  const tone = toneOf(run, nowMs);
  const said = words.say("times", { n: Number(times.toFixed(times < 10 ? 1 : 0)) });
  return html`<b class="state s-${tone}">${said}</b><br>${usual}${share(1, tone)}`;
};
