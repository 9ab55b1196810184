import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Redis } from "ioredis";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { tsq } from "../support/tsq-command.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  await redis
    .multi()
    .sadd("queues", "default", "mailers")
    .lpush("queue:default", `{"class":"A","enqueued_at":${Date.now() - 500_000}}`, '{"class":"B"}')
    .lpush("queue:mailers", `{"class":"C","enqueued_at":${Date.now()}}`)
    .sadd("paused", "mailers")
    .zadd("retry", 4e9, "{}")
    .zadd("schedule", 4e9, "{}", 4e9, "[]")
    .zadd("dead", 1, "x")
    .mset("stat:processed", 1_234, "stat:failed", 5)
    .exec();
});
afterAll(() => server.stop());

test("prints the dashboard's numbers as tables", async () => {
  const { code, stdout, stderr } = await tsq(["stats", "--redis", server.url]);

  expect([code, stderr]).toEqual([0, ""]);
  const [, , heads, numbers, , ...queues] = stdout.trimEnd().split("\n");
  expect(heads).toBe("Processed  Failed  Busy  Enqueued  Retries  Scheduled  Dead  Processes");
  expect(numbers).toBe("    1,234       5     0         3        1          2     1          0");
  expect(queues).toEqual([
    "Queue    Size  Latency",
    "default     2       8m",
    expect.stringMatching(/^mailers     1       \ds  paused$/),
  ]);
});

test("says by which version and when", async () => {
  const { stdout } = await tsq(["stats", "--redis", server.url]);

  expect(stdout).toMatch(/^tsq \d+\.\d+\.\d+\S*, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n/);
});

test("prints no colours into a pipe", async () => {
  const { stdout } = await tsq(["stats", "--redis", server.url], { env: { TERM: "xterm" } });

  expect(stdout).toContain("Processed");
  // oxlint-disable-next-line no-control-regex -- that is what a colour begins with
  expect(stdout).not.toMatch(/\u001b/);
});

describe("in 80 columns", () => {
  const LONG = `mailers_of_${"a_tenant_with_a_long_name_".repeat(4)}and_low_priority`;
  const env = { COLUMNS: "80" };

  test("no line is wider, a long name is cut, and no number is", async () => {
    await redis
      .multi()
      .sadd("queues", LONG)
      .lpush(`queue:${LONG}`, '{"class":"D"}')
      .sadd("paused", LONG)
      .exec();
    onTestFinished(async () => void (await redis.multi().del(`queue:${LONG}`).srem("queues", LONG).exec()));

    const { stdout } = await tsq(["stats", "--redis", server.url], { env });

    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^mailers_of_a_tenant_with\w*…  +1  +\w+  paused$/m);
    expect(stdout).toMatch(/^Processed {2}Failed .* Processes$/m);
    const { stdout: json } = await tsq(["stats", "--json", "--redis", server.url], { env });
    expect(json).toContain(`"${LONG}"`);
  });

  test("totals that do not fit stand one below the other", async () => {
    const many = String(10 ** 15);
    const shown = "1,000,000,000,000,000";
    await redis.mset("stat:processed", many, "stat:failed", many);
    onTestFinished(async () => void (await redis.mset("stat:processed", 1_234, "stat:failed", 5)));

    const { stdout } = await tsq(["stats", "--redis", server.url], { env });

    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(new RegExp(`^Processed  ${shown}\nFailed     ${shown}\nBusy {27}0$`, "m"));
  });

  test("millions stand beside each other, with a blank between", async () => {
    await redis.set("stat:processed", 10_000_000);
    onTestFinished(async () => void (await redis.set("stat:processed", 1_234)));

    const { stdout } = await tsq(["stats", "--redis", server.url], { env });

    expect(stdout).toMatch(/^ Processed {2}Failed {2}Busy {2}.*\n10,000,000 {7}5 {5}0 /m);
  });

  test("into a pipe of no known width everything is whole", async () => {
    await redis.sadd("queues", LONG);
    onTestFinished(async () => void (await redis.srem("queues", LONG)));

    const { stdout } = await tsq(["stats", "--redis", server.url]);

    expect(stdout).toContain(LONG);
  });
});

test("--json prints them for programs", async () => {
  const { code, stdout } = await tsq(["stats", "--json"], { env: { REDIS_URL: server.url } });

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    processed: 1_234,
    failed: 5,
    workers: 0,
    enqueued: 3,
    retries: 1,
    scheduled: 2,
    dead: 1,
    processes: 0,
    queues: [
      { name: "default", size: 2, paused: false },
      { name: "mailers", size: 1, paused: true },
    ],
  });
});

test("a user that may not read the sets is told in one line what its rule lacks", async () => {
  await redis.acl("SETUSER", "narrow", "on", ">password", "~*", "+@all", "-sscan");
  const narrow = `redis://narrow:password@127.0.0.1:${server.port}/0`;

  const { code, stderr } = await tsq(["stats"], { env: { REDIS_URL: narrow } });

  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^tsq: Redis at \S+ refuses SSCAN to the user `\w+`\. Allow it in the ACL: `ACL SETUSER \w+ \+sscan`; docs\/operating\.md has [^\n]+\n$/,
  );
});

test("a user who has the documented rights of readers sees the numbers", async () => {
  const document = readFileSync(new URL("../../docs/operating.md", import.meta.url), "utf8");
  const rule = /^ACL SETUSER reader (.*)$/m.exec(document)?.[1]?.split(" ") ?? [];
  await redis.acl("SETUSER", "reader", ...rule);
  const reader = `redis://reader:password@127.0.0.1:${server.port}/0`;

  const { code, stdout, stderr } = await tsq(["stats", "--json"], { env: { REDIS_URL: reader } });

  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toMatchObject({ enqueued: 3, retries: 1 });
});

test("an empty Redis has zeros and no queues", async () => {
  const empty = await startRedis();

  const { code, stdout } = await tsq(["stats", "--redis", empty.url]);

  await empty.stop();
  expect(code).toBe(0);
  expect(stdout).not.toContain("Queue");
});
