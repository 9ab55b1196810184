/** What `tsq doctor` says of classes. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { beats, diagnose, told } from "../../support/doctor.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushall());

const ID = "classes";
const rubyJob = (name: string, queue: string, more = ""): string =>
  `class ${name} < ApplicationJob\n  queue_as :${queue}\n${more}\n  def perform; end\nend\n`;
const BOTH = {
  Procfile: "worker: sidekiq -q default,1\nnode: node_modules/.bin/tsq work -q ts,1 -r jobs.ts\n",
  "app/jobs/ruby_job.rb": rubyJob("RubyJob", "default"),
  "jobs.ts": `import { defineJob } from "tsq";\nexport const own = defineJob("OwnJob", { queue: "ts" }, async () => {});\n`,
};

test("keeps still when each class goes where it is run", async () => {
  await beats(redis, { version: "tsq 0.1.0", queues: ["ts"], classes: ["OwnJob"] });
  await redis.sadd("queues", "ts");
  await redis.lpush("queue:ts", '{"class":"OwnJob","args":[]}');
  await redis.zadd(
    "retry",
    1,
    '{"class":"RubyJob","error_class":"NameError","error_message":"undefined local variable"}',
  );

  expect(await told(ID, { url: server.url, files: BOTH })).toEqual([]);
});

test("a class that waits where nobody has it", async () => {
  await beats(redis, { version: "tsq 0.1.0", queues: ["ts"], classes: ["OwnJob"] });
  await redis.sadd("queues", "ts");
  await redis.lpush("queue:ts", '{"class":"LostJob","args":[]}');

  expect(await told(ID, { url: server.url })).toEqual([
    "error queue ts Jobs of `LostJob` wait in `ts`, and no process that serves it can run them.",
  ]);
});

test("a class that nobody has is told once, with all its queues and what has failed of it", async () => {
  await beats(redis, { version: "tsq 0.1.0", queues: ["ts", "low"], classes: ["OwnJob"] });
  await redis.sadd("queues", "ts", "low");
  for (const queue of ["ts", "low"]) await redis.lpush(`queue:${queue}`, '{"class":"LostJob","args":[]}');
  const message = "No job of this worker is named `LostJob`.";
  const failed = { class: "LostJob", error_class: "NameError", error_message: message };
  await redis.zadd("retry", 1, JSON.stringify(failed));

  const lines = await told(ID, { url: server.url });

  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^error queue (?:ts|low) Jobs of `LostJob` wait in .* So they do in `(?:ts|low)`\. 1 job of `LostJob` failed /,
  );
});

test.for([
  ["Ruby", "uninitialized constant Crm::LostJob"],
  ["Ruby, of a module", "uninitialized constant Crm"],
  ["tsq", "No job of this worker is named `Crm::LostJob`. Give what …"],
])("a class that %s did not have", async ([, message]) => {
  const job = { class: "Crm::LostJob", error_class: "NameError", error_message: message };
  await redis.zadd("retry", 1, JSON.stringify(job));

  expect(await told(ID, { url: server.url })).toEqual([
    "warning set retry 1 job of `Crm::LostJob` failed because whoever took it does not have that class.",
  ]);
});

test("a class of Ruby on a queue that only TypeScript serves, and the other way round", async () => {
  const files = {
    ...BOTH,
    "app/jobs/ruby_job.rb": rubyJob("RubyJob", "ts"),
    "jobs.ts": BOTH["jobs.ts"].replace('"ts"', '"default"'),
  };

  expect(await told(ID, { files })).toEqual([
    "error app/jobs/ruby_job.rb:2 `RubyJob` is Ruby, and goes to `ts`, which only TypeScript serves.",
    "error jobs.ts:2 `OwnJob` is TypeScript, and goes to `default`, which only Ruby serves.",
  ]);
});

test("a class of Ruby without `perform` is there to be pushed, and one that both have runs on either", async () => {
  const files = {
    ...BOTH,
    "app/jobs/own_job.rb": "class OwnJob\n  include Sidekiq::Job\n  sidekiq_options queue: :ts\nend\n",
    "app/jobs/ruby_job.rb": rubyJob("RubyJob", "ts"),
    "more.ts": `import { defineActiveJob } from "tsq";\nexport const a = defineActiveJob("RubyJob", { queue: "ts" }, async () => {});\n`,
  };

  expect(await told(ID, { files })).toEqual([]);
});

describe("names that neither language has", () => {
  test("are found where they are enqueued, and in the schedule", async () => {
    const files = {
      ...BOTH,
      "remote.ts": `import * as tsq from "tsq";\nexport const a = tsq.remoteJob("RubyJob");\nexport const b = tsq.remoteJob("RubbyJob");\n`,
      "config/schedule.yml":
        "nightly:\n  cron: '0 2 * * *'\n  class: NightJob\nown:\n  cron: '0 2 * * *'\n  class: OwnJob\n",
    };

    expect(await told(ID, { files })).toEqual([
      expect.stringMatching(/^warning remote.ts:3 `RubbyJob` is enqueued here/),
      expect.stringMatching(/^warning config\/schedule.yml:1 `NightJob` is enqueued here/),
    ]);
  });

  test("are no matter where the Ruby app is elsewhere", async () => {
    const files = {
      "remote.ts": `import { remoteJob } from "tsq";\nexport const a = remoteJob("ElsewhereJob");\n`,
    };

    expect(await told(ID, { files })).toEqual([]);
  });
});

describe("a class that both languages run by different rules", () => {
  const ours = (rules: string): Record<string, string> => ({
    "jobs.ts": `import { defineActiveJob } from "tsq";\nexport const a = defineActiveJob("SyncJob", { queue: "ts", ${rules} }, async () => {});\n`,
  });

  test("by its retries and by its attempts", async () => {
    const files = {
      "app/jobs/sync_job.rb": rubyJob(
        "SyncJob",
        "default",
        "  sidekiq_options retry: 3\n  retry_on Net::Slow, wait: 5, attempts: 4",
      ),
      ...ours('retry: 5, retryOn: [{ error: Slow, rubyName: "Net::Slow", attempts: 2 }]'),
    };

    expect(await told(ID, { files })).toEqual([
      "warning jobs.ts:2 `SyncJob` is run by both languages by different rules (app/jobs/sync_job.rb:1): " +
        "`retry` is 3 in Ruby and 5 in TypeScript; `Net::Slow` has 4 attempts in Ruby and 2 in TypeScript.",
    ]);
  });

  test("where one of them says nothing of retries and the other something else than the default", async () => {
    const plain = (retry: number) => ({
      "app/workers/sync_job.rb": "class SyncJob\n  include Sidekiq::Job\n  def perform; end\nend\n",
      "jobs.ts": `import { defineJob } from "tsq";\ndefineJob("SyncJob", { retry: ${retry} }, async () => {});\n`,
    });

    expect(await told(ID, { files: plain(25) })).toEqual([]);
    expect(await told(ID, { files: plain(24) })).toEqual([
      expect.stringContaining("`retry` is 25 in Ruby and 24 in TypeScript"),
    ]);
  });

  const both = (ruby: string, typescript: string) => ({
    "app/workers/sync_job.rb": `class SyncJob\n  include Sidekiq::Job\n  sidekiq_options retry: 5${ruby}\n  def perform; end\nend\n`,
    "jobs.ts": `import { defineJob } from "tsq";\ndefineJob("SyncJob", { retry: 5${typescript} }, async () => {});\n`,
  });

  test.for<readonly [string, string, string]>([
    [", dead: false", "", "`dead` is false in Ruby and true in TypeScript"],
    [", dead: true", ", dead: false", "`dead` is true in Ruby and false in TypeScript"],
    [", retry_for: 3600", ", retry_for: 60", "`retry_for` is 3600 in Ruby and 60 in TypeScript"],
    [
      ", unique_for: 60, unique_until: :start",
      "",
      "`unique_for` is 60 in Ruby and not set in TypeScript; `unique_until` is start in Ruby and not set in TypeScript",
    ],
    ["", ", expires_in: 60", "`expires_in` is not set in Ruby and 60 in TypeScript"],
    [", encrypt: true", "", "`encrypt` is true in Ruby and not set in TypeScript"],
  ])("by its options %j and %j", async ([ruby, typescript, saw]) => {
    expect(await told(ID, { files: both(ruby, typescript) })).toEqual([
      expect.stringMatching(new RegExp(`by different rules \\(app/workers/sync_job.rb:1\\): ${saw}\\.$`)),
    ]);
  });

  const SAME = "give both the same, or take the class out of one of them";
  test.for<readonly [string, string, string]>([
    [", dead: false", "", `${SAME}.`],
    [
      ", expires_in: 60",
      "",
      "only Ruby does what `expires_in` says: keep the class on queues that Ruby serves, give it a `deadline` in TypeScript, or take the option out.",
    ],
    [
      ", unique_for: 60, unique_until: :start",
      "",
      "only Ruby does what `unique_for` and `unique_until` say: keep the class on queues that Ruby serves, or take the options out.",
    ],
    [
      ", dead: false, encrypt: true",
      "",
      `${SAME}; only Ruby does what \`encrypt\` says: keep the class on queues that Ruby serves, or take the option out.`,
    ],
  ])(
    "and what to do follows from whether TypeScript does what %j says",
    async ([ruby, typescript, remedy]) => {
      const findings = await diagnose(ID, { files: both(ruby, typescript) });

      expect(findings.map((one) => one.remedy)).toEqual([remedy]);
    },
  );

  test.for<readonly [string, string]>([
    ["", ""],
    [", dead: true", ""],
    [", dead: false", ", dead: false"],
    [", expires_in: 1.hour", ", expires_in: 3600"],
    // As `payloads` says to do.
    [", expires_in: 60", ", deadline: 60"],
    [", dead: false", ", ...shared"],
    [", unique_for: LIMIT", ""],
  ])("and not by its options %j and %j", async ([ruby, typescript]) => {
    expect(await told(ID, { files: both(ruby, typescript) })).toEqual([]);
  });

  test("and not by options that defaults of all jobs may set", async () => {
    const files = {
      ...both(", dead: false", ""),
      "config.ts": `import { configure } from "tsq";\nconfigure({ defaultJobOptions: shared });\n`,
    };

    expect(await told(ID, { files })).toEqual([]);
  });

  test("by what it is", async () => {
    const files = {
      "app/workers/sync_job.rb": "class SyncJob\n  include Sidekiq::Worker\n  def perform; end\nend\n",
      ...ours("retry: 25"),
    };

    expect(await told(ID, { files })).toEqual([
      expect.stringContaining("Ruby has a plain job, TypeScript an ActiveJob"),
    ]);
  });

  test.for<readonly [string, string, string]>([
    ["the same", "  sidekiq_options retry: 5", "retry: 5"],
    ["the default said and unsaid", "", "retry: 25"],
    ["known to the program alone", "  sidekiq_options retry: LIMIT", "retry: 5"],
    ["from elsewhere", "  sidekiq_options retry: 3", "...shared"],
  ])("keeps still when they are %s", async ([, ruby, typescript]) => {
    const files = { "app/jobs/sync_job.rb": rubyJob("SyncJob", "default", ruby), ...ours(typescript) };

    expect(await told(ID, { files })).toEqual([]);
  });
});

describe("a class that nobody has, and that fails more than before", () => {
  beforeEach(async () => {
    const message = "No job of this worker is named `LostJob`.";
    const failed = { class: "LostJob", error_class: "NameError", error_message: message };
    for (let i = 0; i < 10; i++)
      await redis.zadd("retry", 4e9, JSON.stringify({ ...failed, jid: `j${i}`, failed_at: Date.now() }));
  });

  test("is one finding, of the first check that has come upon it", async () => {
    expect(await told(["retry-strategy", ID], { url: server.url })).toEqual([
      "warning set retry 10 jobs of `LostJob` failed because whoever took it does not have that class.",
    ]);
  });

  test("is told of its errors where classes are not looked at", async () => {
    expect(await told("retry-strategy", { url: server.url })).toEqual([
      expect.stringMatching(/^warning errors group:\w+ `LostJob` fails by `NameError` more than before/),
    ]);
  });

  test("is two beside another error of the same name", async () => {
    const other = { class: "LostJob", error_class: "NameError", error_message: "undefined local variable" };
    for (let i = 0; i < 10; i++)
      await redis.zadd("retry", 4e9, JSON.stringify({ ...other, jid: `k${i}`, failed_at: Date.now() }));

    expect(await told(["retry-strategy", ID], { url: server.url })).toEqual([
      expect.stringMatching(/^warning set retry 10 jobs of `LostJob` failed because/),
      expect.stringMatching(
        /^warning errors group:\w+ `LostJob` fails by `NameError` more than before: 10 times/,
      ),
    ]);
  });
});
