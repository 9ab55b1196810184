/** Whether an entry is due: the last instant before now, which most polls need not compute. */
import { CronError, parseCron } from "@tsq/cron";
import { expect, test } from "vitest";
import { Expressions, lastTickMs } from "../../support/inside-cron.ts";

const START_MS = Date.parse("2030-01-01T09:00:00Z");

test("what is remembered of an expression is what would be computed anew, whichever way the clock goes", () => {
  const text = "*/2 * * * * UTC";
  const expressions = new Expressions();
  // Around two instants in steps of a quarter second, there and back.
  const there = Array.from({ length: 1_000 }, (_, i) => START_MS + i * 250);

  for (const nowMs of [...there, ...there.toReversed()])
    expect(expressions.lastTickMs(text, nowMs)).toBe(lastTickMs(parseCron(text), nowMs));
});

test("the last instant is strictly before the second that is now", () => {
  const expressions = new Expressions();
  const at = (ms: number): string =>
    new Date(expressions.lastTickMs("* * * * * UTC", START_MS + ms)).toISOString().slice(11, 19);

  expect([at(0), at(999), at(1_000)]).toEqual(["08:59:00", "08:59:00", "09:00:00"]);
});

test("a text that is no expression is refused at each look", () => {
  const expressions = new Expressions();

  for (let look = 0; look < 2; look++) expect(() => expressions.get("99 * * * *")).toThrow(CronError);
});
