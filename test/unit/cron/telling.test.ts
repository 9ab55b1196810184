/** What the log hears of cron entries: what stays wrong once, until it is well again or wrong otherwise. */
import pino from "pino";
import { expect, test } from "vitest";
import { Telling } from "../../support/inside-cron.ts";

const KEY = "cron_job:default:tick";

const heard = () => {
  const lines: string[] = [];
  const reports: string[] = [];
  const log = pino(
    {},
    { write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const telling = new Telling({ log, report: (error) => void reports.push(String(error)) }, undefined);
  return { telling, lines, reports };
};

test("the same failure of an entry is told once, another one as well, and again after it has fired", () => {
  const { telling, reports } = heard();

  for (const text of ["a", "a", "b", "b"]) telling.failed(KEY, new Error(text));
  telling.failed("cron_job:default:other", new Error("a"));
  telling.fired(KEY, "2030-01-01T09:00:00Z", "pushed");
  telling.failed(KEY, new Error("b"));

  expect(reports).toEqual(["Error: a", "Error: b", "Error: a", "Error: b"]);
});

test("an entry that is there twice is told once, with what to do", () => {
  const { telling, lines } = heard();

  telling.twice(KEY);
  telling.twice(KEY);

  expect(lines).toEqual([expect.stringContaining("that moves it to 1.x")]);
});
