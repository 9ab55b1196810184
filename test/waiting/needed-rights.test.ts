/** What each command needs of Redis: enough for it, nothing beside it, and all that lacks is said at once. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { NEEDED_RIGHTS } from "../support/inside-tsq.ts";
import { hasNativeRedis } from "../support/native-redis.ts";
import { testNativeServer } from "../support/native-required.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { DIGESTS, SCRIPTS_OF } from "../support/scripts-of-commands.ts";
import { application, tsq, type Ended } from "../support/tsq-command.ts";

testNativeServer("what each command needs of Redis");

const WHERE = ["--where", "class:HardJob"];
const YES = [...WHERE, "--yes"];
const NOBODY = [jidOf(99), "--yes"];
/** Where nothing of that can be done. */
const RUNNING = [jidOf(5), "--yes"];

/** Ways to call each, until all that it sends was sent. */
const CALLS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  retry: [YES, NOBODY, RUNNING, [...WHERE, "--dry-run"]],
  kill: [YES, NOBODY, RUNNING, [...WHERE, "--dry-run"]],
  // Nobody is looked for in sets that are empty by then.
  delete: [NOBODY, RUNNING, [...WHERE, "--dry-run"], YES],
  move: [
    [...NOBODY, "--to", "bulk"],
    [...RUNNING, "--to", "bulk"],
    [...WHERE, "--to", "bulk", "--dry-run"],
    [...YES, "--to", "bulk"],
  ],
  cancel: [YES, NOBODY],
  pause: [["low"]],
  resume: [["low"]],
  clear: [["low", "--yes"]],
  // The second time it has not come yet for what it was told.
  quiet: [
    ["p:1:x", "--yes"],
    ["p:1:x", "--yes"],
  ],
  stop: [
    ["--all", "--yes"],
    ["--all", "--yes"],
  ],
  stats: [[]],
  ps: [[]],
  queues: [[]],
  queue: [["low"], ["served"]],
  retries: [[]],
  scheduled: [[]],
  dead: [[]],
  jobs: [["class:HardJob"]],
  errors: [[]],
  show: [[jidOf(1)], [jidOf(4)], [jidOf(99)]],
  push: [["HardJob"], ["HardJob", "--in", "5m"]],
  health: [[]],
  deploy: [["v1"]],
  // The second time beside an entry of sidekiq-cron 1.
  "cron load": [
    ["schedule.yml", "--yes"],
    ["schedule.yml", "--yes"],
  ],
  "cron list": [[]],
  "cron show": [["old"]],
  "cron enable": [["old"]],
  "cron disable": [["old"]],
  "cron run": [["old"]],
  "cron delete": [["old", "--yes"]],
};

test("every command that is called here is in the table, and none that is not", () => {
  expect(Object.keys(CALLS).toSorted()).toEqual(Object.keys(NEEDED_RIGHTS).toSorted());
});

