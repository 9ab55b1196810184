/** What `tsq doctor` says of queues: the check queue-priorities. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { beats, told } from "../../support/doctor.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushall());

const ID = "queue-priorities";
const JOB = `class SendEmailJob < ApplicationJob
  queue_as :mailers

  def perform(id); end
end
`;
const APP = {
  Procfile: "worker: bundle exec sidekiq -C config/sidekiq.yml\n",
  "config/sidekiq.yml": ":queues:\n  - [critical, 3]\n  - [default, 1]\n",
  "app/jobs/send_email_job.rb": JOB,
};

describe("a queue that jobs go to and nobody serves", () => {
  test("is found by its class, where the Procfile says how workers start", async () => {
    expect(await told(ID, { files: APP })).toEqual([
      "error app/jobs/send_email_job.rb:2 `SendEmailJob` goes to `mailers`. No worker of `config/sidekiq.yml` serves it.",
    ]);
  });

  test("is a warning where others may be started elsewhere", async () => {
    const { Procfile: _, ...files } = APP;

    expect(await told(ID, { files })).toEqual([
      expect.stringMatching(/^warning app\/jobs\/send_email_job.rb:2 /),
    ]);
  });

  test.for<[string, Record<string, string>]>([
    ["served", { "config/sidekiq.yml": ":queues: [[critical, 3], [mailers, 1]]\n" }],
    ["named by a flag", { Procfile: "worker: sidekiq -q critical,3 -q mailers\n" }],
    ["served by another line", { Procfile: `${APP.Procfile}mail: sidekiq -q mailers,2 -q default,1\n` }],
    [
      "of a capsule in code",
      { "config/initializers/sidekiq.rb": `config.capsule("mail") { |c| c.queues = %w[mailers] }\n` },
    ],
    [
      "of a Worker in code",
      { "w.ts": `import { Worker } from "tsq";\nnew Worker({ queues: ["mailers"] });\n` },
    ],
    ["of a variable", { Procfile: "worker: sidekiq -q $QUEUES\n" }],
    [
      "known to the program alone",
      { "app/jobs/send_email_job.rb": JOB.replace(":mailers", "ENV.fetch('Q')") },
    ],
    ["chosen by a block", { "app/jobs/send_email_job.rb": JOB.replace(":mailers", "{ :mailers }") }],
    ["in a comment", { "app/jobs/send_email_job.rb": JOB.replace("queue_as", "# queue_as") }],
    ["in a text", { "app/jobs/send_email_job.rb": `HELP = <<~RUBY\n${JOB}RUBY\n` }],
    [
      "of a class that says more elsewhere",
      { "app/jobs/send_email_job.rb": JOB.replace("queue_as :mailers", "include Queued") },
    ],
    ["behind a prefix", { "config/application.rb": "config.active_job.queue_name_prefix = Rails.env\n" }],
  ])("keeps still when it is %s", async ([, files]) => {
    expect(
      (await told(ID, { files: { ...APP, ...files } })).filter((line) => line.includes("goes to")),
    ).toEqual([]);
  });

  test("is found by a TypeScript definition, a mailer's setting and a periodic entry", async () => {
    const files = {
      ...APP,
      "app/jobs/send_email_job.rb": "",
      "workers/jobs.ts": `import { defineJob as job } from "tsq";\n\nexport const a = job("AJob", { queue: "ts_high" }, async () => {});\n// job("BJob", { queue: "commented" })\n`,
      "config/application.rb": `config.action_mailer.deliver_later_queue_name = :post\n`,
      "app/models/user.rb": "UserMailer.welcome(self).deliver_later\n",
      "config/schedule.yml": "nightly:\n  cron: '0 2 * * *'\n  class: NightlyJob\n  queue: night\n",
    };

    expect(await told(ID, { files })).toEqual([
      expect.stringMatching(/^error workers\/jobs.ts:3 `AJob` goes to `ts_high`\./),
      expect.stringMatching(/^error config\/application.rb:1 Mails that are delivered later go to `post`\./),
      expect.stringMatching(/^error config\/schedule.yml:1 The entry `nightly` goes to `night`\./),
    ]);
  });

  test("is not found where a process that is alive serves it", async () => {
    await beats(redis, { queues: ["mailers"] });

    expect(await told(ID, { url: server.url, files: APP })).toEqual([]);
  });

  test("is told once where jobs wait in it, with the class that pushes there", async () => {
    await beats(redis, { queues: ["critical", "default"] });
    await redis.sadd("queues", "mailers");
    await redis.lpush("queue:mailers", '{"class":"SendEmailJob"}');

    expect(await told(ID, { url: server.url, files: APP })).toEqual([
      "error app/jobs/send_email_job.rb:2 1 job waits in `mailers`, and no process takes jobs from it. `SendEmailJob` goes to `mailers`.",
    ]);
  });
});

test("queues that code gives to workers are not known, and where jobs wait it is told all the same", async () => {
  const files = { ...APP, "w.ts": `import { Worker } from "tsq";\nnew Worker({ queues: [name] });\n` };
  await beats(redis, { queues: ["critical", "default"] });

  expect(await told(ID, { url: server.url, files })).toEqual([]);
  await redis.sadd("queues", "mailers");
  await redis.lpush("queue:mailers", '{"class":"SendEmailJob"}');

  expect(await told(ID, { url: server.url, files })).toEqual([
    expect.stringMatching(/^error app\/jobs\/send_email_job\.rb:2 1 job waits in `mailers`/),
  ]);
});

describe("queues that both languages serve", () => {
  test("are found in the config files, and among processes", async () => {
    const files = {
      Procfile: "worker: sidekiq -q default,1 -q low,1\nnode: node_modules/.bin/tsq work -q low,1 -q ts,1\n",
    };
    await beats(redis, { identity: "ruby:1:a", queues: ["default"] });
    await beats(redis, { identity: "node:1:a", version: "tsq 0.1.0", queues: ["default"] });

    expect(await told(ID, { files })).toEqual(["warning Procfile:2 Ruby and TypeScript both serve `low`."]);
    expect(await told(ID, { url: server.url })).toEqual([
      "warning process node:1:a Ruby and TypeScript both serve `default`.",
    ]);
  });

  test("keeps still of a process that takes no more jobs", async () => {
    await beats(redis, { identity: "ruby:1:a", queues: ["default"] });
    await redis.hset("ruby:1:a", "quiet", "true");
    await beats(redis, { identity: "node:1:a", version: "tsq 0.1.0", queues: ["default"] });

    expect(await told(ID, { url: server.url })).toEqual([]);
  });

  test("keeps still when each has its own", async () => {
    await beats(redis, { identity: "ruby:1:a", queues: ["default"] });
    await beats(redis, { identity: "node:1:a", version: "tsq 0.1.0", queues: ["ts"] });

    expect(await told(ID, { url: server.url })).toEqual([]);
  });
});

describe("weights", () => {
  test("that no queue has make a note", async () => {
    const files = { "config/sidekiq.yml": ":queues:\n  - critical\n  - default\n" };

    expect(await told(ID, { files })).toEqual([
      "note config/sidekiq.yml None of its 2 queues has a weight: they are served strictly in order, `default` last.",
    ]);
  });

  test("that flags do not give either are told of the line in the Procfile", async () => {
    const files = { Procfile: "web: puma\nworker: sidekiq -q critical -q low\n" };

    expect(await told(ID, { files })).toEqual([
      "note Procfile:2 None of its 2 queues has a weight: they are served strictly in order, `low` last.",
    ]);
  });

  test("are not asked of a single queue", async () => {
    expect(await told(ID, { files: { "config/sidekiq.yml": ":queues:\n  - default\n" } })).toEqual([]);
  });
});

test("a config file that cannot be read is a note, and nothing is said of queues", async () => {
  const files = { ...APP, "config/sidekiq.yml": ":queues: <%= Rails.application.queues %>\n" };

  expect(await told(ID, { files })).toEqual(["note config/sidekiq.yml:1 It cannot be read."]);
});
