/**
 * What fugit 1.14.0 (with et-orbi 1.4.2) said of 182 expressions, and of their times from 14 starts around the changes of
 * clocks in five zones. It was run with TZ=UTC.
 */
import { readFileSync } from "node:fs";
import { CronError, parseCron } from "@tsq/cron";
import { describe, expect, test } from "vitest";

interface Answer {
  readonly e: string;
  readonly ok: boolean;
  readonly cron: string;
  /** For each start the next times, and the one before, in seconds. */
  readonly runs: readonly (readonly number[])[];
  readonly prev: readonly number[];
}

const ORACLE = new URL("../../support/fugit-oracle.json", import.meta.url);
const { starts, exp } = JSON.parse(readFileSync(ORACLE, "utf8")) as { starts: string[]; exp: Answer[] };
const accepted = exp.filter(({ ok }) => ok);
const refused = exp.filter(({ ok }) => !ok);

const seconds = (date: Date): number => date.getTime() / 1_000;

describe("an expression that fugit takes", () => {
  test.each(accepted)("$e means what it means to fugit", ({ e, cron }) => {
    expect(parseCron(e, { tz: "UTC" }).normalized()).toBe(cron);
  });

  test.each(accepted)("$e fires next when fugit says", ({ e, runs }) => {
    const expression = parseCron(e, { tz: "UTC" });

    const found = starts.map((start, i) => {
      let last = new Date(start);
      return runs[i]?.map(() => seconds((last = expression.next(last))));
    });

    expect(found).toEqual(runs);
  });

  test.each(accepted)("$e fired last when fugit says", ({ e, prev }) => {
    const expression = parseCron(e, { tz: "UTC" });

    expect(starts.map((start) => seconds(expression.previous(new Date(start))))).toEqual(prev);
  });
});

test.each(refused)("$e is refused, as by fugit", ({ e }) => {
  expect(() => parseCron(e, { tz: "UTC" })).toThrow(CronError);
});
