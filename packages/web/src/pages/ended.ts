/** Jobs that have ended, as far as workers of tsq have kept that: one of them, and the newest. */
import type { FinishedJob } from "@tsq/core/api";
import type { Tone } from "../charts/svg.ts";
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { idOf, jobPath, path } from "../html/path.ts";
import type { Frame, Page } from "../layout/frame.ts";
import type { IconName } from "../layout/icons.ts";
import { className, name } from "../layout/names.ts";
import { empty, hiddenMark, queueLink, state, when } from "../layout/parts.ts";
import { lookOn } from "./job-gone.ts";
import { table } from "../layout/table.ts";
import type { WordKey } from "../words/words.ts";

/** A job of the list. */
export interface EndedView {
  readonly job: FinishedJob;
  /** Why it may not be looked at. */
  readonly hidden?: string | undefined;
}

const ENDS: Readonly<Record<string, readonly [Tone, IconName, WordKey]>> = {
  done: ["ok", "ok", "state.done"],
  drop: ["dead", "dead", "ended.dropped"],
  discard: ["idle", "dead", "time.discarded"],
  cancelled: ["retry", "dead", "time.cancelled"],
  late: ["retry", "sched", "ended.late"],
};

/** How it ended; what a later version writes stands there as it is, and may break anywhere. */
const howOf = ({ as }: FinishedJob, { words }: Frame): Html => {
  const [tone, shape, word] = (Object.hasOwn(ENDS, as) ? ENDS[as] : undefined) ?? [];
  return tone && shape && word ? state(tone, shape, words.say(word)) : name(as);
};

/** A worker that has kept nothing of it would have kept no jid either. */
const classOf = ({ class: of }: FinishedJob, { words }: Frame): Html =>
  of === "" ? words.say("job.malformed") : className(of);

/** How far queues were looked through for one that may have been pushed anew under its jid. */
export interface PartLooked {
  readonly looked: number;
  /** Whether one may look on. */
  readonly canLookOn: boolean;
}

/** @param part undefined where all queues were looked through */
export const endedPage = (job: FinishedJob, frame: Frame, part?: PartLooked): Page => {
  const { words, to, nowMs } = frame;
  const jid = html`<code>${name(job.jid)}</code>`;
  const rows = [
    html`<dt>jid</dt><dd><code data-copy>${name(job.jid)}</code></dd>`,
    job.queue !== "" && html`<dt>${words.say("queues.queue")}</dt><dd>${queueLink(frame, job.queue)}</dd>`,
    html`<dt>${words.say("ended.how")}</dt><dd>${howOf(job, frame)}</dd>`,
    html`<dt>${words.say("ended.ended")}</dt><dd>${words.time(job.at, nowMs)}<br><small class="abs">${words.stamp(job.at)}</small></dd>`,
    job.waitedMs !== undefined &&
      html`<dt>${words.say("ended.waited")}</dt><dd>${words.span(job.waitedMs)}</dd>`,
    html`<dt>${words.say("ended.ran")}</dt><dd>${words.span(job.ms)}</dd>`,
    html`<dt>${words.say("job.process")}</dt><dd>${name(job.identity)}</dd>`,
    job.class !== "" &&
      html`<dt>${words.say("facet.class")}</dt><dd><a href="${to(path`/metrics/${job.class}`)}">${words.say("job.metrics")}</a></dd>`,
  ];
  return {
    title: job.class || words.say("job.malformed"),
    crumb: html`<a href="${to("/ended")}">${words.say("ended.list")}</a> / ${jid}`,
    heading: html`${classOf(job, frame)} ${howOf(job, frame)}`,
    lead: part
      ? html`${words.say("ended.note")} ${words.say("ended.part", { n: part.looked })}`
      : words.say("ended.note"),
    here: "/busy",
    isLive: false,
    body: html`${part?.canLookOn === true && lookOn(job.jid, frame)}<section class="panel"><header><h2>${words.say("job.facts")}</h2></header><dl class="facts pad">${rows}</dl></section>`,
  };
};

/** `/ended` */
export const endedListPage = (list: readonly EndedView[], frame: Frame): Page => {
  const { words, to } = frame;
  const title = words.say("ended.list");
  const head = {
    title,
    heading: title,
    crumb: html`<a href="${to("/busy")}">${words.say("nav.busy")}</a>`,
    here: "/busy",
  };
  if (list.length === 0) {
    const none = empty("idle", "ok", title, words.say("ended.none"));
    return { ...head, body: html`<div id="ended" data-live>${none}</div>` };
  }
  return {
    ...head,
    lead: words.say("ended.list_note"),
    body: html`<section class="panel" id="ended" data-live data-list>${listOf(list, frame)}</section>`,
  };
};

const listOf = (list: readonly EndedView[], frame: Frame): Html => {
  const { words, to } = frame;
  const none = html`<span class="dim">–</span>`;
  return table<EndedView>(
    [
      {
        head: words.say("job.job"),
        kind: "wide full",
        cell: ({ job, hidden }) =>
          hidden === undefined
            ? html`<a href="${to(jobPath(job.jid))}">${classOf(job, frame)}</a> ${howOf(job, frame)}<br><small class="mono">${name(job.jid)}</small>`
            : hiddenMark(frame, hidden),
      },
      {
        head: words.say("queues.queue"),
        kind: "tags",
        cell: ({ job }) => (job.queue === "" ? none : queueLink(frame, job.queue)),
      },
      {
        head: words.say("ended.waited"),
        kind: "num",
        cell: ({ job: { waitedMs } }) => (waitedMs === undefined ? none : words.span(waitedMs)),
      },
      { head: words.say("ended.ran"), kind: "num", cell: ({ job }) => words.span(job.ms) },
      { head: words.say("ended.ended"), kind: "num", cell: ({ job }) => when(frame, job.at) },
    ],
    list,
    ({ job }) => idOf("n", `${job.jid} ${job.at.getTime()} ${job.as}`),
  );
};
