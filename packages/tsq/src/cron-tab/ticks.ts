/** When cron expressions fire within the next day: found once in five minutes, however many look and however often. */
import type { CronExpression } from "@tsq/cron";

export const DAY_MS = 86_400_000;
/** Every five minutes: what fires more often is drawn as one stroke. */
export const MOST_TICKS = 288;

// To find one takes some 15 µs: of a schedule of a hundred entries that is a twentieth of a second.
const SLOT_MS = 300_000;
// Far more than any schedule has.
const MOST_KNOWN = 2_000;

type Fires = Pick<CronExpression, "next">;

export class Ticks {
  readonly #known = new Map<string, readonly number[]>();
  #slotMs = Number.NaN;

  /** The instants after `nowMs`, of a day and at most one more than `MOST_TICKS`; those of one text are those of another. */
  within(text: string, expression: Fires, nowMs: number): readonly number[] {
    const slotMs = Math.floor(nowMs / SLOT_MS) * SLOT_MS;
    if (slotMs !== this.#slotMs || this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#slotMs = slotMs;
    let all = this.#known.get(text);
    if (!all) this.#known.set(text, (all = found(expression, slotMs)));
    return all.filter((ms) => ms > nowMs && ms < nowMs + DAY_MS).slice(0, MOST_TICKS + 1);
  }
}

/** So many that there are enough for whoever looks at the end of the five minutes. */
const found = (expression: Fires, slotMs: number): readonly number[] => {
  const all: number[] = [];
  const [endMs, lastMs] = [slotMs + SLOT_MS, slotMs + SLOT_MS + DAY_MS];
  let late = 0;
  // The first instant of the five minutes is one of them.
  let ms = expression.next(new Date(slotMs - 1)).getTime();
  while (ms < lastMs && late <= MOST_TICKS) {
    all.push(ms);
    if (ms > endMs) late++;
    ms = expression.next(new Date(ms)).getTime();
  }
  return all;
};
