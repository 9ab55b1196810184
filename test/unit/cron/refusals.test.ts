import { readFileSync } from "node:fs";
import { CronError, parseCron } from "@tsq/cron";
import { describe, expect, test } from "vitest";

const ORACLE = new URL("../../support/fugit-oracle.json", import.meta.url);
const { exp } = JSON.parse(readFileSync(ORACLE, "utf8")) as {
  exp: readonly { readonly e: string; readonly ok: boolean }[];
};
const refused = exp.filter(({ ok }) => !ok).map(({ e }) => e);

const refusalOf = (text: string): string => {
  try {
    parseCron(text);
  } catch (error) {
    if (error instanceof CronError) return error.message;
    throw error;
  }
  throw new Error(`Expected ${text} to be refused.`);
};

describe("a refusal", () => {
  test.each([
    ["0 9 * * 5L", "Write `0 9 * * 5#L`."],
    ["0 9 15W * *", "Write `0 9 15 * *`."],
    ["0 0 L-3 * *", "Write `0 0 -4 * *`."],
    ["0 0 ? * 1", "Write `0 0 * * 1`."],
    ["0 0 0 * *", "Write `0 0 1 * *`."],
    ["61 * * * *", "Write `59 * * * *`."],
    ["*/0 * * * *", "Write `* * * * *`."],
    ["12 * * *", "Write `12 * * * *`."],
    ["0 0 0 ? * MON 2030", "Write `0 0 0 * * MON`."],
    ["0 9 * * monday", "Write `0 9 * * mon`."],
    ["0 0 1 january *", "Write `0 0 1 jan *`."],
    ["0 9 * * * Z", "Write `0 9 * * * UTC`."],
    ["0 9 * * * JST", "Write `Asia/Tokyo`."],
    ["0 9 * * * Europe/Pariss", "Write `Europe/Paris`."],
    ["0 9 * * * Europe/paris", "Write `Europe/Paris`."],
    ["@dayly", "Write `@daily`."],
    ["daily", "Write `@daily`."],
    ["@every 5m", "Write `every 5 minutes`."],
    ["every fifteen minutes", "Write `every 15 minutes`."],
    ["every half hour", "Write `every 30 minutes`."],
    ["every 2 weeks", "Write `0 0 * * sun%2`."],
    ["every last day of month", "Write `0 0 L * *`."],
    ["every last monday of the month", "Write `0 0 * * mon#L`."],
    ["once a day", "Write `every day`."],
  ])("of `%s` says: %s", (text, remedy) => {
    expect(refusalOf(text)).toContain(remedy);
  });

  test.each(refused)("of `%s` proposes what is taken", (text) => {
    const proposed =
      /Write (?:(?:five fields|one) such as )?`(?<one>[^`]+)`/.exec(refusalOf(text))?.groups?.["one"] ?? "";

    const isZone = /^[A-Z]\w+\//.test(proposed);
    expect(() =>
      parseCron(isZone ? `0 9 * * * ${proposed}` : proposed.replace(/^L$/, "0 0 L * *")),
    ).not.toThrow();
  });

  test("names the field that is wrong, and what was written there", () => {
    expect(refusalOf("0 25 * * *")).toMatch("in which `25` is no hour");
    expect(refusalOf("0 0 * * mon#6")).toMatch("in which `mon#6` is no day of the week");
  });

  test("of days that no year has says so", () => {
    expect(refusalOf("0 0 30 2 *")).toMatch("whose days no year has");
    expect(refusalOf("0 0 29 2 mon#1&")).toMatch("whose days no year has");
  });

  test("of a time that the clocks skip on each of its days says so", () => {
    // The second Sunday of March, when summer time begins.
    expect(refusalOf("30 2 8-14 3 sun& America/New_York")).toMatch("the clocks of America/New_York skip");
  });

  test("of a long text, or one of several lines, is one line", () => {
    const message = refusalOf(`every\nday ${"x".repeat(10_000)}`);

    expect(message).not.toMatch("\n");
    expect(message.length).toBeLessThan(400);
  });
});
