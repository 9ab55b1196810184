/** When jobs are due, or have died, counted one by one: for what a filter means, which Redis cannot count. */
import type { SetChart } from "../readings/counted.ts";
import type { SetKind } from "../sets.ts";
import { beginOf, scaleFor, SCALES } from "./chart-scales.ts";

/** Counts on every scale at once: which one shows most is known at the end. */
export class ChartTally {
  readonly #kind: Pick<SetKind, "set">;
  readonly #now: number;
  readonly #scales: readonly {
    readonly begin: number;
    readonly seconds: number;
    readonly columns: number[];
  }[];
  #total = 0;

  constructor(kind: Pick<SetKind, "set">, nowMs: number) {
    this.#kind = kind;
    this.#now = Math.floor(nowMs / 1_000);
    this.#scales = SCALES.map((scale) => ({
      begin: beginOf(kind, scale, this.#now),
      seconds: scale.seconds,
      columns: Array.from({ length: scale.count }, () => 0),
    }));
  }

  /** One that is due or has died at this time, in milliseconds. */
  add(atMs: number): void {
    if (Number.isNaN(atMs)) return;
    this.#total += 1;
    const isPast = this.#kind.set === "dead";
    for (const { begin, seconds, columns } of this.#scales) {
      const column = Math.floor((atMs / 1_000 - begin) / seconds);
      // What is overdue is the first to run, and a clock that is ahead of ours lets jobs die in the future.
      const shown = isPast ? Math.min(column, columns.length - 1) : Math.max(column, 0);
      if (shown >= 0 && shown < columns.length) columns[shown] = (columns[shown] ?? 0) + 1;
    }
  }

  /** The chart; undefined where nothing was counted. */
  chart(): SetChart | undefined {
    if (this.#total === 0) return undefined;
    const sums = this.#scales.map(({ columns }) => columns.reduce((sum, value) => sum + value, 0));
    const place = scaleFor(this.#kind, sums, this.#total);
    const scale = SCALES[place];
    if (!scale) return undefined;
    return {
      set: this.#kind.set,
      fromMs: beginOf(this.#kind, scale, this.#now) * 1_000,
      columnMs: scale.seconds * 1_000,
      values: this.#scales[place]?.columns ?? [],
    };
  }
}
