/** What `tsq doctor` does not claim of a project: what a text does not tell, or is said there by other means. */
import { describe, expect, test } from "vitest";
import { examined, told } from "../support/doctor.ts";
import type { Files } from "../support/tsq-command.ts";

const active = (name: string, more = "  queue_as :elsewhere\n"): string =>
  `class ${name} < ApplicationJob\n${more}\n  def perform; end\nend\n`;
const plain = (name: string, more = ""): string =>
  `class ${name}\n  include Sidekiq::Job\n${more}\n  def perform; end\nend\n`;

describe("of a mount of Sidekiq::Web", () => {
  const find = (files: Files): Promise<readonly string[]> => told("web-ui-guarded", { files });
  const MOUNT = 'mount Sidekiq::Web => "/sidekiq"';
  const routes = (lines: string): Files => ({
    "config/routes.rb": `Rails.application.routes.draw do\n${lines}\nend\n`,
  });

  test.for([
    ["in a block", `  scope "/ops", module: :ops do\n    get "a", to: "b"\n    ${MOUNT}\n  end`],
    ["behind blocks", `  resources :a do\n    get :b, on: :member\n  end\n  c = { a: 1 }\n  ${MOUNT}`],
  ] as const)("%s it is said that nobody asks who comes", async ([, lines]) => {
    expect(await find(routes(lines))).toHaveLength(1);
  });

  test.for([
    [
      "the head of its block goes over lines",
      `  namespace :admin,\n            constraints: A.new do\n    ${MOUNT}\n  end`,
    ],
    ["so it does below it", `  scope path: "ops",\n        constraints: A.new do\n    ${MOUNT}\n  end`],
    ["so it does in brackets", `  scope(\n    constraints: A.new\n  ) do\n    ${MOUNT}\n  end`],
    ["the routes end before it", `  next if Rails.env.production?\n  ${MOUNT}`],
    ["its block is given options from elsewhere", `  scope "/ops", **INTERNAL do\n    ${MOUNT}\n  end`],
    ["its block is given what only the program knows", `  scope internal_options do\n    ${MOUNT}\n  end`],
    ["a condition is more than a question for a gem", `  if defined?(Web) && dev?\n    ${MOUNT}\n  end`],
    ["a condition stands behind its block", `  scope "/a" do\n    ${MOUNT}\n  end if dev?`],
    ["it is not indented", `  authenticate :user do\n  ${MOUNT}\n  end`],
  ] as const)("nothing is said where %s", async ([, lines]) => {
    expect(await find(routes(lines))).toEqual([]);
  });

  test("nothing is said in a file that is drawn into others, and in an engine", async () => {
    const files = {
      ...routes("  authenticate :user do\n    draw :ops\n  end"),
      "config/routes/ops.rb": `${MOUNT}\n`,
      "engines/a/config/routes.rb": `A::Engine.routes.draw do\n  ${MOUNT}\nend\n`,
    };

    expect(await find(files)).toEqual([]);
  });

  test.for(["use AdminsOnly\nrun Sidekiq::Web\n", 'run Sidekiq::Web if ENV["DEV"]\n'])(
    "nothing is said of the rackup file %j",
    async (text) => {
      expect(await find({ "config.ru": text })).toEqual([]);
    },
  );

  test("nothing is said where Sidekiq::Web is opened elsewhere", async () => {
    const files = { ...routes(`  ${MOUNT}`), "config/initializers/a.rb": "Sidekiq::Web.prepend(Guard)\n" };

    expect(await find(files)).toEqual([]);
  });
});

test("a dashboard that lets everybody in is no error, as the app may ask who comes before it", async () => {
  const files = {
    "web.ts": `import { createWeb, toNodeHandler } from "tsq/web";\napp.use("/tsq", requireAdmin, toNodeHandler(createWeb({ auth: () => ({ name: "mira", role: "admin" }) })));\n`,
  };

  const [finding] = (await examined("web-ui-guarded", { files })).findings;

  expect(finding?.level).toBe("warning");
  expect(finding?.remedy).toContain("if a guard of the app stands before it");
});

