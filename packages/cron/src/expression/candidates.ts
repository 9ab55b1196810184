/** What somebody may have meant by an expression that cannot be read: other dialects of cron, other words, slips of the keys. */
import { nearest } from "@tsq/core/protocol";
import { MONTH_NAMES } from "./field.ts";
import { WEEKDAY_NAMES } from "./weekdays.ts";
import type { Flaw } from "./written.ts";
import { FIELDS, NICKNAMES } from "./written.ts";

/** The most likely first; whether they can be read is not known here. */
export const candidatesFor = (text: string, flaw: Flaw): readonly string[] => {
  const line = text.trim().replace(/\s+/g, " ");
  if (line.startsWith("@")) return nicknames(line);
  if (/^[a-z]{2}/i.test(line) && !/^(?:sun|mon|tue|wed|thu|fri|sat)\b/i.test(line)) return sentences(line);
  return flaw.field === undefined ? otherLengths(line) : otherFields(line, flaw);
};

const nicknames = (line: string): readonly string[] => {
  // Go's cron, and those that follow it.
  const every = /^@every (?<count>\d+) ?(?<unit>[smh])/.exec(line)?.groups;
  if (every) return [`every ${every["count"]} ${UNITS[every["unit"] ?? "m"]}`];
  const meant = nearest(line, Object.keys(NICKNAMES));
  return [...(meant === undefined ? [] : [meant]), "@hourly"];
};

const UNITS: Readonly<Record<string, string>> = { s: "seconds", m: "minutes", h: "hours" };

const COUNTS = (
  "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen " +
  "nineteen twenty"
).split(" ");

const sentences = (line: string): readonly string[] => {
  const said = line.toLowerCase();
  const weekday = WEEKDAY_NAMES.find((name) => new RegExp(`\\b${name}(?!th)`).test(said));
  const weeks = /^every (?<count>\d+) weeks/.exec(said)?.groups?.["count"];
  const numbered = said
    .replace(/^(?:each|once an?|once every|once per|per)\b/, "every")
    .replace(/\bhalf (?:an )?hour/, "30 minutes")
    .replace(/\bquarter (?:of an )?hour/, "15 minutes")
    .replace(/\bmins\b/, "minutes")
    .replace(/\bsecs\b/, "seconds")
    .replace(/\bhrs?\b/, "hours")
    .replace(/^every ([a-z]+)/, (all, word: string) => {
      const count = COUNTS.indexOf(word);
      return count === -1 ? all : `every ${count + 2}`;
    });
  return [
    ...(weeks === undefined ? [] : [`0 0 * * ${weekday ?? "sun"}%${weeks}`]),
    ...(said.startsWith("every last") ? [weekday === undefined ? "0 0 L * *" : `0 0 * * ${weekday}#L`] : []),
    numbered,
    said,
    `@${said}`,
  ];
};

const otherLengths = (line: string): readonly string[] => {
  const fields = line.split(" ");
  if (fields.length < 5) return [[...fields, ...Array<string>(5 - fields.length).fill("*")].join(" ")];
  // With a year, as Quartz has it, or with a zone that is not spelled as one.
  return [fields.slice(0, -1).join(" ").replace(/\?/g, "*"), fields.slice(0, -2).join(" ")];
};

const otherFields = (line: string, { field, at: place, text }: Flaw): readonly string[] => {
  const fields = line.split(" ");
  const other = field === "day of the week" ? otherWeekday(text) : otherNumbers(text, field);
  const replaced = fields.map((one, at) => (at === place ? other : one === "?" ? "*" : one));
  // A zone that fugit does not know stands where a day of the week would.
  const zoned =
    field === "day of the week" && fields.length === 6 ? [`${fields.slice(0, 5).join(" ")} UTC`] : [];
  return [...(/^[A-Z]/.test(text) ? zoned : []), replaced.join(" ")];
};

/** Quartz, Jenkins and full names in fugit's words. */
const otherWeekday = (text: string): string =>
  text
    .replace(/^[?H]$/, "*")
    .replace(/^L$/i, "sat")
    .replace(/^([0-7]|[a-z]{3})L$/i, "$1#L")
    .replace(/#([6-9]|\d\d+)$/, "#L")
    .replace(/\b(sun|mon|tue|wed|thu|fri|sat)[a-z]+/gi, "$1")
    .replace(/\d+/g, (number, at: number) => (text[at - 1] === "#" ? number : clamped(number, 0, 7)));

const otherNumbers = (text: string, field: Flaw["field"]): string => {
  const kind = FIELDS.find(({ name }) => name === field);
  const [from, to] = kind ? [kind.from, kind.to] : [0, 59];
  const first = text
    .replace(/^\?$/, "*")
    .replace(/\bH\b/, String(from))
    .replace(/^LW$/i, "L")
    .replace(/^(\d+)W$/i, "$1")
    .replace(/^L-(\d+)$/i, (_, days: string) => `-${Number(days) + 1}`)
    .replace(/\/0+$/, "")
    .replace(
      /[a-z]{4,}/gi,
      (name) => MONTH_NAMES.find((month) => name.toLowerCase().startsWith(month)) ?? name,
    );
  return first.replace(/\d+/g, (number) => clamped(number, from, to));
};

const clamped = (number: string, from: number, to: number): string =>
  Number(number) < from ? String(from) : Number(number) > to ? String(to) : number;
