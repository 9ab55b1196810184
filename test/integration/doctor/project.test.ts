/** What `tsq doctor` says of sources and files alone: retry-strategy, web-ui-guarded, procfile-worker, error-notifications. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { told } from "../../support/doctor.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";
import type { Files } from "../../support/tsq-command.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushall());

const worker = (name: string, options: string): string =>
  `class ${name}\n  include Sidekiq::Job\n  ${options}\n\n  def perform(id); end\nend\n`;

describe("retry-strategy", () => {
  const find = (files: Files, url?: string): Promise<readonly string[]> =>
    told("retry-strategy", { files, ...(url && { url }) });
  const lock = (version: string): string =>
    `GEM\n  specs:\n    activejob (${version})\n      activesupport (= ${version})\n`;
  const waits = (wait: string): string =>
    `class AJob < ApplicationJob\n  retry_on Timeout::Error,\n           wait: ${wait}, attempts: 5\n  def perform; end\nend\n`;

  test.for([
    ["7.2.2", ":exponentially_longer", "error"],
    ["7.1.0", ":exponentially_longer", "warning"],
  ])("of Rails %s says that the wait %s is of the past", async ([version, wait, level]) => {
    expect(
      await find({ "Gemfile.lock": lock(version ?? ""), "app/jobs/a_job.rb": waits(wait ?? "") }),
    ).toEqual([
      `${level} app/jobs/a_job.rb:2 \`wait: :exponentially_longer\`, and the app has Rails ${version}.`,
    ]);
  });

  test.for([
    ['gem "rails", "~> 7.2"', "error", "7.2"],
    ["gem 'rails', '>= 7.2.1', '< 9'", "error", "7.2.1"],
    ['gem("rails", "7.1.3")', "warning", "7.1.3"],
  ])("takes the lower bound of `%s` where nothing is locked", async ([Gemfile = "", level, version]) => {
    expect(await find({ Gemfile, "app/jobs/a_job.rb": waits(":exponentially_longer") })).toEqual([
      `${level} app/jobs/a_job.rb:2 \`wait: :exponentially_longer\`, and the app has Rails ${version} or newer.`,
    ]);
  });

  test.for(['gem "rails"', 'gem "rails", "~> 7.0"', 'gem "rails", "< 7.2"'])(
    "keeps still of the wait with `%s`",
    async (Gemfile) => {
      expect(await find({ Gemfile, "app/jobs/a_job.rb": waits(":exponentially_longer") })).toEqual([]);
    },
  );

  test.for([
    ["7.0.8", ":exponentially_longer"],
    ["7.2.2", ":polynomially_longer"],
    ["7.2.2", "GROWING"],
  ])("of Rails %s keeps still of the wait %s", async ([version, wait]) => {
    expect(
      await find({ "Gemfile.lock": lock(version ?? ""), "app/jobs/a_job.rb": waits(wait ?? "") }),
    ).toEqual([]);
  });

  test("says who never set retries, and who did is not named", async () => {
    const files = {
      "a.rb": worker("AWorker", "sidekiq_options queue: :low"),
      "b.rb": worker("BWorker", "sidekiq_options retry: 5"),
      "c.ts": `import { defineJob } from "tsq";\nexport const c = defineJob("CJob", async () => {});\nexport const d = defineJob("DJob", { retry: 3 }, async () => {});\n`,
    };

    expect(await find(files)).toEqual(["note a.rb:1 2 classes say nothing of retries: `AWorker`, `CJob`."]);
  });

  test("names five of many, and cuts a name that is as long as a book", async () => {
    const files = Object.fromEntries(
      ["A", "B", "C", "D", "E", "F"].map((name) => [`${name}.rb`, worker(`${name.repeat(150)}Worker`, "")]),
    );

    const [line = ""] = await find(files);

    expect(line).toMatch(
      /^note A\.rb:1 6 classes say nothing of retries: (?:`([A-E])\1{98}…`, ){4}`E{99}…` and 1 more\.$/,
    );
  });

  test("says that a code is retried for days, by the name of its class", async () => {
    expect(await find({ "a.rb": worker("SendOtpWorker", "sidekiq_options retry: true") })).toEqual([
      "note a.rb:3 `SendOtpWorker` is retried 25 times, and by its name it is of use for minutes.",
    ]);
    expect(await find({ "a.rb": worker("SendOtpWorker", "sidekiq_options retry: 14") })).toEqual([
      "note a.rb:3 `SendOtpWorker` is retried 14 times, and by its name it is of use for minutes.",
    ]);
    expect(await find({ "a.rb": worker("SendOtpWorker", "sidekiq_options retry: 13") })).toEqual([]);
    const files = {
      "a.ts": `import { defineJob } from "tsq";\ndefineJob("OtpJob", { retry: 20, deadline: 300 }, async () => {});\n`,
    };
    expect(await find(files)).toEqual([]);
  });

  describe("of `retry: false`", () => {
    const files = { "a.rb": worker("AWorker", "sidekiq_options retry: false") };

    test("says that nothing is left of failures, a warning where there were some", async () => {
      const today = new Date();
      const date = today.toISOString().slice(2, 10).replaceAll("-", "");
      const minute = String(today.getUTCMinutes()).padStart(2, "0");
      await redis.hset(`j|${date}|${today.getUTCHours()}:${minute}`, { "AWorker|p": 5, "AWorker|f": 2 });

      expect(await find(files)).toEqual([
        "note a.rb:3 `AWorker` has `retry: false`; nobody is told of errors or deaths.",
      ]);
      expect(await find(files, server.url)).toEqual([
        "warning a.rb:3 `AWorker` has `retry: false`, and failed 2 times within the last 8 hours; nobody is told of errors or deaths.",
      ]);
    });

    test("keeps still where somebody is told", async () => {
      expect(await find({ ...files, "b.rb": "config.death_handlers << ->(job, error) { }\n" })).toEqual([]);
    });
  });

  test("says what has been retried for days", async () => {
    const job = (days: number): string =>
      JSON.stringify({
        class: "AWorker",
        jid: String(days),
        retry_count: 9,
        failed_at: Date.now() - days * 86_400_000,
      });
    await redis.zadd("retry", 4e9, job(9), 4e9, job(0.5));

    expect(await find({}, server.url)).toEqual([
      "note set retry 1 job of `AWorker` failed first more than a day ago, up to 9 days, and will be retried again.",
    ]);
  });
});

describe("web-ui-guarded", () => {
  const find = (files: Files): Promise<readonly string[]> => told("web-ui-guarded", { files });
  const routes = (lines: string): Files => ({
    "config/routes.rb": `Rails.application.routes.draw do\n  resources :users\n${lines}\nend\n`,
  });
  const MOUNT = 'mount Sidekiq::Web => "/sidekiq"';

  test.for([
    ["  mount Sidekiq::Web => '/sidekiq'", 3],
    [`  namespace :admin do\n    ${MOUNT}\n  end`, 4],
    [`  if defined?(Sidekiq)\n    mount Sidekiq::Web, at: "/jobs"\n  end`, 4],
    [`  authenticate :user do\n    resources :things\n  end\n  ${MOUNT}`, 6],
  ] as const)("finds %j", async ([lines, line]) => {
    expect(await find(routes(lines))).toEqual([
      `error config/routes.rb:${line} Sidekiq::Web is mounted, and nothing in this project asks who comes.`,
    ]);
  });

  test.for([
    `  authenticate :user, ->(u) { u.admin? } do\n    ${MOUNT}\n  end`,
    `  authenticated(:admin) { ${MOUNT} }`,
    `  constraints AdminConstraint do\n    namespace :admin do\n      ${MOUNT}\n    end\n  end`,
    `  scope "/ops", constraints: Internal.new do\n    ${MOUNT}\n  end`,
    `  ${MOUNT}, constraints: Admin`,
    `  ${MOUNT} if Rails.env.development?`,
    `  unless Rails.env.production?\n    ${MOUNT}\n  end`,
    `  admins_only do\n    ${MOUNT}\n  end`,
    `  # ${MOUNT}`,
    `  get "/help", to: -> { '${MOUNT.replaceAll('"', "")}' }`,
  ])("keeps still of %j", async (lines) => {
    expect(await find(routes(lines))).toEqual([]);
  });

  test("keeps still where Sidekiq::Web has a guard of its own", async () => {
    const files = {
      ...routes(`  ${MOUNT}`),
      "config/initializers/sidekiq.rb": "Sidekiq::Web.use(Rack::Auth::Basic) { |u, p| true }\n",
    };

    expect(await find(files)).toEqual([]);
  });

  test("finds a rackup file without a guard", async () => {
    expect(await find({ "config.ru": 'require "sidekiq/web"\nrun Sidekiq::Web\n' })).toEqual([
      expect.stringMatching(/^error config.ru:2 /),
    ]);
    expect(
      await find({ "config.ru": "use Rack::Session::Cookie\nuse Rack::Auth::Basic\nrun Sidekiq::Web\n" }),
    ).toEqual([]);
  });

  test.for([
    [
      'auth: () => ({ name: "all", role: "admin" })',
      ["warning web.ts:2 The `auth` of this dashboard answers the same user whoever comes."],
    ],
    ["basePath: '/tsq'", ["note web.ts:2 This dashboard has no `auth`."]],
    ["auth: basicAuth(users)", []],
    ["auth: async (request) => signedIn(request)", []],
    ["...options", []],
  ] as const)("of a dashboard with `%s`", async ([options, lines]) => {
    const files = {
      "web.ts": `import { basicAuth, createWeb } from "tsq/web";\nexport const web = createWeb({ ${options} });\n`,
    };

    expect(await find(files)).toEqual(lines);
  });
});

describe("procfile-worker", () => {
  const find = (files: Files): Promise<readonly string[]> => told("procfile-worker", { files });
  const JOBS = { "a.rb": worker("AWorker", "") };

  test.for([
    "web: puma\nworker: bundle exec sidekiq -C config/sidekiq.yml -t 25\n",
    "web: puma\nworker: node_modules/.bin/tsq work -r ./jobs.js\n",
    "web: puma\njobs: bin/start-jobs\n",
  ])("keeps still of %j", async (Procfile) => {
    expect(await find({ ...JOBS, Procfile })).toEqual([]);
  });

  test("keeps still without a Procfile, and without jobs", async () => {
    expect(await find(JOBS)).toEqual([]);
    expect(await find({ Procfile: "web: puma\n" })).toEqual([]);
  });

  test("says that nothing starts a worker", async () => {
    expect(await find({ ...JOBS, Procfile: "web: puma\nrelease: rake db:migrate\n" })).toEqual([
      "warning Procfile It starts `web`, `release`, and none of these is a worker, though the project has classes of jobs.",
    ]);
  });

  test.for([
    ["npx tsq work -r ./jobs.js", "npx"],
    ["NODE_ENV=production exec npx tsq work", "npx"],
    ["pnpm exec tsq work", "pnpm exec"],
    ["npm run worker", "npm run"],
    ["yarn worker", "yarn"],
  ])("says that `%s` starts it by `%s`", async ([command, starter]) => {
    const files = {
      Procfile: `worker: ${command}\n`,
      "package.json": '{"scripts":{"worker":"tsq work -r ./jobs.js"}}',
    };

    expect(await find(files)).toEqual([`warning Procfile:1 \`worker\` starts its worker by \`${starter}\`.`]);
  });

  test("says that a module is not there that the worker loads, and nothing of what a build may make", async () => {
    const files = {
      Procfile: [
        "worker: node_modules/.bin/tsq work -r jobs.ts -r ./there.ts",
        "built: node_modules/.bin/tsq work -r ./dist/jobs.js",
        "elsewhere: cd app && node_modules/.bin/tsq work -r jobs.ts",
      ].join("\n"),
      "there.ts": "",
    };

    expect(await find(files)).toEqual([
      "error Procfile:1 `worker` loads `jobs.ts`, and there is no such file.",
    ]);
  });

  test("says that a stop takes longer than the platform waits, by flag and by file", async () => {
    expect(await find({ Procfile: "worker: sidekiq -t 60\n" })).toEqual([
      "warning Procfile:1 The worker `worker` waits 60 s for its jobs when it is stopped.",
    ]);
    expect(await find({ Procfile: "worker: sidekiq\n", "config/sidekiq.yml": ":timeout: 30\n" })).toEqual([
      "warning config/sidekiq.yml The worker `worker` waits 30 s for its jobs when it is stopped.",
    ]);
  });
});

describe("error-notifications", () => {
  const find = (files: Files): Promise<readonly string[]> => told("error-notifications", { files });
  const FILES = {
    "app/workers/a.rb": worker("AWorker", ""),
    "jobs.ts": `import { defineJob } from "tsq";\nexport const a = defineJob("AJob", async () => {});\n`,
  };

  test("says in which language nobody is told", async () => {
    expect(await find(FILES)).toEqual([
      "warning app/workers/a.rb:1 Nothing in the Ruby of this project tells anybody of errors and deaths of jobs.",
      "warning jobs.ts:2 Nothing in the TypeScript of this project tells anybody of errors and deaths of jobs.",
    ]);
  });

  test.for<Files>([
    {
      "config/initializers/sidekiq.rb":
        "Sidekiq.configure_server { |config| config.error_handlers << Notify }\n",
      "worker.ts": `import type { WorkerOptions } from "tsq";\nexport const configureWorker = (o: WorkerOptions) => ({ ...o, deathHandlers: [tell] });\n`,
    },
    { Gemfile: 'gem "sentry-sidekiq"\n', "package.json": '{"dependencies":{"@sentry/node":"10"}}' },
  ])("keeps still where somebody is: %#", async (more) => {
    expect(await find({ ...FILES, ...more })).toEqual([]);
  });

  test("keeps still without jobs", async () => {
    expect(await find({ "a.rb": "class User; end\n" })).toEqual([]);
  });
});
