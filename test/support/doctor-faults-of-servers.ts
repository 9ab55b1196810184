/** Faults of the Rails example's Redis and of its fleet, each planted in turn, and what `tsq doctor` is to find of it. */
import { loadFromHash } from "tsq/cron";
import { beats } from "./doctor.ts";
import { plain, saying, setting } from "./faulty-app.ts";
import type { Fault } from "./faulty-app.ts";

const CONNECTION = "error redis-connection  Redis";
const VERSION = /redis_version:\S+/;
const entry = (name: string) => ({ name, cron: "0 12 * * * UTC", klass: "AJob", status: "enabled" });

export const SERVER_FAULTS: readonly Fault[] = [
  [
    "a server that is not there",
    () => ({ url: "redis://127.0.0.1:1/0" }),
    CONNECTION,
    "Cannot reach Redis at redis://127.0.0.1:1/0",
  ],
  [
    "another database of the server",
    ({ url }) => ({ url: Object.assign(new URL(url), { pathname: "/3" }).href }),
    CONNECTION,
    "No Sidekiq process is in database 3, and some are in database 0",
  ],
  [
    "a server that is too old",
    (app) => saying(app, [VERSION, "redis_version:6.0.16"]),
    CONNECTION,
    "is version 6.0.16; tsq needs Redis 6.2",
  ],
  [
    "a server that is too old for the Sidekiq in use",
    (app) => {
      app.write("Gemfile.lock", "GEM\n  specs:\n    sidekiq (8.0.1)\n");
      return saying(app, [VERSION, "redis_version:6.2.6"]);
    },
    "warning redis-connection  Redis",
    "Sidekiq 8.0.1 needs 7.0",
  ],
  [
    "a cluster",
    (app) => saying(app, [/(redis_version:\S+)[^]*/, "$1\r\nredis_mode:cluster\r\n"]),
    CONNECTION,
    "runs in cluster mode",
  ],
  [
    "a replica",
    (app) =>
      saying(app, [
        /role:master/,
        "role:slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379\r\nslave_read_only:1",
      ]),
    CONNECTION,
    "is a read-only replica of 10.0.0.1:6379",
  ],
  [
    "TLS where there is none",
    ({ url }) => ({ url: url.replace("redis:", "rediss:") }),
    CONNECTION,
    "Does this port speak TLS?",
  ],
  [
    "hardly any connection left",
    (app) =>
      saying(app, [/connected_clients:\d+/, "connected_clients:90"], [/maxclients:\d+/, "maxclients:100"]),
    "warning redis-connection  Redis",
    "90 of the 100 connections",
  ],
  [
    "a memory that evicts",
    async ({ redis }) => {
      await setting(redis, "maxmemory", "100mb");
      await setting(redis, "maxmemory-policy", "allkeys-lru");
    },
    "error redis-durability  Redis",
    "allkeys-lru",
  ],
  [
    "a memory near its limit",
    (app) =>
      saying(app, [/used_memory:\d+/, "used_memory:85000000"], [/maxmemory:\d+/, "maxmemory:100000000"]),
    "warning redis-durability  Redis",
    "85 % of the memory",
  ],
  [
    "nothing written to a disk",
    ({ redis }) => setting(redis, "save", ""),
    "warning redis-durability  Redis",
    "writes nothing to a disk",
  ],
  [
    "a disk that is full",
    (app) => saying(app, [/rdb_last_bgsave_status:ok/, "rdb_last_bgsave_status:err"]),
    "error redis-durability  Redis",
    "could not write its data",
  ],
  [
    "a log of writes that cannot be written",
    (app) => saying(app, [/aof_last_write_status:ok/, "aof_last_write_status:err"]),
    "error redis-durability  Redis",
    "could not write its data",
  ],
  [
    "readers that are gone",
    (app) =>
      saying(
        app,
        [/tracking_total_keys:\d+/, "tracking_total_keys:400"],
        [/tracking_total_items:\d+/, "tracking_total_items:2000000"],
      ),
    "warning redis-durability  Redis",
    "readers of 400 keys",
  ],
  [
    "a replica that lags",
    (app) =>
      saying(app, [
        /connected_slaves:0/,
        "connected_slaves:1\r\nslave0:ip=10.0.0.2,port=6379,state=online,offset=1,lag=42",
      ]),
    "warning redis-durability  Redis",
    "The replica 10.0.0.2:6379 is `online`, and was last heard of 42 s ago",
  ],
  [
    "a clock that is ahead",
    ({ redis }) => redis.hset("crm:1:ruby", "beat", Date.now() / 1_000 + 90),
    "warning redis-durability  Redis",
    "the clock of `crm` is",
  ],
  [
    "an older Sidekiq",
    ({ redis }) => beats(redis, { identity: "crm:3:ruby", version: "6.4.1", queues: ["low"] }),
    "warning fleet  Redis, processes",
    "Sidekiq 6 and 7",
  ],
  [
    "Sidekiq Enterprise",
    ({ redis }) => redis.set("dear-leader", "crm:1:ruby"),
    "note fleet  Redis, dear-leader",
    "`crm:1:ruby` is its leader",
  ],
  [
    "a process that is silent",
    ({ redis }) => redis.hset("crm:1:ruby", "beat", Date.now() / 1_000 - 45),
    "warning fleet  Redis, process crm:1:ruby",
    "was last heard of",
  ],
  [
    "a pause that Ruby does not heed",
    ({ redis }) => redis.multi().sadd("queues", "low").sadd("paused", "low").exec(),
    "warning fleet  Redis, queue low",
    "served by Ruby processes without Sidekiq Pro",
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
  [
    "an entry of another schedule",
    ({ url }) =>
      loadFromHash(
        { gone: { cron: "0 9 * * * UTC", class: "SendEmailJob" } },
        { redis: url, removeOthers: true },
      ),
    "note fleet  config/schedule.yml",
    "Redis has `gone` from a schedule file",
  ],
  [
    "an entry that was missed",
    async ({ url, redis }) => {
      await loadFromHash(
        { daily_digest: { cron: "0 8 * * * Asia/Ho_Chi_Minh", class: "SendEmailJob" } },
        { redis: url },
      );
      const at = new Date(Date.now() - 7_200_000).toISOString();
      await redis.zadd("tsq:cron:missed", 1, `cron_job:default:daily_digest\n${at}`);
    },
    "warning cron  Redis, cron entry daily_digest",
    "1 instant of `daily_digest` was missed within a week",
  ],
  [
    "an entry in the keys of sidekiq-cron 1 and of 2",
    async ({ redis }) => {
      await redis.sadd("cron_jobs", "cron_job:a");
      await redis.hset("cron_job:a", entry("a"));
      await redis.sadd("cron_jobs:default", "cron_job:default:a");
      await redis.hset("cron_job:default:a", entry("a"));
    },
    "error cron  Redis, cron_jobs",
    "`a` is in the keys of sidekiq-cron 1 and in those of 2",
  ],
  [
    "a time of a last run that stops Ruby",
    async ({ redis }) => {
      await redis.sadd("cron_jobs", "cron_job:a");
      await redis.hset("cron_job:a", { ...entry("a"), last_enqueue_time: "1795451241" });
    },
    "error cron  Redis, cron entry a",
    "The time of the last run of `a` is a number",
  ],
  [
    "no process at all",
    async ({ redis, push }) => {
      await push("low", plain(""));
      await redis.del("processes", "crm:1:ruby", "crm:2:node");
    },
    "error queue-priorities  Redis, processes",
    "no process is alive to run jobs",
  ],
];
