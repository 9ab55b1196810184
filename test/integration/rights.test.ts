/** What a worker's user may do in Redis: all of it by the documented rule, and less of it said in one line. */
import { readdirSync, readFileSync } from "node:fs";
import { defineJob, RedisUnusableError } from "@tsq/core";
import type { WorkerOptions } from "@tsq/worker";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { hasNativeRedis } from "../support/native-redis.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { TestWorkers } from "../support/worker.ts";

const DOCUMENT = readFileSync(new URL("../../docs/operating.md", import.meta.url), "utf8");
const RULE = /^ACL SETUSER tsq on >password (.*)$/m.exec(DOCUMENT)?.[1]?.split(" ") ?? [];

if (!hasNativeRedis())
  console.warn("Skipped: the rights of users, because there is no redis-server on PATH.");

describe.runIf(hasNativeRedis())("a worker whose user has", () => {
  let server: TestRedis;
  let workers: TestWorkers;
  let admin: Redis;

  beforeAll(async () => {
    server = await startRedis({ backend: "native" });
    workers = new TestWorkers(server);
    admin = server.client();
  });
  beforeEach(() => admin.flushdb());
  afterEach(() => workers.end());
  afterAll(() => server.stop());

  const asUser = async (...rules: string[]): Promise<NonNullable<WorkerOptions["redis"]>> => {
    await admin.acl("SETUSER", "tsq", "reset", "on", ">password", ...rules);
    return { ...workers.target, username: "tsq", password: "password" };
  };

  test.each(["reliable", "basic"] as const)(
    "the documented rights runs all there is, by %s fetch",
    async (fetch) => {
      const redis = await asUser(...RULE);
      await pushTexts(admin, [
        payloadText(),
        payloadText({ args: [true] }),
        payloadText({ args: [true], retry: 0 }),
      ]);
      await admin.zadd("schedule", 1, payloadText({ queue: "later" }));
      const ran: string[] = [];
      const job = defineJob("HardJob", ({ jid }, fails?: boolean) => {
        ran.push(jid);
        if (fails) throw new Error("no");
      });

      const worker = await workers.start({
        jobs: [job],
        redis,
        fetch,
        queues: ["default", "later"],
        pollIntervalAverage: 0.1,
      });
      await eventually(async () => {
        expect(ran.length).toBe(4);
        expect(await admin.zcard("retry")).toBe(1);
        expect(await admin.zcard("dead")).toBe(1);
      });
      await workers.hurried(worker.stop());

      expect(workers.messages(40).filter((line) => line !== "fail")).toEqual([]);
      expect(await admin.acl("LOG")).toEqual([]);
    },
  );

  test("the documented rights may do all that a script does", () => {
    const scripts = new URL("../../lua/", import.meta.url);
    const lua = readdirSync(scripts).map((file) => readFileSync(new URL(file, scripts), "utf8"));
    const commands = [...lua.join("").matchAll(/call\('([A-Z]+)'/g)].map(([, name = ""]) =>
      name.toLowerCase(),
    );

    expect(commands.length).toBeGreaterThan(20);
    expect(commands.filter((name) => !RULE.includes(`+${name}`))).toEqual([]);
  });

  test("less than that is refused in one line that names all that is missing, and the rule", async () => {
    const start = workers.make({ redis: await asUser(...RULE, "-blmove", "-hset") }).start();

    await expect(start).rejects.toThrow(RedisUnusableError);
    await expect(start).rejects.toThrow(
      /^Redis at \S+ refuses HSET, BLMOVE to this user, [^\n]+ `ACL SETUSER <user> ~\* \+hset \+blmove`\.$/,
    );
    expect(await admin.exists("processes", "tsq:owners")).toBe(0);
  });

  test("no right to run scripts is told so", async () => {
    const start = workers.make({ redis: await asUser(...RULE, "-eval") }).start();

    await expect(start).rejects.toThrow(/refuses EVAL, EVALSHA to this user/);
  });

  test("no right to wake what waits is warned, becomes quiet all the same, and leaves nothing", async () => {
    const redis = await asUser(...RULE, "-client|unblock");
    const worker = await workers.start({ redis, queues: ["a", "b"], shutdownTimeoutMs: 0 });
    await eventually(async () => expect(await workers.connections(" flags=b ")).toHaveLength(2));

    await worker.quiet();
    await worker.stop();

    expect(workers.messages(40)).toEqual([
      expect.stringMatching(
        /^Redis at \S+ refuses CLIENT UNBLOCK to this user: a stop takes up to a second longer/,
      ),
      "A command on the way down failed; going on without it or once more",
    ]);
    expect(await workers.leftovers()).toEqual([]);
    expect(await admin.smembers("processes")).toEqual([]);
  });
});