describe.skipIf(!hasNativeRedis())("a user with the rights of one command", () => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis({ backend: "native" });
    redis = server.client();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await redis.flushall();
    await redis.script("FLUSH");
    await fail(redis, [{ jid: jidOf(1) }]);
    await fail(redis, [{ jid: jidOf(2) }], "schedule");
    await fail(redis, [{ jid: jidOf(3) }], "dead");
    const payload = payloadOf({ jid: jidOf(5), queue: "low" });
    await redis
      .multi()
      .sadd("queues", "low")
      .lpush("queue:low", payloadOf({ jid: jidOf(4), queue: "low" }))
      .sadd("processes", "p:1:x")
      .hset("p:1:x", {
        info: JSON.stringify({ queues: ["low", "served"], version: "tsq 0.1.0" }),
        busy: 1,
        beat: 1,
      })
      .hset("p:1:x:work", "t1", JSON.stringify({ queue: "low", run_at: 1, payload }))
      // Somebody has cancelled it.
      .hset(`it-${jidOf(1)}`, { ex: "0", c: "null", rt: "0", cancelled: "1" })
      .exec();
  });

  const as = async (user: string, args: readonly string[]): Promise<Ended> => {
    const cwd = application({ "schedule.yml": 'nightly: {cron: "0 2 * * *", class: NightlyJob}\n' });
    const url = user === "" ? server.url : `redis://${user}:password@127.0.0.1:${server.port}/0`;
    return tsq(args, { cwd, env: { REDIS_URL: url } });
  };
  const withSchedule = async (name: string, nth: number): Promise<void> => {
    if (!name.startsWith("cron ")) return;
    // Beside Ruby an entry stays that it may have.
    await redis.del("processes");
    const cwd = application({ "old.yml": 'old: {cron: "* * * * *", class: OldJob}\n' });
    await tsq(["cron", "load", "old.yml", "--yes"], { cwd, env: { REDIS_URL: server.url } });
    if (nth > 0) await redis.sadd("cron_jobs", "cron_job:older");
    // As many as are kept.
    const ran = JSON.stringify({ jid: jidOf(9), enqueued: "2026-01-01 00:00:00 +0000" });
    for (let i = 0; i < 10; i++) await redis.lpush("cron_job:default:old:jid_history", ran);
    // What the load has written there lasts as long as it must for half a second: then nothing else would make it last.
    await redis.del("tsq:audit");
    await redis.script("FLUSH");
  };

  test.each(Object.entries(CALLS))("%s is refused nothing by them, and uses each", async (name, calls) => {
    const rights = NEEDED_RIGHTS[name] ?? [];
    const rule = ["reset", "on", ">password", "~*", "&*", ...rights.map((right) => `+${right}`)];
    await redis.acl("SETUSER", "one", ...rule);
    const used = new Set<string>();
    const ran = new Set<string>();

    for (const [i, args] of calls.entries()) {
      await withSchedule(name, i);
      await redis.config("RESETSTAT");
      const { stderr } = await as("one", [...name.split(" "), ...args]);
      expect(stderr).not.toContain("refuses");
      expect(stderr).not.toContain("audit trail");
      const stats = await redis.info("commandstats");
      for (const [, command = "", rejected] of stats.matchAll(/cmdstat_([a-z_|]+):.*rejected_calls=(\d+)/g))
        if (rejected === "0") used.add(command);
      const there = (await redis.script("EXISTS", ...DIGESTS.values())) as number[];
      [...DIGESTS.keys()].filter((_, nth) => there[nth] === 1).forEach((script) => ran.add(script));
    }

    // By `zscan` a job is looked for whose jid has signs that JSON writes in several ways, or where no script may run.
    const sometimes = ["mget", "ltrim", "zscan", ...(name === "queue" ? ["hmget"] : [])];
    expect(rights.filter((right) => !used.has(right) && !sometimes.includes(right))).toEqual([]);
    // What these send where it comes to that, test/unit/needed-rights.test.ts holds the table against.
    expect([...ran].toSorted()).toEqual(SCRIPTS_OF[name] ?? []);
  });

  test("who lacks them hears of all at once, that it may be a reader, and where the rules are", async () => {
    await redis.acl(
      "SETUSER",
      "reader",
      "reset",
      "on",
      ">password",
      "%R~*",
      "+@read",
      "+ping",
      "+info",
      "+select",
    );
    await redis.acl(
      "SETUSER",
      "looker",
      "reset",
      "on",
      ">password",
      "~*",
      "+@read",
      "+@connection",
      "+info",
      "+multi",
      "+exec",
    );

    const reader = await as("reader", ["retry", jidOf(1), "--yes"]);
    const looker = await as("looker", ["cancel", jidOf(1), "--yes"]);

    for (const { code, stderr } of [reader, looker]) {
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /which may be one that only reads\.(?: It may .*)? Use another here: docs\/operating\.md has the rules/,
      );
      expect(stderr.match(/refuses/g)).toHaveLength(1);
    }
    expect(reader.stderr).toContain(
      "refuses MULTI, EXEC, EVALSHA, EVAL, ZREM to the user `reader`, which may be",
    );
    expect(reader.stderr).toContain(
      " It may refuse EXPIRE, HDEL, LPUSH, SADD, XADD, ZADD as well: without MULTI nobody can ask. Use another",
    );
    expect(reader.stderr).toContain("`ACL SETUSER reader +multi +exec +evalsha +eval +zrem +expire");
    expect(looker.stderr).toContain(
      "refuses EVALSHA, EVAL, EXPIRE, HSETNX, XADD, ZADD, ZREMRANGEBYRANK to the user `looker`",
    );
    expect(looker.stderr).toMatch(/ Nothing was done\.\n$/);
    expect(await redis.zcard("retry")).toBe(1);
    expect(await redis.exists("tsq:rights")).toBe(0);
  });

  test("who lacks but a right to read is not taken for a reader", async () => {
    await redis.acl("SETUSER", "half", "reset", "on", ">password", "~*", "+@all", "-zrange", "-zcard");

    const { stderr } = await as("half", ["retries"]);

    expect(stderr).toContain(
      "refuses ZCARD, ZRANGE to the user `half`. Allow them in the ACL: `ACL SETUSER half +zcard +zrange`; docs/operating.md",
    );
    expect(stderr).not.toContain("only reads");
  });

  test("who lacks but MULTI is told of nothing else that it is refused", async () => {
    await redis.acl("SETUSER", "most", "reset", "on", ">password", "~*", "+@all", "-multi");

    const { stderr } = await as("most", ["deploy", "v1"]);

    expect(stderr).toContain(
      "refuses MULTI to the user `most`. It may refuse EXPIRE, HSETNX, SET as well: without MULTI nobody can ask. " +
        "Allow them in the ACL: `ACL SETUSER most +multi +expire +hsetnx +set`; docs/operating.md",
    );
    expect(stderr).not.toContain("only reads");
  });
});
