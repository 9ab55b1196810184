/** fugit's sentences beyond those of its oracle: what fugit 1.5.2 says of them, and what has changed since. */
import { CronError, parseCron } from "@tsq/cron";
import { expect, test } from "vitest";

test.each([
  ["every day at five thirty", "30 5 * * *"],
  ["every day at seven o'clock pm", "0 19 * * *"],
  ["every 5m", "0,5,10,15,20,25,30,35,40,45,50,55 * * * *"],
  ["every 2M", "0 0 1 1,3,5,7,9,11 *"],
  ["every 15 minutes on monday", "0,15,30,45 * * * 1"],
  ["every monday on the 1st", "0 0 1 * 1"],
  ["every month on the last at 5pm", "0 17 -1 * *"],
  ["every day from the 25th to the last", "0 0 25,26,27,28,29,30,31 * *"],
  ["every weekday from 8am to 5pm on the minute", "* 8,9,10,11,12,13,14,15,16 * * 1,2,3,4,5"],
  ["every day on the hour", "* 0 * * *"],
  ["every hour on minute 5 and 35", "5,35 * * * *"],
  ["every second of the month at 5", "0 5 2 * *"],
  ["every monday through friday at 9", "0 9 * * 1,2,3,4,5"],
  ["every Fri-Sun at 18:00 in Asia/Tokyo", "0 18 * * 0,5,6 Asia/Tokyo"],
  ["every month on day 2 and 5 at 10:00", "0 10 2,5 * *"],
  ["every week on monday 18:23", "23 18 * * 1"],
  ["every 5 minutes from 9am to 5pm", "0,5,10,15,20,25,30,35,40,45,50,55 9,10,11,12,13,14,15,16 * * *"],
  ["every minute at second 30", "30 * * * * *"],
  ["every day at noon and midnight", "0 0,12 * * *"],
  ["Europe/Paris at 5", "0 5 * * * Europe/Paris"],
  // fugit hears the first of these days alone.
  ["every 1st and 15th of the month at 5", "0 5 1 * *"],
  // Since 1.7.2.
  ["every day at 12:15 am", "15 0 * * *"],
  ["every day at 12pm", "0 12 * * *"],
  // Since 1.9.
  ["on the first, third and last at 6pm", "0 18 -1,1,3 * *"],
  ["  every day at 5  ", "0 5 * * *"],
])("`%s` is `%s`", (sentence, cron) => {
  expect(parseCron(sentence, { tz: "UTC" }).normalized()).toBe(cron);
});

test.each([
  ["every day at 16:30 and 18:15", ["18:15"]],
  ["every day at 6:15, 18:30 and 6:30", ["18:30", "06:30"]],
  ["every day at 6:15 and 18:15", []],
  ["every 1st and 15th of the month at 5", ["day 15"]],
  ["every mon-tue and thu-fri at 5", ["thu-fri"]],
  ["every day at hour 5", ["hour 5"]],
  ["every 15 minutes", []],
  ["0 9 * * *", []],
])("`%s` says what nobody hears of it: %j", (text, leftOut) => {
  expect(parseCron(text, { tz: "UTC" }).leftOut).toEqual(leftOut);
});

test.each([
  "EVERY DAY AT 5",
  "every day at Five",
  "every day at five sixteen",
  "every day at 05",
  "every day at 5,",
  "every 100 minutes",
  "every 0 minutes",
  "every 2 hours at 12:30",
  "every 5 minutes at 9",
  "from 8:30 to 9:15",
  "every week on Monday at 5",
  "every 3 hours on weekdays",
  "monday",
  `every day at 5${" ".repeat(300)}and 6`,
])("`%s` is refused, as by fugit", (sentence) => {
  expect(() => parseCron(sentence, { tz: "UTC" })).toThrow(CronError);
});

test("a long sentence costs no more time than its length", () => {
  const long = `every ${"1st, ".repeat(40)}x`;
  const started = performance.now();

  for (let i = 0; i < 100; i++) expect(() => parseCron(long)).toThrow(CronError);

  expect(performance.now() - started).toBeLessThan(20_000);
});
