/** The list of cron entries, on a terminal and in a pipe. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { saveCron } from "../support/cron.ts";
import { loadVector } from "../support/load-vector.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { application, tsq, type Ended } from "../support/tsq-command.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

const cron = (args: readonly string[], cwd = application()): Promise<Ended> =>
  tsq(["cron", ...args], { cwd, env: { REDIS_URL: server.url } });

const json = async (...args: readonly string[]): Promise<unknown> => {
  const { stdout, stderr } = await cron([...args, "--json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
};

const AT = "2030-01-01T08:59:00Z";
const save = (name: string) =>
  saveCron(
    redis,
    name,
    { cron: "0 2 * * *", class: "NightlyJob", args: [7], tz: "UTC" },
    { at: AT, source: "dynamic" },
  );

describe("tsq cron list", () => {
  test("lists the entries of Ruby, with when each fires next", async () => {
    await loadVector(redis, "cron-enqueued", "8.1.7");

    const { stdout } = await cron(["list"]);
    const list = (await json("list")) as { name: string; next_at: string | null; last_enqueued_at: string }[];

    expect(stdout).toMatch(
      /^minutely +default +\* \* \* \* \* +CronJob +cronq +enabled +2026-11-23 16:40:03  \d{4}-/m,
    );
    expect(stdout).toMatch(/off .*never: disabled/);
    expect(list.map(({ name }) => name)).toEqual([
      "ajunknown",
      "minutely",
      "natural",
      "nsjob",
      "off",
      "tz job",
      "unknown",
    ]);
    expect(list[4]?.next_at).toBeNull();
    expect(list[1]?.last_enqueued_at).toBe("2026-11-23T16:40:03.000Z");
  });

  test("fits 80 columns, and cuts no name", async () => {
    const names = ["weekday_report_of_the_north", "weekday_report_of_the_south"];
    for (const name of names) await save(name);

    const { stdout } = await tsq(["cron", "list"], {
      cwd: application(),
      env: { REDIS_URL: server.url, COLUMNS: "80" },
    });

    const lines = stdout.trimEnd().split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.map((line) => line.replace(/\d{4}-\d\d-\d\d 02:00:00$/, "next"))).toEqual([
      "Name                         Expression     Class       Next (UTC)",
      ...names.map((name) => `${name}  0 2 * * * UTC  NightlyJob  next`),
    ]);
  });

  test("cuts a class and an expression at 80 columns, and is a table still", async () => {
    const cron = "every monday and thursday at five in America/New_York";
    const klass = "Billing::Invoices::SendTheInvoiceReminderJob";
    await saveCron(redis, "reminders", { cron, class: klass }, { at: AT, source: "dynamic" });
    await save("nightly");

    const { stdout } = await tsq(["cron", "list"], {
      cwd: application(),
      env: { REDIS_URL: server.url, COLUMNS: "80" },
    });

    const lines = stdout.trimEnd().split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(
      /^reminders {2}every monday and thursd… {2}SendTheInvoice… +\d{4}-\d\d-\d\d \d\d:00:00$/,
    );
  });

  test("says what to do when there are none", async () => {
    const { stdout } = await cron(["list"]);

    expect(stdout).toBe("There are no cron entries. `tsq cron load FILE` loads a schedule.\n");
  });
});
