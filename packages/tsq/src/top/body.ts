/** What is between the head and the last lines: a list, a job, the help, or a question. */
import { Filter } from "@tsq/core/api";
import { bareWordsText } from "../jobs/bare-words.ts";
import { bounded, questionLines, workLines } from "./dialog-lines.ts";
import { helpLines } from "./help.ts";
import type { Line } from "./line.ts";
import type { Picture } from "./picture.ts";
import { withCommas } from "../cli/counted.ts";
import { listOf, pictureOf, rowOf } from "./state.ts";
import type { ListState, Size, TopState } from "./state.ts";
import { tableLines } from "./table.ts";
import { wrapTo } from "./wide.ts";

export const bodyOf = (state: TopState, size: Size): readonly Line[] => {
  const { dialog } = state;
  if (dialog?.kind === "help") {
    const lines = helpLines(size);
    // A screen that has become wider has fewer.
    return lines.slice(Math.min(dialog.top, lines.length - 1));
  }
  if (dialog?.kind === "work") return workLines(dialog);
  if (dialog?.kind === "question") return questionLines(dialog, size);
  if (dialog?.kind === "told")
    return bounded(wrapTo(dialog.text, size.columns), size.rows).map((line): Line => [[line, "bad"]]);
  const picture = pictureOf(state);
  if (!picture) return [[["Reading…", "faint"]]];
  if (picture.facts) return jobLines(picture.facts, size.columns).slice(state.scroll);
  return listLines(state, picture, size);
};

const LABEL = 11;

/** What is known of a job: as many lines as it takes. */
export const jobLines = (
  facts: readonly (readonly [label: string, text: string])[],
  columns: number,
): readonly Line[] =>
  facts.flatMap(([label, text]) =>
    wrapTo(text, Math.max(20, columns - LABEL)).map((line, i): Line => [
      [(i === 0 ? label : "").padEnd(LABEL), "strong"],
      line,
    ]),
  );

const listLines = (state: TopState, picture: Picture, size: Size): readonly Line[] => {
  const list = listOf(state);
  const title: Line = [[picture.title, "strong"], `  ${positionText(picture, list)}`];
  const { rows, none, below = [] } = picture;
  if (rows.length === 0)
    return [title, [], [noneText(picture, list, none)], ...hintLines(picture, list, size.columns), ...below];
  const table = tableLines(picture.columns, rows, {
    chosen: list.row,
    ticks: list.ticks,
    columns: size.columns,
  });
  const detail = rowOf(state)?.detail;
  const details =
    detail === undefined
      ? []
      : wrapTo(detail, size.columns - 2).map((line): Line => [
          ["  ", "plain"],
          [line, "faint"],
        ]);
  // A message of several lines takes them from the rows, and the one that keys mean stays.
  const room = Math.max(1, size.rows - 2 - Math.min(1, details.length));
  const first = Math.max(0, list.row - room + 1);
  const [heads = [], ...lined] = table;
  const top = [title, heads, ...lined.slice(first, first + room)];
  // It stands at the end, where it does not move the rows; what is below them gives way, from its end.
  const shown = details.slice(0, Math.max(1, size.rows - top.length));
  const lines = [...top, ...below.slice(0, Math.max(0, size.rows - top.length - shown.length))];
  const blanks = Math.max(0, size.rows - lines.length - shown.length);
  return [...lines, ...Array.from({ length: blanks }, (): Line => []), ...shown];
};

const positionText = (picture: Picture, list: ListState): string => {
  const { rows, from, total } = picture;
  const { filter, ticks } = list;
  const ticked =
    ticks === "all" ? ["all ticked"] : ticks.size > 0 ? [`${withCommas(ticks.size)} ticked`] : [];
  if (filter === "") {
    const place = `${withCommas(from + 1)}-${withCommas(from + rows.length)} of ${withCommas(total)}`;
    return [...(rows.length === 0 ? [] : [place]), ...ticked].join(", ");
  }
  const found = rows.length === 0 ? "none" : `${withCommas(rows.length)} found`;
  if (picture.next === undefined && list.starts.length === 1) return [found, ...ticked].join(", ");
  // Where it has found none it looks on by itself.
  const more = picture.next === undefined || rows.length === 0 ? "" : "; l looks on";
  return [
    `${found}, ${withCommas(lookedAt(picture, list))} of ${withCommas(total)} looked at${more}`,
    ...ticked,
  ].join(", ");
};

/** With the pages before. */
const lookedAt = ({ looked = 0 }: Picture, { starts }: ListState): number =>
  (starts.at(-1)?.before ?? 0) + looked;

/** A name that was typed alone is looked for where names are not. */
const hintLines = (
  { looked, next }: Picture,
  { filter, starts }: ListState,
  columns: number,
): readonly Line[] => {
  if (filter === "" || looked === undefined || next !== undefined || starts.length > 1) return [];
  const hint = bareWordsText(Filter.parse(filter));
  return hint === "" ? [] : wrapTo(hint, columns).map((line): Line => [line]);
};

const noneText = (picture: Picture, list: ListState, none: string): string => {
  const { looked, total, next } = picture;
  if (list.filter === "" || looked === undefined) return none;
  if (next !== undefined) return "None so far: looking on. Esc ends it.";
  if (list.starts.length > 1) return "No more. h leads back.";
  return `None of ${withCommas(Math.max(total, lookedAt(picture, list)))} matches. Esc ends the filter.`;
};
