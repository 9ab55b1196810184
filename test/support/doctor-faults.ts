/** Faults of a Rails app and of its Redis, each planted in a copy of the example, and what `tsq doctor` is to find of it. */
import { HISTOGRAM_LIMITS_MS } from "@tsq/core/api";
import { metricsLayout } from "@tsq/core/protocol";
import type { Redis } from "ioredis";
import { onTestFinished } from "vitest";
import { loadFromHash } from "tsq/cron";
import { beats } from "./doctor.ts";

export interface FaultyApp {
  readonly url: string;
  readonly redis: Redis;
  /** Replaces a text of a file. */
  readonly edit: (path: string, from: string, to: string) => void;
  readonly write: (path: string, text: string) => void;
  /** Puts a job onto a queue. */
  readonly push: (queue: string, payload: string) => Promise<void>;
}

const zalo = (args: string, more = ""): string =>
  `{"class":"ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper","wrapped":"SendZaloMessageJob","args":[{"job_class":"SendZaloMessageJob","arguments":${args}}],"queue":"ts_critical","enqueued_at":${Date.now()}${more}}`;
const plain = (more: string): string =>
  `{"class":"BroadcastContactCreatedWorker","args":[7],"enqueued_at":${Date.now()}${more}}`;

const ran = async (redis: Redis, name: string, runs: number, ms: number): Promise<void> => {
  const layout = metricsLayout.metricsLayouts[7];
  const nowMs = Date.now();
  await redis.hset(layout.counters(nowMs)[0]?.[0] ?? "", {
    [`${name}|p`]: runs,
    [`${name}|ms`]: Math.round(runs * ms),
  });
  const bucket = HISTOGRAM_LIMITS_MS.findIndex((limit) => ms < limit);
  await redis.call("BITFIELD", layout.histogram(name, nowMs), "INCRBY", "u16", `#${bucket}`, String(runs));
};

/** What is planted, and what the report has of it: level, check and place, and a piece of its text. */
export type Fault = readonly [
  name: string,
  plant: (app: FaultyApp) => unknown,
  found: string | readonly string[],
  text: string,
];

export const FAULTS: readonly Fault[] = [
  [
    "a memory that evicts",
    async ({ redis }) => {
      await redis.config("SET", "maxmemory", "100mb");
      await redis.config("SET", "maxmemory-policy", "allkeys-lru");
      onTestFinished(async () => {
        await redis.config("SET", "maxmemory-policy", "noeviction");
        await redis.config("SET", "maxmemory", "0");
      });
    },
    "error redis-durability  Redis",
    "allkeys-lru",
  ],
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
    "a class that nobody has",
    ({ push }) => push("ts_low", '{"class":"ImportContactJob","args":[]}'),
    "error classes  Redis, queue ts_low",
    "`ImportContactJob`",
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
    "an older Sidekiq",
    ({ redis }) => beats(redis, { identity: "crm:3:ruby", version: "6.4.1", queues: ["low"] }),
    "warning fleet  Redis, processes",
    "Sidekiq 6 and 7",
  ],
  [
    "a gem of Sidekiq's paid parts",
    ({ edit }) => edit("Gemfile", 'gem "sidekiq-cron"', 'gem "sidekiq-cron"\ngem "sidekiq-pro"'),
    "note fleet  Gemfile:11",
    "sidekiq-pro",
  ],
  [
    "jobs that a dead process holds",
    async ({ redis }) => {
      await redis.hset("tsq:owners", "gone:1:a~default~0", "ts_low");
      await redis.hset("tsq:in-flight:gone:1:a~default~0", "00", plain(""));
      await redis.srem("processes", "crm:2:node");
    },
    "error fleet  Redis, in flight",
    "1 job in flight is held by `gone:1:a`",
  ],
  [
    "another version of the schedule",
    ({ url }) =>
      loadFromHash(
        { daily_digest: { cron: "0 9 * * * Asia/Ho_Chi_Minh", class: "SendEmailJob" } },
        { redis: url },
      ),
    "warning fleet  config/schedule.yml:4",
    "another version of `daily_digest`",
  ],
  ["no JSON object", ({ push }) => push("low", "[1]"), "error payloads  Redis, queue low", "no JSON object"],
  [
    "times in whole seconds",
    ({ push }) => push("critical", plain(',"created_at":1795451241')),
    "warning payloads  Redis, queue critical",
    "Times in whole seconds",
  ],
  [
    "a batch on a queue of TypeScript",
    ({ push }) => push("ts_critical", zalo("[1]", ',"bid":"abc"')),
    "warning payloads  Redis, queue ts_critical",
    "A batch (`bid`)",
  ],
  [
    "a serializer that TypeScript lacks",
    ({ push }) => push("ts_critical", zalo('[{"_aj_serialized":"MoneySerializer"}]')),
    "warning payloads  Redis, queue ts_critical",
    "`MoneySerializer`",
  ],
  [
    "a record of another app",
    ({ push }) => push("ts_critical", zalo('[{"_aj_globalid":"gid://billing/Invoice/1"}]')),
    "warning records-in-arguments  app/jobs/send_zalo_message_job.rb:2",
    "`billing`",
  ],
  [
    "a record made a text",
    ({ push }) => push("critical", plain("").replace("[7]", '["#<Contact:0x0001>"]')),
    "warning records-in-arguments  app/workers/broadcast_contact_created_worker.rb:2",
    "made a text",
  ],
  [
    "large arguments",
    ({ push }) => push("ts_critical", zalo(`["${"x".repeat(20_000)}"]`)),
    "warning records-in-arguments  app/jobs/send_zalo_message_job.rb:2",
    "above 10 kB",
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
    ({ edit }) => edit("app/workers/broadcast_contact_created_worker.rb", "retry: 3", "retry: false"),
    "note retry-strategy  app/workers/broadcast_contact_created_worker.rb:4",
    "`retry: false`",
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
    "npx in the Procfile",
    ({ edit }) => edit("Procfile", "../../node_modules/.bin/tsq work", "npx tsq work"),
    "warning procfile-worker  Procfile:3",
    "by `npx`",
  ],
  [
    "a stop that takes too long",
    ({ edit }) => edit("config/sidekiq.yml", ":timeout: 25", ":timeout: 60"),
    "warning procfile-worker  config/sidekiq.yml",
    "waits 60 s",
  ],
  [
    "a job that outlives a stop",
    ({ redis }) => ran(redis, "ReliableJob", 20, 60_000),
    "warning long-jobs  app/jobs/reliable_job.rb:2",
    "60 s on average",
  ],
  [
    "jobs that are not worth it",
    ({ redis }) => ran(redis, "SendNotificationJob", 30_000, 0.5),
    "note not-worth-a-job  app/jobs/send_notification_job.rb:1",
    "30000 times",
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
];
