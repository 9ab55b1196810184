/** Where the change of clocks makes an expression fire less or more often than it seems to. */
import { localText } from "./clock-text.ts";
import type { LocalTimes } from "./local-times.ts";
import type { Plan } from "./plan.ts";
import type { Zone } from "./zone.ts";

/** One change of clocks through which an expression fires at other times than it says. */
export interface ClockSurprise {
  /** `skipped`: times of it are shown by no clock. `doubled`: the clocks show them twice, and it fires at both. */
  readonly kind: "skipped" | "doubled";
  /** The first of these times, as it would be on the wall: `2027-03-28 02:30:00`. */
  readonly time: string;
  /** How many there are, up to 1,000. */
  readonly count: number;
  /** The instant at which the clocks change. */
  readonly at: Date;
}

const HOUR_MS = 3_600_000;
const MOST = 1_000;

/** The surprises of a plan between two instants, in milliseconds since 1970. */
export const surprisesOf = (
  plan: Plan,
  times: LocalTimes,
  zone: Zone,
  from: number,
  until: number,
): readonly ClockSurprise[] => {
  const surprises: ClockSurprise[] = [];
  for (let stretch = zone.stretchAt(from); stretch.to < until;) {
    const next = zone.stretchAt(stretch.to);
    const surprise = surpriseAt(plan, times, stretch.to, stretch.offset, next.offset);
    if (surprise) surprises.push(surprise);
    stretch = next;
  }
  return surprises;
};

const surpriseAt = (
  plan: Plan,
  times: LocalTimes,
  at: number,
  before: number,
  after: number,
): ClockSurprise | undefined => {
  if (before === after || isSteady(plan, after - before)) return undefined;
  const [start, end] = [at + Math.min(before, after), at + Math.max(before, after)];
  const first = times.from(start, end);
  if (first === undefined) return undefined;
  let count = 0;
  for (let time: number | undefined = first; time !== undefined && count < MOST; count++) {
    time = times.from(time + 1_000, end);
  }
  return { kind: after > before ? "skipped" : "doubled", time: localText(first), count, at: new Date(at) };
};

/** What fires in every hour goes on as it did, if the clocks change by hours: `*\/15 * * * *`. So does each minute by any change. */
const isSteady = ({ hours, minutes }: Plan, changeMs: number): boolean =>
  hours === "*" && (minutes === "*" || changeMs % HOUR_MS === 0);
