/** What `tsq doctor` reads of the folder of a project, and that it misses nothing of what it has not read. */
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { examined, projectOf, told } from "../support/doctor.ts";
import { reportLines } from "../support/inside-tsq.ts";
import type { Files } from "../support/tsq-command.ts";

const active = (name: string, more = "  queue_as :elsewhere\n"): string =>
  `class ${name} < ApplicationJob\n${more}\n  def perform; end\nend\n`;
const plain = (name: string, more = ""): string =>
  `class ${name}\n  include Sidekiq::Job\n${more}\n  def perform; end\nend\n`;

describe("of a project that was read in part", () => {
  /** So many that they leave no room for what comes by a later name. */
  const many = (count: number): Files =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`app/a${i}.rb`, "\n"]));
  const APP: Files = {
    Procfile: "worker: sidekiq -q default,1\n",
    "app/0.rb": active("AJob"),
    "app/1.rb": 'Rails.application.routes.draw do\n  mount Sidekiq::Web => "/sidekiq"\nend\n',
    "app/2.rb": plain("LoginCodeJob"),
    "app/3.ts": 'import { defineJob, remoteJob } from "tsq";\nremoteJob("GoneJob");\n',
  };
  const CLAIMING = ["queue-priorities", "classes", "retry-strategy", "web-ui-guarded", "error-notifications"];

  test.for<readonly [string, Files]>([
    ["more sources than are read", many(3_000)],
    ["Ruby that is too large", { "lib/a.rb": "#".repeat(600_000) }],
    ["folders that are too deep", { "a/b/c/d/e/f/g/h/i/j/k/l.rb": "\n" }],
    ["Ruby that ends in a text", { "lib/a.rb": 'puts "never ended\n' }],
    ["TypeScript that the compiler gives up on", { "a.ts": `import "tsq";\n${"(".repeat(40_000)}` }],
  ])("with %s nothing is said to be missing, and the report says why", async ([, more]) => {
    const [whole, part] = [projectOf(APP), projectOf({ ...APP, ...more })];

    for (const id of CLAIMING) {
      expect(await told(id, { files: whole }), id).not.toEqual([]);
      expect(await told(id, { files: part }), id).toEqual([]);
    }
    expect(reportLines(await examined("web-ui-guarded", { files: part })).join(" ")).toContain(
      ", not all of them, so that nothing is said to be missing",
    );
  });

  test("folders are left out by their name at the top of a package alone, and tests outside of `app`", async () => {
    const job = (path: string): Files => ({
      [path]: plain(`J${path.replaceAll(/\W/g, "").slice(0, -2)}Job`),
    });
    const seen = ["app/features/a.rb", "app/jobs/build/b.rb", "lib/log/c.rb", "app/jobs/test/d.rb"];
    const unseen = [
      "build/e.rb",
      "vendor/f.rb",
      "spec/g.rb",
      "lib/test/h.rb",
      "engines/i/db/i.rb",
      "a/node_modules/j.rb",
      ...["__tests__", ".hidden", "tests"].map((folder) => `lib/${folder}/k.rb`),
      ...["coverage", "db", "dist", "features", "log", "public", "sorbet", "tmp"].map((top) => `${top}/l.rb`),
      "lib/m_spec.rb",
      "lib/m_test.rb",
      "lib/n.d.ts",
      "lib/n.min.js",
      "lib/n.test.ts",
      "lib/n.spec.js",
    ];
    const files = {
      "engines/i/i.gemspec": "",
      ...Object.assign({}, ...[...seen, ...unseen].map(job)),
    } as Files;

    const { sources } = await examined("web-ui-guarded", { files });

    expect(sources).toEqual({ files: seen.length, isCut: false });
  });

  test("ten folders deep it reads, and no deeper, and no link leads it on", async () => {
    const ten = "a/b/c/d/e/f/g/h/i/j";
    const folder = projectOf({ [`${ten}/deep.rb`]: plain("DeepJob") });
    symlinkSync(join(folder, "a"), join(folder, "round"));

    const [whole, deeper] = [
      await examined("retry-strategy", { files: folder }),
      await examined("retry-strategy", {
        files: { [`${ten}/deep.rb`]: plain("DeepJob"), [`${ten}/k/deeper.rb`]: plain("DeeperJob") },
      }),
    ];

    expect(whole.sources).toEqual({ files: 1, isCut: false });
    expect(whole.findings).toMatchObject([{ where: { file: `${ten}/deep.rb` } }]);
    expect(deeper.sources).toEqual({ files: 1, isCut: true });
  });

  test("a class that is made by an assignment is there", async () => {
    const files = {
      "a.rb": `${plain("AJob")}GoneJob = Class.new(AJob)\n`,
      "b.ts": 'import { remoteJob } from "tsq";\nremoteJob("GoneJob");\nremoteJob("LostJob");\n',
    };

    expect(await told("classes", { files })).toEqual([expect.stringContaining("`LostJob`")]);
  });
});
