/** Files of a project that were written to keep `tsq doctor` busy: it comes to an end, within the time of a test. */
import { expect, test } from "vitest";
import { told } from "../support/doctor.ts";
import type { Files } from "../support/tsq-command.ts";

const JOB = "class AJob\n  include Sidekiq::Job\n  def perform; end\nend\n";

const twenty = (text: string): Files =>
  Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a${i}.rb`, text]));

test.for<readonly [string, string, Files]>([
  ["empty lines", "web-ui-guarded", { "config.ru": "\n".repeat(500_000) }],
  ["mounts", "web-ui-guarded", { "a.rb": 'mount Sidekiq::Web => "/a"\n'.repeat(19_000) }],
  ["classes without an end", "retry-strategy", twenty("class A\n".repeat(60_000))],
  [
    "a call over very many lines",
    "retry-strategy",
    { "a.rb": JOB.replace("  def", `  retry_on A,\n${"1,\n".repeat(160_000)}  def`) },
  ],
  [
    "very many calls over lines",
    "retry-strategy",
    { Gemfile: "", "Gemfile.lock": "    activejob (8.0)\n", "a.rb": "retry_on A,\n".repeat(40_000) },
  ],
  ["a long name", "records-in-arguments", { "a.rb": `${JOB}${"A::".repeat(170_000)}` }],
  ["a locked gem", "retry-strategy", { "Gemfile.lock": `    a (${"1".repeat(500_000)}` }],
  ["blanks in a Procfile", "procfile-worker", { Procfile: `web: a${" ".repeat(500_000)}b\n` }],
])("%s", async ([, id, files]) => {
  await expect(told(id, { files })).resolves.toBeInstanceOf(Array);
});

test("a sum of thousands of terms in TypeScript hides nothing that stands beside it", async () => {
  const text = `import { defineJob } from "tsq";\nexport const a = defineJob("AJob", { retry: false }, async () => {});\nconst sum = ${"1+".repeat(20_000)}1;\n`;

  expect(await told("retry-strategy", { files: { "a.ts": text } })).toEqual([
    "note a.ts:2 `AJob` has `retry: false`; nobody is told of errors or deaths.",
  ]);
});