describe("of an ActiveJob that Sidekiq does not enqueue", () => {
  const find = (files: Files): Promise<readonly string[]> =>
    told("queue-priorities", {
      files: { Procfile: "worker: sidekiq -q default,1\n", "a.rb": active("AJob"), ...files },
    });
  const app = (adapter: string): Files => ({
    "config/application.rb": `module Crm\n  class Application < Rails::Application\n    config.active_job.queue_adapter = ${adapter}\n  end\nend\n`,
  });

  test.for<readonly [string, Files]>([
    ["the app", app(":solid_queue")],
    ["the app, by a variable", app('ENV.fetch("ADAPTER").to_sym')],
    ["the class", { "a.rb": active("AJob", "  self.queue_adapter = :async\n  queue_as :elsewhere\n") }],
    [
      "its parent",
      {
        "a.rb": active("AJob").replace("ApplicationJob", "BaseJob"),
        "b.rb": "class BaseJob < ActiveJob::Base\n  self.queue_adapter = :async\nend\n",
      },
    ],
    [
      "the environment",
      {
        ...app(":sidekiq"),
        "config/environments/production.rb": "config.active_job.queue_adapter = :good_job\n",
      },
    ],
  ])("nothing is said where %s names another adapter", async ([, files]) => {
    expect(await find(files)).toEqual([]);
  });

  test.for<readonly [string, Files]>([
    ["Sidekiq", app(":sidekiq")],
    ["Sidekiq, under a condition", app(":sidekiq unless Rails.env.test?")],
    [
      "another for tests",
      { ...app(":sidekiq"), "config/environments/test.rb": "config.active_job.queue_adapter = :test\n" },
    ],
    [
      "another for all, and Sidekiq for its class",
      {
        ...app(":async"),
        "a.rb": active("AJob", "  self.queue_adapter = :sidekiq\n  queue_as :elsewhere\n"),
      },
    ],
  ])("its queue is looked at where the app names %s", async ([, files]) => {
    expect(await find(files)).toEqual([expect.stringContaining("`AJob` goes to `elsewhere`.")]);
  });

  test("of the settings of environments those of the one that is looked at count, and no others", async () => {
    const setting = (name: string): string => `config.active_job.queue_adapter = :${name}\n`;
    const files = {
      Procfile: "worker: sidekiq -q default,1\n",
      "a.rb": active("AJob"),
      ...app(":sidekiq"),
      "config/environments/test.rb": setting("test"),
      "config/environments/staging.rb": setting("sidekiq"),
    };

    expect(await told("queue-priorities", { files, environment: "test" })).toEqual([]);
    for (const environment of ["staging", "production"])
      expect(await told("queue-priorities", { files, environment })).toHaveLength(1);
  });

  test("nothing is said of its mails and its periodic entries", async () => {
    const files = {
      "config/application.rb":
        "config.active_job.queue_adapter = :async\nconfig.action_mailer.deliver_later_queue_name = :post\n",
      "b.rb": "UserMailer.welcome.deliver_later\n",
      "config/schedule.yml": "a:\n  cron: '0 2 * * *'\n  class: NightJob\n  queue: night\n",
    };

    expect(await find(files)).toEqual([]);
  });
});

