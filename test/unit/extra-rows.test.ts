/** The rows of an extension, which sidekiq.yml, the flags of `tsq work` and the variables know as the worker's own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boolean, seconds, texts } from "@tsq/core/config";
import type { Options } from "@tsq/core/config";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProgram, loadWorkOptions, workFlags } from "../support/inside-tsq.ts";
import type { WorkFlags } from "../support/inside-tsq.ts";

const tells = "for a test";
const EXTRA = {
  cronPollInterval: {
    ...seconds({ above: 0, to: 1_000, example: 30 }),
    tells,
    fallback: 30,
    yaml: "cron_poll_interval",
    flag: { option: "--cron-poll <seconds>", tells: "how often schedules are looked at" },
    env: ["CRON_POLL"],
  },
  cronZones: { ...texts("cron_zones: [UTC]"), tells, yaml: "cron_zones" },
  isCronOff: { ...boolean(), tells, fallback: false, yaml: "cron_off", env: ["CRON_OFF"] },
} satisfies Options;

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "tsq-extra-"));
  mkdirSync(join(directory, "config"));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const loaded = (yaml: string, flags: WorkFlags = {}, env: Readonly<Record<string, string>> = {}) => {
  writeFileSync(join(directory, "config/sidekiq.yml"), yaml);
  return loadWorkOptions(flags, env, directory, EXTRA);
};

/** What `tsq work` would get of these arguments. */
const parsed = async (...args: readonly string[]): Promise<WorkFlags> => {
  let got: WorkFlags = {};
  const program = createProgram([
    {
      name: "work-with-cron",
      summary: "for a test",
      flags: () => Promise.resolve(workFlags(EXTRA)),
      load: () =>
        Promise.resolve({
          run: (_, flags: WorkFlags) => {
            got = flags;
            return Promise.resolve();
          },
        }),
    },
  ]);
  await program.parseAsync(["work-with-cron", ...args], { from: "user" });
  return got;
};

describe("an option of an extension is read", () => {
  test("from sidekiq.yml, where its keys are known", () => {
    const { options, warnings } = loaded("cron_poll_interval: 5\ncron_zones: [UTC, 7]\ncron_off: true");

    expect(options).toMatchObject({ cronPollInterval: 5, cronZones: ["UTC", "7"], isCronOff: true });
    expect(warnings).toEqual([]);
  });

  test("from a flag, which goes before the file", async () => {
    const flags = await parsed("--cron-poll", "2.5", "-c", "7");

    expect(loaded("cron_poll_interval: 5", flags).options).toMatchObject({
      cronPollInterval: 2.5,
      concurrency: 7,
    });
  });

  test("from a variable, which comes after the file", () => {
    const env = { CRON_POLL: "9", CRON_OFF: "true" };

    expect(loaded("", {}, env).options).toMatchObject({ cronPollInterval: 9, isCronOff: true });
    expect(loaded("cron_poll_interval: 5", {}, env).options).toMatchObject({ cronPollInterval: 5 });
  });

  test("from nowhere, as its default, or not at all", () => {
    const { options } = loaded("");

    expect(options).toMatchObject({ cronPollInterval: 30, isCronOff: false });
    expect(options).not.toHaveProperty("cronZones");
  });
});

describe("an option of an extension is refused, with the place where it stands,", () => {
  test("in sidekiq.yml", () => {
    expect(() => loaded("a: 1\ncron_poll_interval: often")).toThrow(
      /config\/sidekiq\.yml:2: Expected `cron_poll_interval` to be a number of seconds above 0 to 1000, got `"often"`\./,
    );
  });

  test("in a flag", async () => {
    const flags = await parsed("--cron-poll", "0");

    expect(() => loaded("", flags)).toThrow("Expected `--cron-poll` to be a number of seconds above 0");
  });

  test("in a variable", () => {
    expect(() => loaded("", {}, { CRON_OFF: "yes" })).toThrow("Expected `CRON_OFF` to be true or false");
  });
});

test("a key that is nearly one of an extension is told with that", () => {
  expect(loaded("kron_poll_interval: 5").warnings).toEqual([
    expect.stringContaining("did you mean `cron_poll_interval`?"),
  ]);
});

test("without the extension its keys are what they were, ignored with a warning", () => {
  writeFileSync(join(directory, "config/sidekiq.yml"), "cron_poll_interval: 5");

  const { options, warnings } = loadWorkOptions({}, {}, directory);

  expect(options).not.toHaveProperty("cronPollInterval");
  expect(warnings).toEqual([expect.stringContaining("`cron_poll_interval` does nothing in tsq")]);
});
