/** Lists as tables whose rows become cards where there is no room. */
import { cut, exact, html } from "../html/html.ts";
import type { Html, Value } from "../html/html.ts";

/** A column. `kind` is CSS: `num` for what is counted, `full` for what takes a whole line of a card, and so on. */
export interface Column<T> {
  readonly head: Html;
  readonly kind?: string | undefined;
  /** Whether its head is for who cannot see alone, as over buttons. */
  readonly isUnnamed?: boolean | undefined;
  readonly cell: (row: T, i: number) => Value;
}

/**
 * A table. Roles are said outright: laid out as cards, it would be no table to a screen reader any more.
 *
 * @param id of each row, by which a live page finds it again
 */
export const table = <T>(columns: readonly Column<T>[], rows: readonly T[], id: (row: T) => string): Html =>
  html`<table class="list cards" role="table"><thead role="rowgroup"><tr role="row">${columns.map(head)}</tr></thead><tbody role="rowgroup">${rows.map(
    (row, i) =>
      html`<tr role="row" id="${id(row)}" data-row>${columns.map((column) => cell(column, row, i))}</tr>`,
  )}</tbody></table>`;

const head = <T>({ head: word, kind = "", isUnnamed }: Column<T>): Html =>
  html`<th role="columnheader" scope="col" class="${kind}">${isUnnamed ? html`<span class="vh">${word}</span>` : word}</th>`;

// A whole line needs no name, and neither does what is named for some readers only.
const cell = <T>({ head: word, kind = "", isUnnamed, cell: of }: Column<T>, row: T, i: number): Html =>
  html`<td role="cell" class="${kind}"${!isUnnamed && !/full|tick/.test(kind) && html` data-label="${word}"`}>${of(row, i)}</td>`;

// It is said with every button of a row.
const LONGEST_NAME = 300;

/** How a row is called to who cannot see where a button stands. */
export const rowName = (of: string | undefined, key: string): string =>
  cut(`${of ?? "?"} ${key}`, LONGEST_NAME);

/** A box to tick a row by, for a form around the table. */
export const tick = (key: string, label: Html): Html =>
  html`<label><span class="vh">${label}</span><input type="checkbox" name="key[]" value="${exact(key)}"></label>`;

/** The box of the whole page; only the script makes it do something, and shows it. */
export const tickAll = (label: Html): Html =>
  html`<label><span class="vh">${label}</span><input type="checkbox" data-all></label>`;
