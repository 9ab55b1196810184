/** Where a job is now: as a sign, in a sentence, and what can be done to it there. */
import { deedsAt } from "@tsq/core/config";
import { TARGET_VERBS } from "../bulk/target.ts";
import type { TargetVerb } from "../bulk/target.ts";
import type { Tone } from "../charts/svg.ts";
import { html, NOTHING } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { path, withQuery } from "../html/path.ts";
import { act, ask } from "../layout/action.ts";
import type { Frame } from "../layout/frame.ts";
import { icon } from "../layout/icons.ts";
import type { IconName } from "../layout/icons.ts";
import { name } from "../layout/names.ts";
import { isOverdue, queueLink, state } from "../layout/parts.ts";
import type { WordKey } from "../words/words.ts";
import { againstUsual } from "./processes.ts";
import type { Cancels } from "./processes.ts";
import type { EntryView } from "./set-view.ts";

/** Where a job can be. */
export type Place = "running" | "queue" | "retry" | "schedule" | "dead";

/** What can be done to a job somewhere. */
export type JobVerb = "retry" | "add_to_queue" | "kill" | "delete" | "cancel";

/** A run of the job. */
export interface JobRunView {
  /** Who has it: `worker-1:4127`. */
  readonly process: string;
  /** Undefined before the next heartbeat of the process. */
  readonly runAt: Date | undefined;
  readonly isOverrunning: boolean;
  readonly usualMs: number | undefined;
  /** Whether it can be cancelled; else why not. */
  readonly cancels: Cancels;
}

/** What is said of the place. */
export interface PlaceView {
  readonly place: Place;
  readonly entry: EntryView;
  /** Where its forms are posted, and its questions begin. */
  readonly path: string;
  readonly run?: JobRunView | undefined;
  /** How many jobs on its queue are older. */
  readonly ahead?: number | undefined;
  readonly cancelledAt: Date | undefined;
}

interface Kind {
  readonly title: WordKey;
  readonly tone: Tone;
  readonly shape: IconName;
  readonly list: string;
  readonly listTitle: WordKey;
  readonly verbs: readonly JobVerb[];
  /** What else, with a target. */
  readonly targets: readonly TargetVerb[];
}

const RUN_VERBS: readonly JobVerb[] = ["cancel"];
/** A cancel has a button where something runs: of what waits, a deletion says it better. */
const WAITING_VERBS: readonly JobVerb[] = ["retry", "add_to_queue", "kill", "delete"];

/** What differs from place to place. */
export const PLACES: Readonly<Record<Place, Kind>> = {
  running: {
    title: "state.running",
    tone: "run",
    shape: "busy",
    list: "/busy",
    listTitle: "nav.busy",
    verbs: deedsAt("running", RUN_VERBS),
    targets: [],
  },
  queue: {
    title: "state.waiting",
    tone: "wait",
    shape: "queue",
    list: "/queues",
    listTitle: "nav.queues",
    verbs: deedsAt("queue", WAITING_VERBS),
    targets: deedsAt("queue", TARGET_VERBS),
  },
  retry: {
    title: "nav.retries",
    tone: "retry",
    shape: "retry",
    list: "/retries",
    listTitle: "nav.retries",
    verbs: deedsAt("retry", WAITING_VERBS),
    targets: deedsAt("retry", TARGET_VERBS),
  },
  schedule: {
    title: "nav.scheduled",
    tone: "sched",
    shape: "sched",
    list: "/scheduled",
    listTitle: "nav.scheduled",
    verbs: deedsAt("scheduled", WAITING_VERBS),
    targets: deedsAt("scheduled", TARGET_VERBS),
  },
  dead: {
    title: "nav.dead",
    tone: "dead",
    shape: "dead",
    list: "/morgue",
    listTitle: "nav.dead",
    verbs: deedsAt("dead", WAITING_VERBS),
    targets: deedsAt("dead", TARGET_VERBS),
  },
};

/** As signs beside the job's name. */
export const placeSigns = ({ place, cancelledAt, run }: PlaceView, { words }: Frame): Html => {
  const { tone, shape, title } = PLACES[place];
  const cancelled = cancelledAt !== undefined && state("retry", "dead", words.say("state.cancelled"));
  const over = run?.isOverrunning === true && state("dead", "err", words.say("state.overrunning"));
  return html`${state(tone, shape, words.say(title))} ${cancelled} ${over}`;
};

