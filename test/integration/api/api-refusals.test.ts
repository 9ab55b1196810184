/** What the data API says when an ACL refuses it something: the same as pushes and workers say. */
import { RedisUnusableError } from "@tsq/core";
import { ApiConnection, DeadSet, Metrics, ProcessSet, Queue, RetrySet, Stats, WorkSet } from "@tsq/core/api";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { payloadText } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const TEXT = payloadText({ jid: "0123456789abcdef01234567" });

if (!hasNativeRedis())
  console.warn("Skipped: what users may not do by the data API, because there is no redis-server on PATH.");

describe.runIf(hasNativeRedis())("the data API, of a user who may do all but", () => {
  let server: TestRedis;
  let admin: Redis;

  beforeAll(async () => {
    server = await startRedis({ backend: "native" });
    admin = server.client();
  });
  beforeEach(async () => {
    await admin.flushdb();
    await admin.zadd("retry", 5, TEXT);
    await admin.lpush("queue:default", TEXT);
    await admin.sadd("queues", "default");
    await admin.sadd("processes", "web:1:abc");
    await admin.hset("web:1:abc", "info", "{}");
  });
  afterAll(() => server.stop());

  const without = async (command: string): Promise<ApiConnection> => {
    await admin.acl("SETUSER", "web", "reset", "on", ">password", "~*", "+@all", `-${command}`);
    const api = new ApiConnection({ redis: `redis://web:password@127.0.0.1:${server.port}/0` });
    onTestFinished(() => api.close());
    return api;
  };

  const refusalOf = (command: string): RegExp =>
    new RegExp(
      String.raw`^Redis at \S+ refuses ${command.toUpperCase()} to the user \`web\` \([^)]+\)\. ` +
        String.raw`Allow it in the ACL: \`ACL SETUSER web \+${command}\`; docs/operating\.md has `,
    );

  const entryOf = async (api: ApiConnection) => {
    const entry = await new RetrySet(api).findJob("0123456789abcdef01234567");
    if (!entry) throw new Error("Expected the job in the retry set, found none.");
    return entry;
  };

  test.each<[string, command: string, (api: ApiConnection) => Promise<unknown>]>([
    ["a command by itself", "llen", (api) => new Queue("default", api).size()],
    ["a command of a pipeline", "lindex", (api) => new Stats(api).fetch()],
    [
      "a command of a transaction",
      "lrange",
      (api) => new Queue("default", api)[Symbol.asyncIterator]().next(),
    ],
    ["a walk", "sscan", (api) => new ProcessSet(api).all()],
    ["what runs", "hgetall", (api) => new WorkSet(api).all()],
    ["a report", "hgetall", (api) => new Metrics(api).topJobs(1)],
    ["a script's command", "zrem", async (api) => (await entryOf(api)).kill()],
    ["the script itself", "evalsha", async (api) => (await entryOf(api)).retry()],
    ["the look at the fleet", "hget", async (api) => (await entryOf(api)).retry()],
    ["a deletion", "zrem", async (api) => (await entryOf(api)).delete()],
    ["another time", "zadd", async (api) => (await entryOf(api)).reschedule(9)],
    ["what is added to the dead set", "zadd", (api) => new DeadSet(api).kill(TEXT)],
  ])("%s (%s), names it, the user and the rule", async (_what, command, act) => {
    const refused = act(await without(command));

    await expect(refused).rejects.toThrow(RedisUnusableError);
    await expect(refused).rejects.toThrow(refusalOf(command));
    expect(await admin.zrange("retry", 0, "-1", "WITHSCORES")).toEqual([TEXT, "5"]);
  });

  test.each(["lrem", "lpush", "zadd"])("%s, loses no job of a queue and doubles none", async (command) => {
    const [job] = (await new Queue("default", await without(command)).page()).items;

    const refused = command === "zadd" ? job?.kill() : job?.move("other");

    await expect(refused).rejects.toThrow(refusalOf(command));
    expect(await admin.lrange("queue:default", 0, -1)).toEqual([TEXT]);
    expect(await admin.exists("queue:other", "dead")).toBe(0);
  });

  test("llen, on an open connection, says so too, and to its owner as before", async () => {
    await without("llen");
    const redis = new Redis(server.port, "127.0.0.1", { username: "web", password: "password" });
    onTestFinished(() => redis.disconnect());

    await expect(new Queue("default", { redis }).size()).rejects.toThrow(refusalOf("llen"));
    await expect(redis.llen("queue:default")).rejects.toThrow(/^NOPERM/);
  });

  test("a key names it, and the rule that allows it", async () => {
    await admin.acl("SETUSER", "web", "reset", "on", ">password", "~queues", "+@all");
    await using queue = new Queue("mailers", { redis: `redis://web:password@127.0.0.1:${server.port}/0` });

    await expect(queue.size()).rejects.toThrow(
      /refuses LLEN on `queue:mailers` to the user `web` .* `ACL SETUSER web ~queue:\*`; /,
    );
  });
});
