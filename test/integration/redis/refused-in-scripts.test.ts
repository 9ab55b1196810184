/** What is said of a right that a script lacks: up to 7.0 Redis does not say which, and not by the word NOPERM. */
import { Client, RedisUnusableError } from "@tsq/core";
import { RetrySet } from "@tsq/core/api";
import { forget, whyUnusable } from "@tsq/core/protocol";
import type { Redis, RedisOptions } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { hurry } from "../../support/hurry.ts";
import { withdraw } from "../../support/inside-core.ts";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { outage } from "../../support/outage.ts";
import { payloadText } from "../../support/payload-text.ts";
import { pollerFor, rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const OWNER = "web:1:abc~default~0";

if (!hasNativeRedis())
  console.warn("Skipped: what scripts may not do, because there is no redis-server on PATH.");

describe.runIf(hasNativeRedis())("a user who may do all but", () => {
  let server: TestRedis;
  let admin: Redis;

  beforeAll(async () => {
    server = await startRedis({ backend: "native" });
    admin = server.client();
  });
  beforeEach(() => admin.flushdb());
  afterAll(() => server.stop());

  const without = async (...commands: string[]): Promise<RedisOptions> => {
    const rules = ["~*", "&*", "+@all", ...commands.map((name) => `-${name}`)];
    await admin.acl("SETUSER", "web", "reset", "on", ">password", ...rules);
    return { host: "127.0.0.1", port: server.port, username: "web", password: "password" };
  };

  /** What is to be read in one line. */
  const refusalOf = (command: string): RegExp =>
    new RegExp(
      String.raw`^Redis at \S+ refuses ${command.toUpperCase()} to the user \`web\` \([^)]+\)\. ` +
        String.raw`Allow it in the ACL: \`ACL SETUSER web \+${command}\`; docs/operating\.md has `,
    );

  /** What a poller is told until it stops. */
  const pollOnce = async (redis: RedisOptions): Promise<readonly unknown[]> => {
    const errors: unknown[] = [];
    const poller = pollerFor({
      redis,
      averageScheduledPollInterval: 0.1,
      pollIntervalAverage: 0.1,
      random: () => 0,
      outage: outage((error) => errors.push(whyUnusable(redis, error, ""))),
      onError: (error) => errors.push(error),
    });
    poller.start();
    await eventually(() => expect(errors[0]).toBeInstanceOf(RedisUnusableError));
    await poller.stop();
    return errors;
  };

  test.each(["type", "hget", "sadd", "hset", "expire", "lpush"])(
    "%s is told so when it pushes, and nothing is pushed",
    async (command) => {
      const client = new Client({ redis: await without(command), wire: 8 });

      const push = client.push({ class: "HardJob", args: [] });

      await expect(push).rejects.toThrow(RedisUnusableError);
      await expect(push).rejects.toThrow(refusalOf(command));
      await client.close();
      expect(await admin.exists("queue:default")).toBe(0);
    },
  );

  test("lpop leaves nothing in a queue whose readers it would have Redis forget", async () => {
    const { username, password } = await without("lpop");
    const redis = server.client({ username: username ?? "", password: password ?? "" });

    await expect(forget(redis, { queues: ["queue:a"] }, { text: "nobody's" })).rejects.toThrow();

    expect(await admin.exists("queue:a")).toBe(0);
  });

  test("zadd is told so when it pushes for later, and may push again when it is allowed", async () => {
    const client = new Client({ redis: await without("zadd"), wire: 8 });
    const later = { class: "HardJob", args: [], at: 4_102_444_800 };

    await expect(client.push(later)).rejects.toThrow(refusalOf("zadd"));
    await admin.acl("SETUSER", "web", "+zadd");
    await client.push(later);
    await client.close();

    expect(await admin.zcard("schedule")).toBe(1);
  });

  test.each(["zrem", "type", "zrange"])("%s is told so by the poller", async (command) => {
    await admin.zadd("schedule", 1, payloadText());
    const errors = await pollOnce(await without(command));

    expect(errors[0]).toHaveProperty("message", expect.stringMatching(refusalOf(command)));
    expect(await admin.zcard("schedule")).toBe(1);
  });

  test.each(["lpush", "zrem", "zadd"])("%s moves no job by the data API, and loses none", async (command) => {
    const [queued, killed] = [payloadText({ jid: "queued" }), payloadText({ jid: "killed" })];
    await admin.zadd("retry", 4_102_444_800.5, queued, 4_102_444_900, killed);
    const retries = new RetrySet({ redis: await without(command) });
    const [one, other] = [await retries.findJob("queued"), await retries.findJob("killed")];

    const [moved, dead] = await Promise.allSettled([one?.retry(), other?.kill()]);

    const refused = { status: "rejected", reason: { message: expect.stringMatching(refusalOf(command)) } };
    expect(moved).toMatchObject(refused);
    expect(dead).toMatchObject(command === "lpush" ? { status: "fulfilled" } : refused);
    await retries.close();
    expect(await admin.zscore("retry", queued)).toBe("4102444800.5");
    expect(await admin.llen("queue:default")).toBe(0);
    expect([...(await admin.zrange("retry", "0", "-1")), ...(await admin.zrange("dead", "0", "-1"))]).toEqual(
      [queued, killed],
    );
  });

  test.each([
    ["lpop", "queue:to"],
    ["lrem", "queue:to"],
    ["lrem", "dead"],
    ["zrem", "dead"],
  ])("%s leaves no copy in %s of a job, be it there or gone", async (command, target) => {
    const text = payloadText();
    await without(command);
    const redis = server.client({ username: "web", password: "password" });
    const move = () =>
      withdraw(
        redis,
        { queue: "queue:from", queues: "queues", target },
        {
          payload: text,
          moved: text,
          side: 1,
          score: target === "dead" ? "5" : "",
          oldest: "0",
          maxJobs: 10,
        },
      );

    await expect(move()).rejects.toThrow(/NOPERM|can't run this command/i);
    expect(await admin.keys("*")).toEqual([]);
    await admin.lpush("queue:from", text);
    await expect(move()).rejects.toThrow(/NOPERM|can't run this command/i);

    expect(await admin.keys("*")).toEqual(["queue:from"]);
    expect(await admin.lrange("queue:from", 0, -1)).toEqual([text]);
  });

  test("lpush is told so by the poller, and what is due waits", async () => {
    const texts = [payloadText({ jid: "a" }), payloadText({ jid: "b" })];
    await admin.zadd("schedule", 1, texts[0]!, 2, texts[1]!);

    const errors = await pollOnce(await without("lpush"));

    expect(errors[0]).toHaveProperty("message", expect.stringMatching(refusalOf("lpush")));
    expect(await admin.zrange("schedule", "0", "-1")).toEqual(texts);
  });

  test.each(["hgetall", "hget"])("%s is told so by the rescuer", async (command) => {
    await admin.hset(`tsq:in-flight:${OWNER}`, "#0", 1, "00", payloadText());
    await admin.hset("tsq:owners", OWNER, '["default"]');
    const errors: unknown[] = [];
    const redis = await without(command);
    const rescuer = rescuerFor({
      redis,
      suspectMs: 0,
      outage: outage((error) => errors.push(whyUnusable(redis, error, ""))),
      onError: (error) => errors.push(error),
    });

    onTestFinished(() => void vi.restoreAllMocks());
    hurry();
    rescuer.start();
    await eventually(() => expect(errors[0]).toBeInstanceOf(RedisUnusableError));
    await rescuer.stop();

    expect(errors[0]).toHaveProperty("message", expect.stringMatching(refusalOf(command)));
    expect(await admin.hexists(`tsq:in-flight:${OWNER}`, "00")).toBe(1);
  });

  test("the reading of processes' records is told so when it pushes, and does not take them for absent", async () => {
    await admin.sadd("processes", "ruby:1:abc");
    await admin.hset("ruby:1:abc", "info", '{"version":"7.3.2"}');
    await admin.acl("SETUSER", "web", "reset", "on", ">password", "+@all");
    await admin.acl("SETUSER", "web", "~queue:*", "~queues", "~processes", "~tsq:push:*");
    const redis = { host: "127.0.0.1", port: server.port, username: "web", password: "password" };
    const [client, pinned] = [new Client({ redis }), new Client({ redis, wire: 7 })];

    await expect(client.push({ class: "HardJob", args: [] })).rejects.toThrow(
      /refuses HGET on `ruby:1:abc` to the user `web` .* `ACL SETUSER web %R~\*` \(`~\*` on Redis 6\.2\); /,
    );
    await pinned.push({ class: "HardJob", args: [] });
    await Promise.all([client.close(), pinned.close()]);

    expect(await admin.llen("queue:default")).toBe(1);
  });
});
