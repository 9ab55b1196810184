/** Faults of the Rails example's code and of its files, each planted in turn, and what `tsq doctor` is to find of it. */
import { beats } from "./doctor.ts";
import { ran } from "./faulty-app.ts";
import type { Fault } from "./faulty-app.ts";

const BROADCAST = "app/workers/broadcast_contact_created_worker.rb";

export const CODE_FAULTS: readonly Fault[] = [
  [
    "`mailers` missing in sidekiq.yml",
    async ({ edit, redis }) => {
      edit("config/sidekiq.yml", "  - [mailers, 1]\n", "");
      await beats(redis, {
        identity: "crm:1:ruby",
        version: "7.3.2",
        queues: ["critical", "default", "low"],
      });
    },
    "error queue-priorities  app/jobs/send_email_job.rb:2",
    "`SendEmailJob` goes to `mailers`",
  ],
  [
    "no weights",
    ({ edit }) =>
      edit("config/tsq.yml", "  - [ts_critical, 3]\n  - [ts_low, 1]", "  - ts_critical\n  - ts_low"),
    "note queue-priorities  config/tsq.yml",
    "strictly in order",
  ],
  [
    "a queue of both languages",
    ({ edit }) => edit("config/tsq.yml", "[ts_low, 1]", "[ts_low, 1]\n  - [low, 1]"),
    "warning queue-priorities  config/tsq.yml",
    "Ruby and TypeScript both serve `low`",
  ],
  [
    "a class of Ruby on a queue of TypeScript",
    ({ edit }) => edit("app/jobs/send_email_job.rb", "queue_as :mailers", "queue_as :ts_low"),
    "error classes  app/jobs/send_email_job.rb:2",
    "which only TypeScript serves",
  ],
  [
    "a class of TypeScript on a queue of Ruby",
    ({ edit }) => edit("workers/dead-jobs.ts", 'queue: "ts_low"', 'queue: "low"'),
    "error classes  workers/dead-jobs.ts:5",
    "`RetryDeadJobsJob` is TypeScript, and goes to `low`, which only Ruby serves",
  ],
  [
    "a misspelled class of Ruby",
    ({ edit }) => edit("workers/ruby-jobs.ts", '"ReliableJob"', '"ReliabelJob"'),
    "warning classes  workers/ruby-jobs.ts:17",
    "`ReliabelJob` is enqueued here",
  ],
  [
    "attempts that differ",
    ({ edit }) => edit("app/jobs/zalo_message_job.rb", "attempts: 5", "attempts: 8"),
    "warning classes  workers/zalo-message.ts:6",
    "8 attempts in Ruby and 5",
  ],
  [
    "options that differ",
    ({ edit }) =>
      edit("workers/zalo-message.ts", 'queue: "ts_critical",', 'queue: "ts_critical",\n    dead: false,'),
    "warning classes  workers/zalo-message.ts:6",
    "`dead` is true in Ruby and false in TypeScript",
  ],
  [
    "a class that is an ActiveJob in one language alone",
    ({ edit }) => {
      edit("workers/bulk-notify.ts", "import { defineActiveJob,", "import { defineJob,");
      edit("workers/bulk-notify.ts", "= defineActiveJob(", "= defineJob(");
    },
    "warning classes  workers/bulk-notify.ts:7",
    "Ruby has an ActiveJob, TypeScript a plain job",
  ],
  [
    "a gem of Sidekiq's paid parts",
    ({ edit }) => edit("Gemfile", 'gem "sidekiq-cron"', 'gem "sidekiq-cron"\ngem "sidekiq-pro"'),
    "note fleet  Gemfile:11",
    "sidekiq-pro",
  ],
  [
    "`self` as an argument",
    ({ edit }) => edit("app/models/contact.rb", "perform_async(id)", "perform_async(self)"),
    "warning records-in-arguments  app/models/contact.rb:5",
    "`self` is an argument",
  ],
  [
    "a wait that Rails has removed",
    ({ write: put, edit }) => {
      put("Gemfile.lock", "GEM\n  specs:\n    activejob (7.2.2)\n    sidekiq (7.3.2)\n");
      edit("app/jobs/zalo_message_job.rb", "wait: GROWING", "wait: :exponentially_longer");
    },
    "error retry-strategy  app/jobs/zalo_message_job.rb:5",
    "exponentially_longer",
  ],
  [
    "failures that are lost",
    ({ edit }) => edit(BROADCAST, "retry: 3", "retry: false"),
    `note retry-strategy  ${BROADCAST}:4`,
    "`retry: false`",
  ],
  [
    "failures that were lost",
    async ({ edit, redis }) => {
      edit(BROADCAST, "retry: 3", "retry: false");
      await ran(redis, "BroadcastContactCreatedWorker", [3, 10]);
      const [counters] = await redis.keys("j|*");
      await redis.hset(counters ?? "", "BroadcastContactCreatedWorker|f", 2);
    },
    `warning retry-strategy  ${BROADCAST}:4`,
    "`retry: false`, and failed 2 times within the last 8 hours",
  ],
  [
    "a code that is retried for days",
    ({ write: put }) =>
      put(
        "app/workers/send_login_code_worker.rb",
        "class SendLoginCodeWorker\n  include Sidekiq::Worker\n  sidekiq_options queue: :critical, retry: true\n\n  def perform(user_id); end\nend\n",
      ),
    "note retry-strategy  app/workers/send_login_code_worker.rb:3",
    "`SendLoginCodeWorker` is retried 25 times, and by its name it is of use for minutes",
  ],
  [
    "a class that never says how often it is retried",
    ({ edit }) => edit(BROADCAST, ", retry: 3", ""),
    // What is said of others before has it, too.
    [],
    "`BroadcastContactCreatedWorker`",
  ],
  [
    "a Web UI for strangers",
    ({ edit }) =>
      edit(
        "config/routes.rb",
        '    authenticate :user, ->(user) { user.has_role?("Super Admin") } do\n      mount Sidekiq::Web => "/sidekiq"\n    end\n',
        '    mount Sidekiq::Web => "/sidekiq"\n',
      ),
    "error web-ui-guarded  config/routes.rb:5",
    "nothing in this project asks who comes",
  ],
  [
    "a Web UI for strangers in a rackup file",
    ({ write: put }) => put("sidekiq.ru", 'require "sidekiq/web"\nrun Sidekiq::Web\n'),
    "error web-ui-guarded  sidekiq.ru:2",
    "nothing in this project asks who comes",
  ],
  [
    "a dashboard for everybody",
    ({ edit }) =>
      edit(
        "dashboard.mjs",
        'basePath: "/tsq", auth',
        'basePath: "/tsq", auth: () => ({ name: "all", role: "admin" })',
      ),
    "warning web-ui-guarded  dashboard.mjs:45",
    "whoever comes",
  ],
  [
    "no worker in the Procfile",
    ({ write: put }) => put("Procfile", "web: puma -C config/puma.rb\n"),
    "warning procfile-worker  Procfile",
    "none of these is a worker",
  ],
  [
    "npx in the Procfile",
    ({ edit }) => edit("Procfile", "../../node_modules/.bin/tsq work", "npx tsq work"),
    "warning procfile-worker  Procfile:3",
    "by `npx`",
  ],
  [
    "npm run in the Procfile",
    ({ edit, write: put }) => {
      edit(
        "Procfile",
        "../../node_modules/.bin/tsq work -C config/tsq.yml -r workers/jobs.ts",
        "npm run worker",
      );
      put("package.json", '{"scripts":{"worker":"tsq work -C config/tsq.yml -r workers/jobs.ts"}}');
    },
    "warning procfile-worker  Procfile:3",
    "by `npm run`",
  ],
  [
    "a module that is not there",
    ({ edit }) => edit("Procfile", "-r workers/jobs.ts", "-r workers/job.ts"),
    "error procfile-worker  Procfile:3",
    "loads `workers/job.ts`, and there is no such file",
  ],
  [
    "a stop that takes too long",
    ({ edit }) => edit("config/sidekiq.yml", ":timeout: 25", ":timeout: 60"),
    "warning procfile-worker  config/sidekiq.yml",
    "waits 60 s",
  ],
  [
    "a schedule that cannot be read",
    ({ edit }) => edit("config/schedule.yml", "args: [digest, 2]", "args: [digest, 2"),
    "error cron  config/schedule.yml:10",
    "`tsq work` refuses to start with it",
  ],
  [
    "an entry that never fires",
    ({ edit }) => edit("config/schedule.yml", "0 8 * * * Asia", "0 8 31 2 * Asia"),
    "error cron  config/schedule.yml:4",
    "`daily_digest` never fires",
  ],
  [
    "a change of clocks",
    ({ edit }) => edit("config/schedule.yml", "0 2 * * sun Asia/Ho_Chi_Minh", "30 2 * * sun Europe/Berlin"),
    ["warning cron  config/schedule.yml:11", "warning cron  config/schedule.yml:11"],
    "fires twice",
  ],
  [
    "an entry without a zone that both languages fire",
    ({ edit }) => edit("config/schedule.yml", "0 8 * * * Asia/Ho_Chi_Minh", "0 8 * * *"),
    "note cron  config/schedule.yml:4",
    "`daily_digest` names no zone",
  ],
];
