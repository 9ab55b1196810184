/** The config files that Rails teams have, read by tsq and by Ruby itself: the values are the same. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isMapping, parseYaml, readConfigFile } from "../support/inside-tsq.ts";
import type { YamlNode } from "../support/inside-tsq.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "tsq-config-"));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** As a Rails generator, a Heroku guide and a large old application have it. */
const REALISTIC: Readonly<Record<string, string>> = {
  plain: `# Sample configuration file for Sidekiq.
:concurrency: 5
staging:
  :concurrency: 10
production:
  :concurrency: 20
:queues:
  - critical
  - default
  - <%= ENV["MAILERS_QUEUE"] || "mailers" %>
`,
  heroku: `---
:verbose: false
:concurrency: <%= ENV.fetch("SIDEKIQ_CONCURRENCY", 10).to_i %>
:timeout: <%= ENV['TIMEOUT'].to_i + 5 -%> # seconds
:max_retries: <%= ENV['DYNO'] == 'worker' ? 3 : 12_0 / 7 %>
<%# queues, with weights -%>
:queues:
  - [critical, <%= (ENV["CRITICAL"] || 6).to_i * 2 %>]
  - ["default", 4]
  - - bulk
  - low,1
`,
  old: `default: &default
  :concurrency: 012
  timeout: 0x10
  labels: [ "reliable", 'eu west' ]
  :queues: &queues
    - - mailers
      - 2
    - [n, 1]
    - :active_storage_analysis
capsules:
  :serial:
    :concurrency: 1
    :queues: [ imports ]
  wide:
    concurrency: 2_0
    queues: *queues
test:
  <<: *default
  tag: "app <%= ENV.fetch('TAG') { 'none' } %> <%%= raw %>"
production:
  concurrency: 3
  <<: *default
  dead_max_jobs: 1_000
  poll_interval_average: 1.5
`,
};

/** Sidekiq 7's own rules in a few lines of its own language: `parse_config`, and `queues=` of a capsule. */
const SIDEKIQ = `
  def keys(value) = value.is_a?(Hash) ? value.to_h { |key, inner| [key.to_s, keys(inner)] } : value
  def queues(list) = list.map { |entry| name, weight = entry.is_a?(String) ? entry.split(",") : entry
    { name: name.to_s, weight: weight.to_i } }
  text, environment = JSON.parse($stdin.read)
  all = keys(YAML.safe_load(ERB.new(text, trim_mode: "-").result, aliases: true, permitted_classes: [Symbol]))
  all = all.merge(all.delete(environment) || {})
  all["queues"] = queues(all["queues"]) if all["queues"]
  all["capsules"] = all["capsules"].map { |name, it| { name:, concurrency: it["concurrency"], queues: queues(it["queues"]) } } if all["capsules"]
  puts JSON.generate(all)
`;

const RUBY = "ruby";
const hasRuby = spawnSync(RUBY, ["-e", "1"]).status === 0;
const isRubyRequired = (process.env["TSQ_REQUIRE"] ?? "").split(",").includes("ruby");
if (!hasRuby && !isRubyRequired)
  console.warn("Skipped: Ruby's own reading of sidekiq.yml, because there is no `ruby` on PATH.");

describe.skipIf(!hasRuby && !isRubyRequired)("Ruby reads the same", () => {
  const cases = Object.entries(REALISTIC).flatMap(([name, content]) =>
    ["test", "production"].map((environment) => ({ name, environment, content })),
  );

  test.each(cases)("from a $name file in $environment", ({ environment, content }) => {
    const env = { TIMEOUT: "20", DYNO: "web", CRITICAL: "3" };
    const { stdout, stderr } = spawnSync(RUBY, ["-rerb", "-ryaml", "-rjson", "-W0", "-e", SIDEKIQ], {
      input: JSON.stringify([content, environment]),
      env: { ...env, PATH: process.env["PATH"] },
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const theirs: Record<string, unknown> = JSON.parse(stdout);

    const path = join(directory, "sidekiq.yml");
    writeFileSync(path, content);
    const { path: _, warnings, ...ours } = readConfigFile(path, { environment, env });

    expect(warnings).toEqual([]);
    expect(ours).toEqual(
      Object.fromEntries(
        Object.entries({
          concurrency: theirs["concurrency"],
          shutdownTimeoutMs: theirs["timeout"] === undefined ? undefined : Number(theirs["timeout"]) * 1_000,
          queues: theirs["queues"],
          capsules: theirs["capsules"],
          verbose: theirs["verbose"],
          labels: theirs["labels"],
          tag: theirs["tag"],
          maxRetries: theirs["max_retries"],
          deadMaxJobs: theirs["dead_max_jobs"],
          pollIntervalAverage: theirs["poll_interval_average"],
        }).filter(([, value]) => value !== undefined),
      ),
    );
  });

  const NUMBERS =
    `12:30 1:2:3 1:2:3:4 190:20:30 -1:30 +1:30 -0:30 1:60 1:59 1:5 01:05 0:0 1:30.5 1:2:3.25 1:30. 1_0:30 12:30:45.67
    1:30e3 12:3_0 60:00 08:30 09:00 1:08 1:2:3:4.5 0x1:2 1_000 012 0x10 0b11 1e3 1.e+3 1.5e-3 1.5e3 .5 -.5 +5. . 09 08.5 0o17
    00 -0 +7 1,000 1,000.5 0x1_0 -0b1 1_0_ 1__0 _1 1.2.3 y n Y N yes off ~ null 5a .inf.`.split(/\s+/);
  const SYMBOLS = [
    '{":concurrency": 5}',
    '":concurrency": 5',
    "':concurrency': 5",
    ':"concurrency": 5',
    ":'concurrency': 5",
    ":concurrency: 5",
    '{"concurrency":5,"queues":["a",["b",2]]}',
    '- ":a"\n- :a\n- \':a\'\n- :"a b"\n- :\'a b\'\n- ::b\n- :":b"\n- :1\n- :""\n- :"x\n- :"a"b',
  ];

  test("from numbers in sixties, and from symbols in and around quotes", () => {
    const yamls = [...NUMBERS.map((number) => `v: ${number}`), ...SYMBOLS];
    const script = `def plain(value) = case value
        when Hash then value.to_h { |key, inner| [key.to_s, plain(inner)] }
        when Array then value.map { |inner| plain(inner) }
        when Symbol then value.to_s
        else value end
      puts JSON.generate(JSON.parse($stdin.read).map { |yaml| plain(YAML.safe_load(yaml, permitted_classes: [Symbol])) })`;
    const { stdout, stderr } = spawnSync(RUBY, ["-ryaml", "-rjson", "-W0", "-e", script], {
      input: JSON.stringify(yamls),
      encoding: "utf8",
    });

    expect(stderr).toBe("");
    const theirs: unknown[] = JSON.parse(stdout);
    expect(yamls.map((yaml) => plain(parseYaml(yaml, "f", [])))).toEqual(theirs);
  });
});

const plain = ({ value }: YamlNode): unknown => {
  if (isMapping(value)) return Object.fromEntries([...value].map(([key, node]) => [key, plain(node)]));
  return Array.isArray(value) ? value.map((node: YamlNode) => plain(node)) : value;
};
