/** The commands that change something, by the rights that docs/operating.md says they need, and without the audit trail's. */
import { readFileSync } from "node:fs";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { saveCron } from "../support/cron.ts";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { application, tsq, type Ended } from "../support/tsq-command.ts";

const DOCUMENT = readFileSync(new URL("../../docs/operating.md", import.meta.url), "utf8");
const ruleOf = (user: string): readonly string[] =>
  new RegExp(`^ACL SETUSER ${user} (.*)$`, "m").exec(DOCUMENT)?.[1]?.split(" ") ?? [];

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  const repairs = ["+lpos", "+lrem", "+ltrim", "+zscore", "+mset"];
  const rule = [...ruleOf("tsq"), ...ruleOf("reader").filter((one) => one.startsWith("+")), ...repairs];
  await redis.acl("SETUSER", "silent", ...rule);
  await redis.acl("SETUSER", "repairer", ...rule, "+xadd", "+xtrim");
});
afterAll(() => server.stop());
beforeEach(async () => {
  await redis.flushdb();
  await fail(redis, [{ jid: jidOf(1) }, { jid: jidOf(2) }]);
  await fail(redis, [{ jid: jidOf(3) }], "dead");
  await redis
    .multi()
    .sadd("queues", "low")
    .lpush("queue:low", payloadOf({ jid: jidOf(4), queue: "low" }))
    .sadd("processes", "p:1:x")
    .hset("p:1:x", { info: JSON.stringify({ queues: ["low"] }), busy: 0 })
    .exec();
});

const as = (user: string, args: readonly string[]): Promise<Ended> =>
  tsq(args, { env: { REDIS_URL: `redis://${user}:password@127.0.0.1:${server.port}/0` } });

test.for([
  ["retry", jidOf(1), jidOf(3)],
  ["kill", "--where", "class:HardJob"],
  ["delete", "--where", "class:HardJob"],
  ["move", "--where", "class:HardJob", "--to", "bulk"],
  ["cancel", "--where", "class:HardJob"],
  ["clear", "low"],
  ["quiet", "p:1:x"],
  ["stop", "--all"],
])("tsq %j needs no more than is documented", async (args) => {
  const { code, stderr } = await as("repairer", [...args, "--yes"]);

  expect([code, stderr]).toEqual([0, ""]);
  expect(await redis.xlen("tsq:audit")).toBeGreaterThan(0);
});

test("tsq pause, resume, health and deploy need no more either", async () => {
  for (const args of [["pause", "low"], ["resume", "low"], ["health"], ["deploy", "v1"]]) {
    const { code, stderr } = await as("repairer", args);

    expect([args, code, stderr]).toEqual([args, 0, ""]);
  }
});

test("tsq cron needs no more either, and stands in the audit trail", async () => {
  // Beside Ruby an entry stays that it may have.
  await redis.del("processes");
  const entry = { cron: "0 2 * * *", class: "NightlyJob" };
  await saveCron(redis, "old", entry, { at: "2030-01-01T08:59:00Z", source: "schedule" });
  const cwd = application({ "schedule.yml": 'nightly: {cron: "0 2 * * *", class: NightlyJob}\n' });
  const REDIS_URL = `redis://repairer:password@127.0.0.1:${server.port}/0`;

  for (const args of [
    ["load", "schedule.yml", "--yes"],
    ["list"],
    ["show", "nightly"],
    ["disable", "nightly"],
    ["enable", "nightly"],
    ["run", "nightly"],
    ["delete", "nightly", "--yes"],
  ]) {
    const { code, stderr } = await tsq(["cron", ...args], { cwd, env: { REDIS_URL } });

    expect([args, code, stderr]).toEqual([args, 0, ""]);
  }
  expect(await redis.keys("cron_job*")).toEqual([]);
  expect(await redis.xlen("tsq:audit")).toBe(6);
});

test("who may not write into the audit trail is told so, and what was asked for is done", async () => {
  const { code, stdout, stderr } = await as("silent", ["retry", jidOf(1), "--yes"]);

  expect([code, stdout]).toEqual([0, "1 job was put on queues.\n"]);
  expect(stderr).toMatch(/^tsq: It is not in the audit trail: [^\n]*XADD[^\n]*\n$/i);
  expect(await redis.llen("queue:default")).toBe(1);
});

test.for([
  ["pause", "low"],
  ["retry", jidOf(1), "--yes"],
  ["kill", "--where", "class:HardJob", "--yes"],
  ["delete", "--where", "class:HardJob", "--yes"],
  ["move", "--where", "class:HardJob", "--to", "bulk", "--yes"],
  ["cancel", "--where", "class:HardJob", "--yes"],
])("of tsq %j that is refused one line says why, and that nothing was done", async (args) => {
  await redis.acl("SETUSER", "looker", ...ruleOf("reader"), "+multi", "+exec");

  const { code, stdout, stderr } = await as("looker", args);

  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^tsq: Redis at \S+ refuses [^\n]+ Nothing was done\.\n$/);
});

test.for([
  ["push", "HardJob"],
  ["deploy", "v1"],
  ["clear", "low", "--yes"],
  ["delete", "--all", "--in", "queue:low", "--yes"],
])("of tsq %j that is refused to a reader the line ends with that nothing was done", async (args) => {
  await redis.acl("SETUSER", "reader", "reset", "on", ">password", "%R~*", "+@read", "+ping", "+info");

  const { code, stdout, stderr } = await as("reader", args);

  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^tsq: Redis at \S+ refuses [^\n]+ Nothing was done\.\n$/);
});

test("a user who may not SELECT looks at database 0, and is told of another one what to allow", async () => {
  await redis.acl("SETUSER", "still", "reset", "on", ">password", "%R~*", "+@read", "+ping", "+info");

  const { code, stderr } = await as("still", ["retries"]);
  const url = `redis://still:password@127.0.0.1:${server.port}/3`;
  const other = await tsq(["retries"], { env: { REDIS_URL: url } });

  expect([code, stderr]).toEqual([0, ""]);
  expect([other.code, other.stderr]).toEqual([
    1,
    expect.stringMatching(
      /\/3 refuses the database \(NOPERM [^\n]+\)\. Allow it in the ACL: `ACL SETUSER still \+select`; or use database 0, which needs none\.\n$/,
    ),
  ]);
});

test.for(["multi", "hsetnx"])(
  "of a deed that is half done without %s nobody says that nothing was",
  async (right) => {
    await redis.acl("SETUSER", "most", "reset", "on", ">password", "~*", "+@all", `-${right}`);

    const { code, stderr } = await as("most", ["deploy", "v1"]);

    expect([code, await redis.exists("deploylock-v1")]).toEqual([1, 1]);
    expect(stderr).toMatch(new RegExp(`^tsq: Redis at \\S+ refuses ${right.toUpperCase()} [^\n]+\n$`));
    expect(stderr).not.toContain("Nothing was done.");
  },
);
