/** What the log hears of cron entries: what stays wrong once, until it is well again or wrong otherwise. */
import pino from "pino";
import { expect, test } from "vitest";
import { Telling } from "../../support/inside-cron.ts";

const KEY = "cron_job:default:tick";

const heard = () => {
  const lines: string[] = [];
  const entries: string[] = [];
  const reports: string[] = [];
  const log = pino(
    {},
    {
      write: (line: string) => {
        const { msg, entry } = JSON.parse(line) as { msg: string; entry: string };
        lines.push(msg);
        entries.push(entry);
      },
    },
  );
  const telling = new Telling({ log, report: (error) => void reports.push(String(error)) }, undefined, {
    all: ["default", "crm"],
  });
  return { telling, lines, entries, reports };
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

test("an entry is told by its name, whatever namespace it is in", () => {
  const { telling, entries } = heard();

  for (const key of ["cron_job:a:b", "cron_job:default:a", "cron_job:crm:a", "cron_job:other:a"])
    telling.fired(key, "2030-01-01T09:00:00Z", "pushed");

  expect(entries).toEqual(["a:b", "a", "a", "other:a"]);
});
