/** Faults of jobs in the Redis of the Rails example, each planted in turn, and what `tsq doctor` is to find of it. */
import type { Redis } from "ioredis";
import { failed, plain, ran, zalo } from "./faulty-app.ts";
import type { Fault } from "./faulty-app.ts";

const BROADCAST = "app/workers/broadcast_contact_created_worker.rb";
const ZALO = "workers/send-zalo-message.ts:6";

/** Above their score nothing is due. */
const LATER = 4e9;

const retries = async (redis: Redis, count: number, secondsAgo: number, error?: string): Promise<void> => {
  for (let i = 0; i < count; i++) await redis.zadd("retry", LATER + i, failed(`j${i}`, secondsAgo, error));
};

export const JOB_FAULTS: readonly Fault[] = [
  [
    "a queue that waits too long",
    ({ push }) =>
      push("low", `{"class":"ReliableJob","args":[],"queue":"low","enqueued_at":${Date.now() - 600_000}}`),
    "warning queue-priorities  Redis, queue low",
    "The oldest job in `low` has waited for",
  ],
  [
    "a queue that somebody has paused",
    async ({ redis, push }) => {
      await push("ts_critical", zalo("[1]"));
      await redis.sadd("paused", "ts_critical");
    },
    "note queue-priorities  Redis, queue ts_critical",
    "which somebody has paused",
  ],
  [
    "a class that nobody has",
    ({ push }) => push("ts_low", '{"class":"ImportContactJob","args":[]}'),
    "error classes  Redis, queue ts_low",
    "`ImportContactJob`",
  ],
  [
    "a class that fails where nobody has it",
    ({ redis }) =>
      redis.zadd(
        "retry",
        LATER,
        '{"class":"ImportContactJob","queue":"low","error_class":"NameError","error_message":"uninitialized constant ImportContactJob"}',
      ),
    "warning classes  Redis, set retry",
    "1 job of `ImportContactJob` failed because",
  ],
  ["no JSON object", ({ push }) => push("low", "[1]"), "error payloads  Redis, queue low", "no JSON object"],
  [
    "no JSON",
    ({ push }) => push("low", "no json"),
    "warning payloads  Redis, queue low",
    "1 entry is no JSON.",
  ],
  [
    "times in whole seconds",
    ({ push }) => push("critical", plain(',"created_at":1795451241')),
    `warning payloads  ${BROADCAST}:2`,
    "Times in whole seconds, in 1 job of `BroadcastContactCreatedWorker` (in queue `critical`)",
  ],
  [
    "times of two generations",
    ({ push }) => push("critical", plain(',"created_at":1795451241.5')),
    `note payloads  ${BROADCAST}:2`,
    "Times of two generations",
  ],
  [
    "times that are texts",
    ({ push }) => push("critical", plain(',"created_at":"2026-11-23T16:40:41Z"')),
    `error payloads  ${BROADCAST}:2`,
    "Times that are texts",
  ],
  [
    "integers that JavaScript rounds",
    ({ push }) => push("ts_critical", zalo("[12345678901234567890]")),
    `note payloads  ${ZALO}`,
    "Integers beyond 2^53",
  ],
  [
    "an encrypted argument on a queue of TypeScript",
    ({ push }) => push("ts_critical", zalo("[1]", ',"encrypt":true')),
    `warning payloads  ${ZALO}`,
    "An encrypted argument",
  ],
  [
    "a lock on a queue of TypeScript",
    ({ push }) => push("ts_critical", zalo("[1]", ',"unique_for":60')),
    `warning payloads  ${ZALO}`,
    "A lock (`unique_for`)",
  ],
  [
    "a job that expires on a queue of TypeScript",
    ({ push }) => push("ts_critical", zalo("[1]", ',"expires_in":60')),
    `warning payloads  ${ZALO}`,
    "only Ruby drops a job that comes too late",
  ],
  [
    "a rate limit on a queue of TypeScript",
    ({ push }) => push("ts_critical", zalo("[1]", ',"overrated":2')),
    `warning payloads  ${ZALO}`,
    "A rate limit that was reached",
  ],
  [
    "a batch on a queue of TypeScript",
    ({ push }) => push("ts_critical", zalo("[1]", ',"bid":"abc"')),
    `warning payloads  ${ZALO}`,
    "A batch (`bid`) in 1 job of `SendZaloMessageJob` (in queue `ts_critical`) on queues that TypeScript serves",
  ],
  [
    "a serializer that TypeScript lacks",
    ({ push }) => push("ts_critical", zalo('[{"_aj_serialized":"MoneySerializer"}]')),
    `warning payloads  ${ZALO}`,
    "`MoneySerializer`",
  ],
  [
    "a record of another app",
    ({ push }) => push("ts_critical", zalo('[{"_aj_globalid":"gid://billing/Invoice/1"}]')),
    `warning records-in-arguments  ${ZALO}`,
    "`billing`",
  ],
  [
    "a record made a text",
    ({ push }) => push("critical", plain("").replace("[7]", '["#<Contact:0x0001>"]')),
    `warning records-in-arguments  ${BROADCAST}:2`,
    "made a text",
  ],
  [
    "a whole row",
    ({ push }) =>
      push("critical", plain("").replace("[7]", '[{"id":7,"created_at":"2026","updated_at":"2026"}]')),
    `warning records-in-arguments  ${BROADCAST}:2`,
    "What looks like a whole row",
  ],
  [
    "large arguments",
    ({ push }) => push("ts_critical", zalo(`["${"x".repeat(20_000)}"]`)),
    `warning records-in-arguments  ${ZALO}`,
    "above 10 kB",
  ],
  [
    "jobs that are retried for days",
    ({ redis }) => retries(redis, 1, 3 * 86_400),
    `note retry-strategy  ${BROADCAST}:4`,
    "1 job of `BroadcastContactCreatedWorker` (in the retry set) failed first more than a day ago, up to 3 days",
  ],
  [
    "an error that grows",
    ({ redis }) => retries(redis, 10, 60, "TimeoutError"),
    `warning retry-strategy  ${BROADCAST}:2`,
    "`BroadcastContactCreatedWorker` fails by `TimeoutError` more than before",
  ],
  [
    "jobs that die",
    async ({ redis }) => {
      for (let i = 0; i < 10; i++) await redis.zadd("dead", Date.now() / 1_000 - i, plain(`,"jid":"j${i}"`));
    },
    "warning retry-strategy  Redis, set dead",
    "10 jobs have died within the last hour",
  ],
  [
    "a class whose jobs outlive a stop",
    ({ redis }) => ran(redis, "ReliableJob", [20, 60_000]),
    "warning long-jobs  app/jobs/reliable_job.rb:2",
    "60 s on average",
  ],
  [
    "a class of which one job in ten outlives a stop",
    ({ redis }) => ran(redis, "ReliableJob", [90, 3_000], [10, 60_000]),
    "warning long-jobs  app/jobs/reliable_job.rb:2",
    "More than 5 of 100 runs of `ReliableJob` take longer than 45 s",
  ],
  [
    "a class of which one job in ten takes an hour",
    ({ redis }) => ran(redis, "ReliableJob", [90, 3_000], [10, 4_000_000]),
    "warning long-jobs  app/jobs/reliable_job.rb:2",
    "For an hour and more it seldom gets to its end",
  ],
  [
    "a job that runs for hours",
    ({ redis }) => {
      const payload = '{"class":"ReliableJob","jid":"j","args":[]}';
      const runAt = Math.floor(Date.now() / 1_000) - 9_000;
      return redis.hset("crm:1:ruby:work", "t", JSON.stringify({ queue: "low", payload, run_at: runAt }));
    },
    "warning long-jobs  app/jobs/reliable_job.rb:2",
    "A job of `ReliableJob` has been running for 2.5 h",
  ],
  [
    "jobs that are not worth it",
    ({ redis }) => ran(redis, "SendNotificationJob", [30_000, 0.5]),
    "note not-worth-a-job  app/jobs/send_notification_job.rb:1",
    "30000 times",
  ],
];
