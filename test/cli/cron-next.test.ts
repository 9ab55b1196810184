import { describe, expect, test } from "vitest";
import { tsq } from "../support/tsq-command.ts";

/** From noon before the night in which the clocks of Paris go from two to three. */
const BEFORE_SUMMER = "2027-03-27T12:00:00Z";

describe("tsq cron next", () => {
  test("prints a JSON array of ISO times in UTC, and asks no Redis", async () => {
    const args = ["30 2 * * *", "--tz", "Europe/Paris", "--from", BEFORE_SUMMER, "--count", "2", "--json"];
    const { code, stdout, stderr } = await tsq(["cron", "next", ...args], {
      env: { REDIS_URL: "redis://127.0.0.1:1" },
    });

    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toEqual(["2027-03-29T00:30:00.000Z", "2027-03-30T00:30:00.000Z"]);
  });

  test("prints five times by the clocks of the zone, beside UTC", async () => {
    const { code, stdout } = await tsq(["cron", "next", "0 9 * * mon-fri +05:30", "--from", BEFORE_SUMMER]);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +\+05:30 +UTC$/m);
    expect(stdout).toMatch(/^Mon {2}2027-03-29 09:00:00 {2}2027-03-29 03:30:00$/m);
    expect(stdout.match(/09:00:00/g)).toHaveLength(5);
  });

  test.for(["UTC", "Etc/UTC", "+00:00"])("prints each time once where the zone is %s", async (zone) => {
    const args = ["0 9 * * *", "--tz", zone, "--from", BEFORE_SUMMER, "--count", "2"];
    const { stdout } = await tsq(["cron", "next", ...args]);

    expect(stdout.split("\n").slice(1)).toEqual([
      "     UTC",
      "Sun  2027-03-28 09:00:00",
      "Mon  2027-03-29 09:00:00",
      "",
    ]);
  });

  test("says what the expression means, and what the changes of clocks make of it", async () => {
    const args = ["30 2 * * *", "--tz", "Europe/Paris", "--from", BEFORE_SUMMER];
    const { stdout } = await tsq(["cron", "next", ...args]);

    expect(stdout).toMatch(/^At 02:30 \(Europe\/Paris\)\n/);
    expect(stdout).toContain("The clocks skip 2027-03-28 02:30:00: it does not fire then.");
    expect(stdout).toContain("The clocks show 2027-10-31 02:30:00 twice: it fires at both.");
  });

  test("names the times of a sentence that one expression cannot hold, and Ruby does not hear", async () => {
    const { stdout } = await tsq(["cron", "next", "every day at 16:30 and 18:15", "--count", "2"]);

    expect(stdout).toMatch(/^At 16:30\n/);
    expect(stdout).toContain("Not heard, as in Ruby: 18:15. ");
  });

  test("takes the zone of TZ where nothing names one", async () => {
    const args = ["0 9 * * *", "--from", BEFORE_SUMMER, "--count", "1", "--json"];
    const { stdout } = await tsq(["cron", "next", ...args], { env: { TZ: "Asia/Tokyo" } });

    expect(JSON.parse(stdout)).toEqual(["2027-03-28T00:00:00.000Z"]);
  });

  test.for([
    [["0 25 * * *"], "in which `25` is no hour. Write `0 23 * * *`."],
    [["0 9 * * *", "--tz", "Europe/Pariss"], "Write `Europe/Paris`."],
    [
      ["0 9 * * *", "--count", "0"],
      "Expected --count to be an integer from 1 to 1000, got `0`. Write --count 10.",
    ],
    [["0 9 * * *", "--from", "tomorrow"], "Expected --from to be an ISO 8601 time or seconds since 1970"],
    [[], "missing required argument 'expression'"],
  ] as const)("%j is refused in one line", async ([args, message]) => {
    const { code, stdout, stderr } = await tsq(["cron", "next", ...args]);

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
