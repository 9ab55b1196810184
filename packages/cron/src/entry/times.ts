/** Times as sidekiq-cron spells them (WIRE §12.2, §12.4). Another spelling of the same instant would fire it twice. */

/** The member of an instant that has fired: UTC, whole seconds, `Z`. */
export const tickMember = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Its score, as Ruby writes a Float. */
export const tickScore = (ms: number): string => `${Math.floor(ms / 1_000)}.0`;

/** `last_enqueue_time`: `2026-11-23 16:40:03 +0000`. */
export const rubyTime = (ms: number): string => `${spaced(ms)} +0000`;

/** A time in the history: `2026-11-23 16:40:03 UTC`. */
export const historyTime = (ms: number): string => `${spaced(ms)} UTC`;

const spaced = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace("T", " ");

const RUBY_TIME =
  /^\s*(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)\s*(?:Z|UTC|GMT|([+-]\d\d):?(\d\d))?\s*$/;

/** Milliseconds since 1970 of a time that some version has written, in whole seconds; undefined of what is none. */
export const readRubyTime = (text: string | null | undefined): number | undefined => {
  const [, date, time, hours = "+00", minutes = "00"] = RUBY_TIME.exec(text ?? "") ?? [];
  const ms = Date.parse(`${date}T${time?.slice(0, 8)}${hours}:${minutes}`);
  return Number.isNaN(ms) ? undefined : ms;
};

/** A number, which Ruby takes for no time: it then ends the whole pass, and no entry of any name fires (WIRE §12.2). */
export const isNumericTime = (text: string | null | undefined): text is string =>
  /^\s*-?\d+(?:\.\d+)?\s*$/.test(text ?? "");

/** What was most likely meant by a number: seconds or milliseconds since 1970. */
export const instantOfNumber = (text: string): number => {
  const number = Number(text);
  return number > 1e11 ? number : number * 1_000;
};
