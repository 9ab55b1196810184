/** When cron entries fire within the next day, as the page of the schedule draws it. */
import { parseCron } from "tsq/cron";
import { expect, test } from "vitest";
import { Ticks } from "../../support/inside-tsq.ts";

const NOW = Date.UTC(2026, 10, 27, 14, 32, 8);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** With a count of the instants that were looked for. */
const counted = (text: string) => {
  const expression = parseCron(text);
  const calls = { count: 0 };
  const next = (after: Date): Date => {
    calls.count++;
    return expression.next(after);
  };
  return { text, expression: { next }, calls };
};

test.for(["* * * * *", "*/5 * * * *", "35 14 * * * UTC", "0 * * * *", "0 4 29 2 *", "*/20 * * * * *"])(
  "the instants of %s are those of a day from now on, whenever one looks",
  (text) => {
    const { expression } = counted(text);
    const ticks = new Ticks();

    for (let nowMs = NOW; nowMs < NOW + 11 * MINUTE_MS; nowMs += 17_000) {
      const wanted: number[] = [];
      let ms = expression.next(new Date(nowMs)).getTime();
      while (ms < nowMs + DAY_MS && wanted.length <= 288) {
        wanted.push(ms);
        ms = expression.next(new Date(ms)).getTime();
      }
      expect(ticks.within(text, expression, nowMs)).toEqual(wanted);
    }
  },
);

test("within five minutes they are looked for once, whoever looks and however many entries have the expression", () => {
  const { text, expression, calls } = counted("*/5 * * * *");
  const ticks = new Ticks();
  ticks.within(text, expression, NOW);
  const once = calls.count;

  for (let i = 1; i < 100; i++) ticks.within(text, expression, NOW + i * 1_000);
  expect(calls.count).toBe(once);

  ticks.within(text, expression, NOW + 5 * MINUTE_MS);
  expect(calls.count).toBeGreaterThan(once);
});
