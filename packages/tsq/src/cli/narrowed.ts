/** Columns in the room that there is: what is long gives way step by step, and ids and numbers never do. */
import { shortClass } from "./class-name.ts";
import { padText, widthOf } from "./text-width.ts";

export interface Column {
  readonly head: string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  /** What may be cut: a `text` at its end and before all else, a `name` at its end, a `class` at `::` and humps. @default nothing */
  readonly cuts?: "text" | "class" | "name";
}

/** Between two columns. */
export const GAP = 2;

/** What is given up, step by step: `[what, down to how many columns]`. */
const STEPS = [
  ["text", 40],
  ["class", 30],
  ["name", 24],
  ["text", 24],
  ["class", 20],
  ["name", 16],
  ["text", 12],
  ["class", 16],
  ["name", 8],
] as const;

/** So many of them are taken before a column goes that one can do without. */
export const COMFORTABLE = 6;

/** No cell needs more, however long its text is: what is measured is what lists show of one. */
const WIDEST = 1_001;

/** What each column would take. */
export const naturalWidths = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly number[] =>
  columns.map(({ head }, i) =>
    rows.reduce(
      (widest, row) => Math.max(widest, widthOf((row[i] ?? "").slice(0, WIDEST))),
      Math.max(1, widthOf(head)),
    ),
  );

/** How wide they are together. */
export const totalWidth = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, GAP * Math.max(0, widths.length - 1));

/**
 * The widths that they have; undefined where there is no room for all of them.
 *
 * @param steps how many of what can be given up
 */
export const narrowed = (
  columns: readonly Column[],
  natural: readonly number[],
  room: number,
  steps: number = STEPS.length,
): readonly number[] | undefined => {
  const widths = [...natural];
  let over = totalWidth(widths) - room;
  for (const [what, least] of STEPS.slice(0, steps)) {
    for (const [i, { cuts }] of columns.entries()) {
      if (over <= 0 || cuts !== what) continue;
      const given = Math.min(over, Math.max(0, (widths[i] ?? 0) - least));
      widths[i] = (widths[i] ?? 0) - given;
      over -= given;
    }
  }
  return over > 0 ? undefined : widths;
};

/** A row in just these widths. */
export const rowText = (
  columns: readonly Column[],
  widths: readonly number[],
  cells: readonly string[],
): string =>
  columns
    .map(({ cuts, isNumber }, i) => {
      const [cell = "", width = 0] = [cells[i], widths[i]];
      return padText(
        cuts === "class" && widthOf(cell) > width ? shortClass(cell, width) : cell,
        width,
        isNumber,
      );
    })
    .join(" ".repeat(GAP));
