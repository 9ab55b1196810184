/** A question, or work that goes on, as lines. */
import { withCommas } from "../cli/counted.ts";
import type { Line } from "./line.ts";
import type { Dialog, Size } from "./state.ts";
import { wrapTo } from "./wide.ts";

const BAR = 40;

export const workLines = ({
  label,
  done,
  total,
  isStopping,
}: Extract<Dialog, { kind: "work" }>): readonly Line[] => {
  const filled = total > 0 ? Math.min(BAR, Math.floor((BAR * done) / total)) : 0;
  const bar = total > 0 ? `[${"#".repeat(filled)}${"-".repeat(BAR - filled)}] ` : "";
  const count = total > 0 ? `${withCommas(done)} of ${withCommas(total)}` : withCommas(done);
  return [
    [[label, "strong"]],
    [],
    [`${bar}${count}`],
    [],
    [[isStopping ? "It ends after the jobs under way." : "Esc or Ctrl-C ends it.", "faint"]],
  ];
};

/** A name may be as long as whoever pushed it wants. */
const MOST_LINES = 2;

/** What follows, and where one answers, are on the screen however much there is to say. */
export const questionLines = (
  { question, about, typed, text }: Extract<Dialog, { kind: "question" }>,
  { columns, rows }: Size,
): readonly Line[] => {
  const asks = typed === undefined ? "[y/N]" : `Type ${typed} and Enter to go on:`;
  const head = bounded(wrapTo(question, columns), MOST_LINES).map((line): Line => [[line, "strong"]]);
  const room = Math.max(1, rows - head.length - 3);
  const parts = about.map((line) => ({ isListed: line.startsWith(" "), lines: indented(line, columns) }));
  return [...head, [], ...fitting(parts, room), [], [[`${asks} `, "warning"], text, ["_", "faint"]]];
};

interface Part {
  /** What it is done to; all else is what follows. */
  readonly isListed: boolean;
  readonly lines: readonly Line[];
}

/** What it is done to gives way to what follows, from its end. */
const fitting = (parts: readonly Part[], room: number): readonly Line[] => {
  const lines = parts.flatMap((part) => part.lines);
  if (lines.length <= room) return lines;
  const follows = parts.filter(({ isListed }) => !isListed).flatMap((part) => part.lines);
  const listed = parts.filter(({ isListed }) => isListed).flatMap((part) => part.lines);
  const left = Math.max(0, room - follows.length);
  const shown = left < 1 ? [] : [...listed.slice(0, left - 1), MORE];
  return [...shown, ...follows.slice(0, room)];
};

const MORE: Line = ["  …"];

/** A line that begins with blanks goes on below its first word. */
const indented = (line: string, columns: number): readonly Line[] => {
  const text = line.trimStart();
  const blanks = " ".repeat(line.length - text.length);
  const wrapped = wrapTo(text, columns - blanks.length - 2);
  const shown = blanks === "" ? wrapped : bounded(wrapped, MOST_LINES);
  return shown.map((part, i): Line => [i === 0 ? blanks : `${blanks}  `, part]);
};

/** The last line says that there is more. */
export const bounded = (lines: readonly string[], most: number): readonly string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most - 1), `${(lines[most - 1] ?? "").slice(0, -1)}…`];
