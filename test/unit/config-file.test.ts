/** sidekiq.yml: which file is read, what it says, and what it warns of. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findConfigFile, givenEnvironment, readConfigFile } from "../support/inside-tsq.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "tsq-config-"));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const write = (path: string, content: string): string => {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
};

const read = (content: string, environment = "test", env: Record<string, string> = {}) => {
  const { path: _, ...config } = readConfigFile(write("sidekiq.yml", content), { environment, env });
  return config;
};

describe("the file to read", () => {
  test("is the one -C names, even when there is none", () => {
    expect(findConfigFile({ config: "/nowhere/my.yml" })).toBe("/nowhere/my.yml");
    expect(findConfigFile({ config: "my.yml" }, "/app")).toBe("/app/my.yml");
    expect(() => readConfigFile("/nowhere/my.yml", { environment: "test", env: {} })).toThrow(
      "There is no config file `/nowhere/my.yml`. Correct the path after -C.",
    );
  });

  test("is else config/sidekiq.yml under the current directory, and before its .erb twin", () => {
    write("two/config/sidekiq.yml", "");
    write("two/config/sidekiq.yml.erb", "");
    write("twin/config/sidekiq.yml.erb", "");

    expect(findConfigFile({}, join(directory, "two"))).toBe(join(directory, "two/config/sidekiq.yml"));
    expect(findConfigFile({}, join(directory, "twin"))).toBe(join(directory, "twin/config/sidekiq.yml.erb"));
    expect(findConfigFile({}, join(directory, "two/config"))).toBeUndefined();
  });

  test("is looked for under a directory of -r, not beside a module of -r", () => {
    write("rails/config/sidekiq.yml", "");
    write("rails/jobs/jobs.mjs", "");

    expect(findConfigFile({ require: ["jobs/jobs.mjs"] }, join(directory, "rails"))).toBe(
      join(directory, "rails/config/sidekiq.yml"),
    );
    expect(findConfigFile({ require: ["missing.ts", "rails"] }, directory)).toBe(
      join(directory, "rails/config/sidekiq.yml"),
    );
    expect(
      findConfigFile({ require: [join(directory, "rails/jobs")] }, join(directory, "rails")),
    ).toBeUndefined();
  });
});

test("the environment is the flag's, else APP_ENV's, RAILS_ENV's, RACK_ENV's, and an empty one is none", () => {
  const env = { APP_ENV: "a", RAILS_ENV: "b", RACK_ENV: "c" };

  expect(givenEnvironment("staging", env)).toBe("staging");
  expect(givenEnvironment(undefined, env)).toBe("a");
  expect(givenEnvironment(undefined, { ...env, APP_ENV: "" })).toBe("b");
  expect(givenEnvironment(undefined, { RACK_ENV: "c" })).toBe("c");
  expect(givenEnvironment(undefined, {})).toBeUndefined();
});

describe("what a file says", () => {
  test("every key, as text and as symbol", () => {
    const config = read(`
:concurrency: 10
timeout: 8.5
:queues: [critical]
:environment: test
require: ./jobs.ts
:tag: :mail
:verbose: on
labels: [reliable, 7, :new]
max_retries: 0
dead_max_jobs: 10_000
dead_timeout_in_seconds: 86400
average_scheduled_poll_interval: 0.5
poll_interval_average: 15
`);

    expect(config).toEqual({
      warnings: [],
      concurrency: 10,
      shutdownTimeoutMs: 8_500,
      queues: [{ name: "critical", weight: 0 }],
      environment: "test",
      requires: ["./jobs.ts"],
      tag: "mail",
      verbose: true,
      labels: ["reliable", "7", "new"],
      maxRetries: 0,
      deadMaxJobs: 10_000,
      deadTimeoutInSeconds: 86_400,
      averageScheduledPollInterval: 0.5,
      pollIntervalAverage: 15,
    });
  });

  test.each([
    ["queues: [critical, default]", { critical: 0, default: 0 }],
    [":queues: [:critical, :low]", { critical: 0, low: 0 }],
    ["queues:\n- critical\n- - default\n- - :low\n  - 2", { critical: 0, default: 0, low: 2 }],
    [
      "queues:\n  - critical,5\n  - [default, 2]\n  - [low, '1']\n  - [bulk, ~]",
      { critical: 5, default: 2, low: 1, bulk: 0 },
    ],
    ["queues: critical,5", { critical: 5 }],
    ["queues:\n  critical: 5\n  default: 2000", { critical: 5, default: 2000 }],
    ["queues: [n, y]", { n: 0, y: 0 }],
    ["queues: ['a:b/c.d-e_f', ünïcode]", { "a:b/c.d-e_f": 0, ünïcode: 0 }],
  ])("%j gives the queues %j", (content, weights) => {
    const queues = Object.entries(weights).map(([name, weight]) => ({ name, weight }));

    expect(read(content).queues).toEqual(queues);
  });

  test("capsules have queues and may have a concurrency", () => {
    const config = read(`
concurrency: 5
capsules:
  single:
    concurrency: 1
    queues: [serial]
  :mail:
    :queues:
      - [mailers, 2]
`);

    expect(config).toEqual({
      warnings: [],
      concurrency: 5,
      capsules: [
        { name: "single", concurrency: 1, queues: [{ name: "serial", weight: 0 }] },
        { name: "mail", queues: [{ name: "mailers", weight: 2 }] },
      ],
    });
  });

  test("the capsule named default is the top level, as in Sidekiq", () => {
    const config = read(
      "concurrency: 5\nqueues: [a]\ncapsules: { default: { concurrency: 2, queues: [b] } }",
    );

    expect(config).toEqual({
      warnings: [],
      concurrency: 2,
      queues: [{ name: "b", weight: 0 }],
      capsules: [],
    });
  });

  test("the section of the environment goes over the top level, key by key", () => {
    const content = `
concurrency: 5
queues: [a, b]
test:
  concurrency: 1
:production:
  :concurrency: 50
  :queues: [c]
staging:
`;

    expect(read(content, "test")).toMatchObject({ concurrency: 1, queues: [{ name: "a" }, { name: "b" }] });
    expect(read(content, "production")).toMatchObject({ concurrency: 50, queues: [{ name: "c" }] });
    expect(read(content, "staging")).toMatchObject({ concurrency: 5 });
    expect(read(content, "development")).toMatchObject({ concurrency: 5, warnings: [] });
  });

  test("what another environment gets wrong is no error here", () => {
    expect(read("concurrency: 5\nproduction:\n  concurrency: many", "test")).toMatchObject({
      concurrency: 5,
    });
  });

  test("anchors, aliases and merges are followed, and a merge wins over what stands before it, as in Psych", () => {
    const content =
      "base: &base\n  concurrency: 7\n  timeout: 9\ntest:\n  concurrency: 1\n  <<: *base\n  timeout: 3\n";

    expect(read(content)).toEqual({ warnings: [], concurrency: 7, shutdownTimeoutMs: 3_000 });
  });

  test.each(["", "\n", "---\n", "# nothing\n", "false", "--- ~\n", "\uFEFF# mark\n"])(
    "%j says nothing",
    (content) => {
      expect(read(content)).toEqual({ warnings: [] });
    },
  );

  test("variables come from the environment given", () => {
    const content =
      "concurrency: <%= ENV.fetch('THREADS', 5) %>\nqueues:\n  - <%= ENV['PREFIX'] || 'app' %>_mail\n";

    expect(read(content)).toMatchObject({ concurrency: 5, queues: [{ name: "app_mail" }] });
    expect(read(content, "test", { THREADS: "9", PREFIX: "eu" })).toMatchObject({
      concurrency: 9,
      queues: [{ name: "eu_mail" }],
    });
  });
});

describe("keys that do nothing are warned of, in one line each", () => {
  test.each([
    [
      "a: 1\n:pidfile: tmp/x.pid",
      "sidekiq.yml:2: `pidfile` does nothing in tsq: it writes no pid file, and Sidekiq has not since 6.0; let systemd or Docker watch the process.",
    ],
    ["logfile: log/x.log", "`logfile` does nothing in tsq: it logs to standard output"],
    ["daemon: true", "`daemon` does nothing in tsq: it stays in the foreground"],
    ["strict: true", "`strict` does nothing in tsq: queues without weights are worked strictly in order."],
    ["cron_poll_interval: 10", "`cron_poll_interval` does nothing in tsq: schedules"],
    [":scheduler:\n  :schedule: {}", "`scheduler` does nothing in tsq: schedules"],
    ["health_check: 7433", "`health_check` does nothing in tsq: it belongs to Sidekiq Enterprise."],
    ["redis:\n  url: redis://x", "`redis` does nothing in tsq: name the server with --redis or REDIS_URL."],
    [
      "concurency: 5",
      "sidekiq.yml:1: `concurency` is no key that tsq knows and is ignored: did you mean `concurrency`?",
    ],
    ["capsule: { a: { queues: [b] } }", "did you mean `capsules`?"],
    ["my_own_setting: 5", "`my_own_setting` is no key that tsq knows and is ignored."],
    ["concurrency: <%= ENV['UNSET'] %>", "sidekiq.yml:1: `concurrency` is empty: its default applies."],
    [
      "environment: production",
      "`environment` does not choose the section, as in Sidekiq: `test` is read. Use -e or APP_ENV.",
    ],
    [
      "capsules: { a: { queues: [b], concurency: 1 } }",
      "In the capsule `a`: `concurency` is no key that tsq knows and is ignored: did you mean `concurrency`?",
    ],
    ["test:\n  pidfile: x", "sidekiq.yml:2: `pidfile`"],
  ])("%j", (content, warning) => {
    const warnings = read(content).warnings.filter((line) => !line.includes("`a` is no key"));

    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(warning);
    expect(warnings[0]).not.toContain("\n");
  });

  test("the sections of other environments and the anchors they merge are not", () => {
    expect(
      read("defaults: &d { timeout: 8 }\nproduction: { <<: *d }\nqa: {}\nstaging:\n", "test").warnings,
    ).toEqual([]);
  });
});