/** In a sentence or two. */
export const placeText = (view: PlaceView, frame: Frame): Html => {
  const { words, nowMs } = frame;
  const { place, entry, run, ahead = 0 } = view;
  const when = entry.at ? words.time(entry.at, nowMs) : words.say("table.none");
  if (place === "running" && run) return runText(run, frame);
  if (place === "queue") {
    const queue = entry.queue === undefined ? NOTHING : queueLink(frame, entry.queue);
    return ahead === 0
      ? words.say("place.next", { name: queue })
      : words.say("place.ahead", { count: ahead, name: queue });
  }
  if (place === "dead") return words.say("place.dead", { when });
  const isLate = entry.at !== undefined && isOverdue(entry.at, nowMs);
  return words.say(`place.${place === "retry" ? "retry" : "schedule"}${isLate ? "_due" : ""}`, { when });
};

const runText = (run: JobRunView, { words, nowMs }: Frame): Html => {
  const of = name(run.process);
  if (!run.runAt) return words.say("place.taken", { name: of });
  const span = words.span(Math.max(0, nowMs - run.runAt.getTime()));
  const said = words.say("place.running", { name: of, span });
  if (run.usualMs === undefined) return said;
  const times = againstUsual(run, nowMs);
  const usual = words.say("place.usual", { span: words.span(run.usualMs) });
  const far =
    times !== undefined && times >= 1
      ? html` ${words.say("place.times", { n: Number(times.toFixed(times < 10 ? 1 : 0)) })}`
      : NOTHING;
  return html`${said} ${usual}${far}`;
};

const ASKED = { kill: "verb.kill_ask", delete: "verb.delete_ask", cancel: "verb.cancel_ask" } as const;

/** What can be done to it. */
export const placeButtons = (view: PlaceView, frame: Frame): Html => {
  const { words } = frame;
  const { place, path, run, cancelledAt } = view;
  const buttons = PLACES[place].verbs.map((verb, i) => {
    if (verb === "retry" || verb === "add_to_queue") {
      const word = verb === "retry" ? "verb.retry_now" : "verb.add_to_queue";
      const look = { look: i === 0 ? "main" : "" };
      return act(
        frame,
        `job.${verb}`,
        html`${icon("retry")} ${words.say(word)}`,
        path,
        { [verb]: "1" },
        look,
      );
    }
    const label = words.say(ASKED[verb]);
    const why = verb === "cancel" ? whyNot(run, cancelledAt, frame) : undefined;
    if (why) return html`<button class="btn bad" type="button" disabled title="${why}">${label}</button>`;
    return ask(frame, `job.${verb}`, label, `${path}/${verb}`);
  });
  return html`<div class="acts">${buttons}${targetLinks(view, frame)}${editLink(view, frame)}</div>`;
};

/** By its key in the set, wherever its page is; on a queue by its jid. */
const targetLinks = ({ place, entry }: PlaceView, frame: Frame): readonly Html[] => {
  const { list, targets } = PLACES[place];
  const own = (verb: TargetVerb): string =>
    place === "queue"
      ? withQuery(path`/queues/${entry.queue ?? ""}/${verb}`, { key: entry.key })
      : list + path`/${entry.key}/${verb}`;
  return targets.map((verb) =>
    ask(frame, `job.${verb}`, frame.words.say(`verb.${verb}_ask`), own(verb), { look: "" }),
  );
};

/** Only where the job has a key: another place has nothing to retry it from. */
const editLink = ({ place, entry }: PlaceView, frame: Frame): Html => {
  const { list } = PLACES[place];
  const isSet = place === "retry" || place === "schedule" || place === "dead";
  if (!isSet || entry.class === undefined || !frame.may("job.edit")) return NOTHING;
  return html`<a class="btn" href="${frame.to(list + path`/${entry.key}/edit`)}">${frame.words.say("edit.title")}</a>`;
};

/** Why a run cannot be cancelled, or need not be. */
export const whyNot = (
  run: { readonly cancels?: Cancels | undefined } | undefined,
  cancelledAt: Date | undefined,
  { words }: Frame,
): Html | undefined => {
  if (cancelledAt !== undefined) return words.say("cancel.already");
  if (run?.cancels === "ruby") return words.say("cancel.ruby");
  return run?.cancels === "old" ? words.say("cancel.old") : undefined;
};
