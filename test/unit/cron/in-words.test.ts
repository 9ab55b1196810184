import { readFileSync } from "node:fs";
import { inWords, parseCron } from "@tsq/cron";
import { expect, test } from "vitest";

const ORACLE = new URL("../../support/fugit-oracle.json", import.meta.url);
const { exp } = JSON.parse(readFileSync(ORACLE, "utf8")) as {
  exp: readonly { readonly e: string; readonly ok: boolean; readonly cron: string }[];
};

test.each([
  ["*/5 * * * *", "Every 5 minutes"],
  // Not each seventh: from 56 to 0 it is four.
  ["*/7 * * * *", "At 0, 7, 14, 21, 28, 35, 42, 49, and 56 minutes past the hour"],
  ["every 90 minutes", "Every hour"],
  ["0 9 * * 1-5", "At 09:00, Monday through Friday"],
  ["every day from 9am to 5pm", "Every hour, between 09:00 and 17:00"],
  ["*/15 1-3 * * *", "Every 15 minutes, between 01:00 and 03:59"],
  ["*/20 */6 * * *", "Every 20 minutes, at 00:00, 06:00, 12:00, and 18:00"],
  ["every day at 6:15 and 18:30", "At 06:15"],
  // Either will do, unless there is a `&`.
  ["0 0 13 * 5", "At 00:00, on day 13 of the month, and also on Friday"],
  ["0 0 1-7 * mon&", "At 00:00, on day 1 to 7 of the month if that is on Monday"],
  ["0 0 1,L * *", "At 00:00, on day 1 and the last day of the month"],
  [
    "0 0 -3-L * *",
    "At 00:00, on the third to last day, the second to last day and the last day of the month",
  ],
  ["0 9 * * mon#2", "At 09:00, on the second Monday of the month"],
  ["0 9 * * mon#1,fri#L", "At 09:00, on the first Monday of the month and the last Friday of the month"],
  ["0 9 * * mon%2+1", "At 09:00, on every second Monday (offset 1)"],
  ["0 9 * * mon%1", "At 09:00, on Monday"],
  ["0 9 * * sun,tue#2", "At 09:00, on Sunday and the second Tuesday of the month"],
  ["0 22-2 * * *", "At 00:00, 01:00, 02:00, 22:00 and 23:00"],
  ["*/10 * * * * *", "Every 10 seconds"],
  ["0 8 * * * Europe/Paris", "At 08:00 (Europe/Paris)"],
])("`%s` is said: %s", async (text, words) => {
  expect(await inWords(parseCron(text))).toBe(words);
});

test("what is said of two expressions that fire at other times is not the same", async () => {
  const said = new Map<string, Set<string>>();

  for (const { e, ok, cron } of exp) {
    if (!ok) continue;
    const words = await inWords(parseCron(e));
    said.set(words, (said.get(words) ?? new Set()).add(cron));
  }

  expect([...said].filter(([, crons]) => crons.size > 1)).toEqual([]);
  expect(said.size).toBeGreaterThan(80);
});

test.each([
  ["de", "Um 09:00, Montag bis Freitag"],
  ["pt-BR", "Às 09:00, de segunda-feira a sexta-feira"],
  ["pt", "Às 09:00, de segunda-feira a sexta-feira"],
  ["zh-CN", "在09:00, 星期一至星期五"],
  ["ur", "At 09:00, Monday through Friday"],
  ["__proto__", "At 09:00, Monday through Friday"],
])("in %s it says %s", async (locale, words) => {
  expect(await inWords(parseCron("0 9 * * 1-5"), locale)).toBe(words);
});

test("days that no other language has words for are said in English whole", async () => {
  expect(await inWords(parseCron("0 9 * * mon#2"), "de")).toBe("At 09:00, on the second Monday of the month");
});
