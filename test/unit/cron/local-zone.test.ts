import { execFileSync } from "node:child_process";
import { CronError, inWords, nextTimes, parseCron } from "@tsq/cron";
import type { CronExpression } from "@tsq/cron";
import { ConfigError } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { findLocalZone } from "../../support/inside-cron.ts";

const machine = (system?: string, intl?: string): Parameters<typeof findLocalZone>[1] => ({
  system: () => system,
  intl: () => intl,
});

describe("an entry without a zone", () => {
  // As fugit 1.5.2 with et-orbi 1.2.2 answers with the same variable, where /etc/timezone says Etc/UTC.
  test.each([
    ["", "Etc/UTC", false],
    ["UTC", "UTC", false],
    ["UTC0", "UTC", false],
    [":UTC", "Etc/UTC", false],
    ["Z", "UTC", false],
    ["Europe/Paris", "Europe/Paris", false],
    ["PST8PDT", "PST8PDT", false],
    ["EST5EDT", "EST5EDT", false],
    ["Etc/GMT+3", "Etc/GMT+3", false],
    ["Asia/Kolkata", "Asia/Kolkata", false],
    ["+09:00", "+09:00", false],
    ["Europe/Paris ", "Europe/Paris", true],
    ["EST5", "EST", true],
    ["CET-1CEST,M3.5.0,M10.5.0/3", "CET", true],
    ["GMT+3", "GMT", true],
    ["Foo/Bar", "Etc/UTC", true],
    ["JST-9", "Etc/UTC", true],
    ["JST", "Etc/UTC", true],
    ["PST", "Etc/UTC", true],
    ["europe/paris", "Etc/UTC", true],
    [":Europe/Paris", "Etc/UTC", true],
    ["posix/Europe/Paris", "Etc/UTC", true],
    ["/usr/share/zoneinfo/Europe/Paris", "Etc/UTC", true],
    // Ruby raises an error here, and fires nothing.
    ["UTC+3", "Etc/UTC", true],
  ])("fires by the zone that Ruby reads from TZ=`%s`: %s", (tz, name, isTold) => {
    const { zone, warning } = findLocalZone(tz, machine("Etc/UTC", undefined));

    expect(zone.name).toBe(name);
    if (isTold) expect(warning).toMatch(`got \`${tz}\`: cron entries without a zone fire by ${name}`);
    else expect(warning).toBeUndefined();
  });

  test("fires by the zone of the system where TZ is not set, or is no zone", () => {
    expect(findLocalZone(undefined, machine("Asia/Tokyo", "Europe/Paris")).zone.name).toBe("Asia/Tokyo");
    expect(findLocalZone(undefined, machine("Asia/Tokyo")).warning).toBeUndefined();
    expect(findLocalZone("JST-9", machine("Europe/Paris")).zone.name).toBe("Europe/Paris");
    expect(findLocalZone("", machine("Europe/Paris")).warning).toMatch("fire by Europe/Paris, as in Ruby");
  });

  test("fires by Intl's zone where no file of the system says one, and by UTC where nothing does", () => {
    expect(findLocalZone(":Europe/Paris", machine(undefined, "Europe/Paris")).zone.name).toBe("Europe/Paris");
    expect(findLocalZone("", machine("nonsense", "Etc/Unknown")).zone.name).toBe("UTC");
  });

  test.each(["", "Foo/Bar", "JST-9", "GMT+3", "x".repeat(100_000)])(
    "is read in a process whose TZ is `%.20s`, which Intl does not know",
    (tz) => {
      const script = `import { defineCron, nextTimes, parseCron } from "@tsq/cron";
        defineCron("a", { cron: "0 8 * * *", class: "A" });
        parseCron("0 8 * * *").previous(new Date());
        console.log(nextTimes("0 8 * * *", { count: 1 }).length);`;

      const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
        env: { ...process.env, TZ: tz },
        encoding: "utf8",
      });

      expect(out).toBe("1\n");
    },
  );
});

describe("what is no expression", () => {
  test.each([undefined, null, 5, {}, ["* * * * *"]])("%j is refused as one", (text) => {
    // A program in JavaScript says so.
    expect(() => parseCron(text as string)).toThrow(CronError);
    expect(() => nextTimes(text as string)).toThrow(/Expected a cron expression to be a string/);
  });

  test("as a zone, or as what parseCron() returns, is refused too", async () => {
    expect(() => parseCron("* * * * *", { tz: 5 as unknown as string })).toThrow(/Expected `tz`/);
    await expect(inWords("* * * * *" as unknown as CronExpression)).rejects.toThrow(CronError);
  });

  test.each([
    `every ${"x".repeat(1_000_000)}`,
    `${"1,".repeat(500_000)}1 * * * *`,
    `0 9 * * * Europe/${"x".repeat(990_000)}`,
  ])("a text of a million characters is refused for its length, before it is read", (text) => {
    expect(() => parseCron(text)).toThrow(/at most 1000 characters, got one of \d+/);
  });

  test("a zone of a million characters is compared with no other", () => {
    expect(() => parseCron("0 9 * * *", { tz: "x".repeat(1_000_000) })).toThrow(
      /Write one such as `Europe\/Paris`/,
    );
  });
});

describe("an instant", () => {
  test.each([new Date("0050-01-01T00:00:00Z"), new Date(NaN), new Date(8.64e15), "2027-01-01"])(
    "%s is refused",
    (value) => {
      const at = value as Date;
      const expression = parseCron("0 8 * * *", { tz: "Europe/Paris" });

      expect(() => nextTimes("0 8 * * *", { from: at })).toThrow(ConfigError);
      expect(() => expression.next(at)).toThrow(/a Date from 1900 to 9999/);
      expect(() => expression.previous(at)).toThrow(ConfigError);
      expect(() => expression.clockSurprises(at)).toThrow(ConfigError);
    },
  );
});
