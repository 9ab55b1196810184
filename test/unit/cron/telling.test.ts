/** What the log hears of cron entries: what stays wrong once, until it is well again or wrong otherwise. */
import pino from "pino";
import { expect, test } from "vitest";
import { Telling } from "../../support/inside-cron.ts";

const KEY = "cron_job:default:tick";

const heard = (onMissed?: ConstructorParameters<typeof Telling>[1]) => {
  const lines: string[] = [];
  const entries: string[] = [];
  const processes: (string | undefined)[] = [];
  const reports: string[] = [];
  const log = pino(
    {},
    {
      write: (line: string) => {
        const { msg, entry, process } = JSON.parse(line) as Record<string, string>;
        lines.push(msg ?? "");
        entries.push(entry ?? "");
        processes.push(process);
      },
    },
  );
  const telling = new Telling({ log, report: (error) => void reports.push(String(error)) }, onMissed, {
    all: ["default", "crm"],
  });
  return { telling, lines, entries, processes, reports };
};

test("the same failure of an entry is told once, another one as well, and again after it has fired", () => {
  const { telling, reports } = heard();

  for (const text of ["a", "a", "b", "b", "a", "b"]) telling.failed(KEY, new Error(text));
  telling.failed("cron_job:default:other", new Error("a"));
  telling.fired(KEY, "2030-01-01T09:00:00Z", "pushed");
  telling.failed(KEY, new Error("b"));

  expect(reports).toEqual(["Error: a", "Error: b", "Error: a", "Error: b"]);
});

test("what an ACL refuses to the entries of a queue is reported once, and of the others a line says so", () => {
  const { telling, reports, lines, entries } = heard();
  const text = "NOPERM No permissions to access a key";

  for (const name of ["a", "b", "b", "c"]) telling.failed(`cron_job:default:${name}`, new Error(text));

  expect(reports).toEqual([`Error: ${text}`]);
  expect(entries).toEqual(["b", "c"]);
  expect(lines).toEqual([expect.stringContaining(text), expect.stringContaining("for the same reason")]);
});

test("a missed instant whose process has died names the process, where that is known", () => {
  const { telling, processes } = heard();
  const usual = { catchUp: "none" } as Parameters<Telling["missed"]>[2];

  telling.missed(KEY, [{ tickMs: 0, reason: "died", by: "web-1:42:ab" }], usual);
  telling.missed(KEY, [{ tickMs: 0, reason: "died" }], usual);

  expect(processes).toEqual(["web-1:42:ab", undefined]);
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

test.each([
  [
    "throws",
    () => {
      throw new Error("nobody there");
    },
  ],
  ["rejects", () => Promise.reject(new Error("nobody there")) as never],
])("an onMissed that %s is reported, and ends no process", async (_, onMissed) => {
  const unhandled: unknown[] = [];
  const seen = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", seen);
  const { telling, reports } = heard(onMissed);

  telling.missed(KEY, [{ tickMs: 0, reason: "nobody" }], { catchUp: "none" } as Parameters<
    Telling["missed"]
  >[2]);
  await new Promise(setImmediate);

  process.off("unhandledRejection", seen);
  expect(reports).toEqual(["Error: nobody there"]);
  expect(unhandled).toEqual([]);
});