describe("of retries", () => {
  const find = (files: Files): Promise<readonly string[]> => told("retry-strategy", { files });
  const CODE = { "a.rb": plain("LoginCodeJob") };

  test("that nobody sets anywhere, Sidekiq's own are said", async () => {
    expect(await find(CODE)).toHaveLength(2);
  });

  test.for<Files>([
    { "b.rb": 'Sidekiq.default_job_options = { "retry" => 3 }\n' },
    { "b.rb": 'Sidekiq.default_job_options["retry"] = 3\n' },
    { "b.rb": 'Sidekiq.default_job_options.merge!("retry" => 3)\n' },
    { "b.rb": "Sidekiq.configure_server { |config| config[:max_retries] = 5 }\n" },
    { "config/sidekiq.yml": ":max_retries: 5\n" },
    { "a.rb": plain("LoginCodeJob", "  include SharedOptions\n") },
  ])("that %j may set, nothing is said", async (files) => {
    expect(await find({ ...CODE, ...files })).toEqual([]);
  });

  test("that a setting bounds, `true` is not 25 times", async () => {
    const files = { "a.rb": plain("LoginCodeJob", "  sidekiq_options retry: true\n") };

    expect(await find(files)).toHaveLength(1);
    expect(await find({ ...files, "config/sidekiq.yml": ":max_retries: 5\n" })).toEqual([]);
  });

  test("that code sets for all jobs of TypeScript, nothing is said", async () => {
    const job = 'defineJob("LoginCodeJob", async () => {});\n';
    const ours = (more: string): Files => ({
      "a.ts": `import { configure, defineJob } from "tsq";\n${job}${more}`,
    });

    expect(await find(ours(""))).toHaveLength(2);
    expect(await find(ours("configure({ defaultJobOptions: { retry: 3 } });\n"))).toEqual([]);
    expect(await find(ours("new Worker({ maxRetries: 3 });\n"))).toEqual([]);
  });

  test("two languages do not differ by what only the program knows", async () => {
    const files = {
      "a.rb": plain("LoginCodeJob", "  include SharedOptions\n"),
      "a.ts": 'import { defineJob } from "tsq";\ndefineJob("LoginCodeJob", { retry: 3 }, async () => {});\n',
    };

    expect(await told("classes", { files })).toEqual([]);
    expect(await told("classes", { files: { ...files, ...CODE } })).toHaveLength(1);
  });

  test("the queue of a class that names none is not known where a push says it", async () => {
    const files = { ...CODE, Procfile: "worker: sidekiq -q low,1\n" };
    const push = (text: string): Promise<readonly string[]> =>
      told("queue-priorities", { files: { ...files, "b.rb": text } });

    expect(await push("LoginCodeJob.set(wait: 5).perform_async\n")).toHaveLength(1);
    expect(await push("LoginCodeJob.set(queue: :low).perform_async\n")).toEqual([]);
  });

  test("the queue of a class is not known where a default is changed in place", async () => {
    const files = { ...CODE, Procfile: "worker: sidekiq -q low,1\n" };

    expect(await told("queue-priorities", { files })).toHaveLength(1);
    expect(
      await told("queue-priorities", {
        files: { ...files, "b.rb": 'Sidekiq.default_job_options["queue"] = "low"\n' },
      }),
    ).toEqual([]);
  });
});

describe("of a line of a Procfile", () => {
  const files = { "config/sidekiq.yml": ":queues: [default]\n", "a.rb": active("AJob") };

  test("that starts workers by another program, nothing is said of their queues", async () => {
    for (const Procfile of ["worker: docker compose up sidekiq\n", "worker: foreman start sidekiq\n"])
      expect(await told("queue-priorities", { files: { ...files, Procfile } })).toEqual([]);
  });

  test("that starts none, a queue that nobody serves is a warning: workers may be started elsewhere", async () => {
    expect(await told("queue-priorities", { files: { ...files, Procfile: "web: puma\n" } })).toEqual([
      expect.stringMatching(/^warning .* goes to `elsewhere`/),
    ]);
  });

  test("that starts one in another folder or environment, its queues are known", async () => {
    for (const before of [
      "cd apps/crm && bundle exec",
      "RAILS_ENV=production exec nice -n 5 bin/bundle exec",
    ])
      expect(
        await told("queue-priorities", { files: { ...files, Procfile: `worker: ${before} sidekiq\r\n` } }),
      ).toEqual([expect.stringMatching(/^error /)]);
  });
});
