/** Pieces of a cron entry that its row and its page have. */
import { act, ask, className, html, name, runBars, state } from "@tsq/web";
import type { ButtonLook, Frame, Html, RunBar, Tone } from "@tsq/web";
import type { MissedReason, MissedRecord } from "@tsq/cron";
import type { Verb } from "./cron-verbs.ts";
import { entryPath } from "./entry-view.ts";
import type { EntryView, PastRun } from "./entry-view.ts";
import type { Allowed } from "./schedule-door.ts";

/** What is wrong with it, if anything is. */
export const stateWord = ({ state: of }: EntryView, { words }: Frame): Html => {
  if (of === "fine") return html``;
  if (of === "disabled") return state("idle", "pause", words.say("cron.disabled"));
  const tone = of === "failing" ? "retry" : "dead";
  return state(tone, "err", words.say(`cron.${of}`));
};

/** Sentences below the name: each says what somebody should know. */
export const notesOf = (view: EntryView, { words }: Frame): readonly Html[] => {
  const { entry, reading, missed, state: of } = view;
  const notes: Html[] = [];
  if (entry.description !== "") notes.push(name(entry.description));
  if (entry.error) notes.push(html`<span lang="en">${entry.error.message}</span>`);
  const [last] = missed;
  if (of === "missed" && last) notes.push(missedNote(last, words));
  if (reading?.surprise) {
    const { kind, time } = reading.surprise;
    notes.push(words.say(`cron.${kind}`, { time: html`<bdi>${time}</bdi>` }));
  }
  if (reading && reading.expression.leftOut.length > 0)
    notes.push(words.say("cron.left_out", { text: name(reading.expression.leftOut.join(", ")) }));
  return notes;
};

const REASONS = {
  nobody: "cron.missed_nobody",
  died: "cron.missed_died",
  left: "cron.missed_left",
  // Why, the log says.
  redis: "cron.missed_redis",
} as const satisfies Readonly<Record<MissedReason, string>>;

/** When, and why. */
export const missedNote = ({ at, reason }: MissedRecord, words: Frame["words"]): Html =>
  words.say(REASONS[reason], { at: words.minute(at) });

/** In words, as it is written, and whose clocks decide. */
export const scheduleOf = ({ entry, reading }: EntryView): Html => {
  const text = withoutZone(entry.cron, reading);
  return html`${reading && html`<span lang="${reading.language}">${reading.words}</span><br>`}<code class="dim${text.length <= SHORT && " expr"}"><bdi>${text}</bdi></code>${reading && html` <small>${reading.expression.zoneName}</small>`}`;
};

/** The zone stands beside it. */
const withoutZone = (text: string, reading: EntryView["reading"]): string => {
  const zone = reading?.expression.namesZone ? reading.expression.zone : undefined;
  const shown = zone !== undefined && text.endsWith(` ${zone}`) ? text.slice(0, -zone.length - 1) : text;
  return shown.slice(0, LONGEST);
};

const LONGEST = 200;
/** In one line, in the narrowest window, too. */
const SHORT = 24;

const BARS = {
  pushed: ["idle", "cron.bar_pushed"],
  done: ["ok", "cron.bar_done"],
  failed: ["dead", "cron.bar_failed"],
  running: ["run", "cron.bar_running"],
  missed: ["dead", "cron.bar_missed"],
} as const satisfies Readonly<Record<PastRun["kind"], readonly [Tone, string]>>;

/** The last runs; nothing where none is known. */
export const barsOf = (runs: readonly PastRun[], { words }: Frame): Html => {
  if (runs.length === 0) return html`<span class="dim">–</span>`;
  const missed = runs.filter(({ kind }) => kind === "missed").length;
  const bars = runs.map(({ at, kind, ms }): RunBar => {
    const [tone, key] = BARS[kind];
    const title = words.say(key, { at: words.minute(at), span: words.span(ms ?? 0) });
    return { tone, title, ms, isHollow: kind === "missed" };
  });
  return runBars(bars, words.say("cron.bars", { n: runs.length - missed, missed }));
};

/** What can be done to it at once. */
export const buttonsOf = (
  { entry }: EntryView,
  may: Allowed,
  frame: Frame,
  look: ButtonLook["look"] = "",
): Html => {
  const { words } = frame;
  const isOff = entry.status === "disabled";
  const button = (verb: Exclude<Verb, "delete">, label: Html) => {
    if (isRefused(entry, verb, may, frame)) return refusedButton(label, frame, look);
    const path = `${entryPath(entry)}/${verb === "run" ? "enque" : verb}`;
    const describe = words.say(`cron.${verb}_of`, { name: entry.name.slice(0, 100) });
    return act(frame, `cron.${verb}`, label, path, {}, { look, describe });
  };
  const verb = isOff ? "enable" : "disable";
  return html`${button("run", words.say("verb.add_to_queue"))}${button(verb, words.say(`cron.${verb}`))}`;
};

/** Behind a question. */
export const deleteButton = ({ entry }: EntryView, may: Allowed, frame: Frame): Html => {
  const label = frame.words.say("verb.delete_ask");
  if (isRefused(entry, "delete", may, frame)) return refusedButton(label, frame, "bad");
  return ask(frame, "cron.delete", label, `${entryPath(entry)}/delete`);
};

/** Of this one alone: what the role lacks is said of every button. */
const isRefused = (entry: EntryView["entry"], verb: Verb, may: Allowed, frame: Frame): boolean =>
  frame.may(`cron.${verb}`) && !may(verb, entry);

const refusedButton = (label: Html, { words }: Frame, look: ButtonLook["look"]): Html =>
  html`<button class="btn ${look}" type="button" disabled title="${words.say("refuse.rule")}">${label}</button>`;

/** The class of its jobs. */
export const classOf = ({ entry }: EntryView): Html => className(entry.class);
