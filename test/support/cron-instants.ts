/** Which instant of an entry each of its jobs is for, and which instant has none or more than one. */
import type { CronExpression } from "@tsq/cron";

/** What is taken and not fired, others fire late for so long. */
const LATE_MS = 3_600_000;
/** The clocks of a fleet differ by so much: who fires for another dates the job by its own. */
const SKEW_MS = 180_000;

export interface InstantsQuestion {
  readonly expression: CronExpression;
  readonly startMs: number;
  /** Instants from here on belong to nobody. */
  readonly endMs: number;
  /** When each job was pushed, by the clock of whoever did. */
  readonly datesMs: readonly number[];
  /** Whether an instant, as ISO 8601, was told as missed. */
  readonly isMissed: (at: string) => boolean;
}

export interface InstantsAnswer {
  readonly instants: number;
  readonly missed: number;
  /** Fired by another than who had taken it, when the next was due or, by a clock that is behind, before it was. */
  readonly repaired: number;
  /** In words. */
  readonly wrong: readonly string[];
}

export const judgeInstants = ({
  expression,
  startMs,
  endMs,
  datesMs,
  isMissed,
}: InstantsQuestion): InstantsAnswer => {
  const jobs = new Map<number, number[]>();
  for (const date of datesMs) {
    // In the very second of an instant it is of that one: so dates it who fires it by a clock that is behind.
    const tick = expression.previous(new Date(date + 1_000)).getTime();
    jobs.set(tick, [...(jobs.get(tick) ?? []), date]);
  }
  const ticks: number[] = [];
  for (let tick = expression.next(new Date(startMs)).getTime(); tick < endMs;) {
    ticks.push(tick);
    tick = expression.next(new Date(tick)).getTime();
  }
  let [missed, repaired] = [0, 0];
  const none: number[] = [];
  for (const tick of ticks) {
    if (jobs.has(tick)) continue;
    // A job that stands with a neighbour, which has one of its own.
    const isOfThis = (date: number): boolean => date >= tick - SKEW_MS && date <= tick + LATE_MS;
    const surplus = [...jobs.values()].find((dates) => dates.length > 1 && dates.some(isOfThis));
    if (isMissed(new Date(tick).toISOString())) missed++;
    else if (surplus) {
      surplus.splice(surplus.findIndex(isOfThis), 1);
      repaired++;
    } else none.push(tick);
  }
  const wrong = none.map((tick) => `${new Date(tick).toISOString()}: not fired, and not told`);
  for (const [tick, dates] of jobs) {
    if (dates.length > 1 && tick < endMs)
      wrong.push(
        `${new Date(tick).toISOString()}: fired ${dates.length} times, at ${dates
          .map((date) => new Date(date).toISOString().slice(11, 19))
          .join(" and ")}`,
      );
  }
  return { instants: ticks.length, missed, repaired, wrong };
};
