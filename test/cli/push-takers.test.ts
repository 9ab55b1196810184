import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Redis } from "ioredis";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { tsq } from "../support/tsq-command.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

const push = (...args: string[]) => tsq(["push", ...args, "--redis", server.url]);

/** @param names undefined of a process of Ruby, which does not say what it runs */
const runs = async (identity: string, queues: readonly string[], names?: readonly string[]) => {
  await redis.sadd("processes", identity);
  const info = { identity, queues, version: names ? "tsq 0.1.0" : "8.1.7" };
  await redis.hset(identity, { info: JSON.stringify(info), quiet: "false" });
  if (names) await redis.set(`tsq:classes:${identity}`, JSON.stringify({ names, isCut: false }));
};

test.for([
  [["HardJob", "--queue", "mailer"], "tsq: Nobody takes jobs from mailer now. Did you mean `mailers`?\n"],
  [["HardJob", "--queue", "elsewhere", "--in", "90"], "tsq: Nobody takes jobs from elsewhere now.\n"],
  [
    ["hardjob", "--queue", "low"],
    "tsq: No process that takes jobs from low has `hardjob`. Did you mean `HardJob`?\n",
  ],
  [["Unheard", "--queue", "low", "--json"], "tsq: No process that takes jobs from low has `Unheard`.\n"],
] as const)("a push that no worker is made for warns beside its jid: %s", async ([args, warning]) => {
  await runs("here:1:a", ["low", "mailers"], ["HardJob"]);

  const { code, stdout, stderr } = await push(...args);

  expect([code, stderr]).toEqual([0, warning]);
  expect(stdout).toMatch(/^(?:[0-9a-f]{24}|\{"jid":"[0-9a-f]{24}"\})\n$/);
});

test("a push says nothing of its queue and class where a worker has both", async () => {
  await runs("here:1:a", ["low"], ["HardJob"]);

  expect((await push("HardJob", "--queue", "low")).stderr).toBe("");
});

test.for([["low"], ["nobody"]])("a push to %s says nothing where only Ruby runs", async ([queue = ""]) => {
  await runs("ruby:1:a", ["low"]);

  expect((await push("Unheard", "--queue", queue)).stderr).toBe("");
});

test("a push says nothing of a class where Ruby takes jobs from the queue as well", async () => {
  await runs("here:1:a", ["low"], ["HardJob"]);
  await runs("ruby:1:a", ["low"]);

  expect((await push("Unheard", "--queue", "low")).stderr).toBe("");
});
