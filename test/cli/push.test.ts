import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
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
const jobOn = async (queue: string): Promise<unknown> =>
  JSON.parse((await redis.lindex(`queue:${queue}`, 0)) ?? "");

describe("tsq push", () => {
  test("enqueues a job without arguments and prints its jid alone", async () => {
    const { code, stdout, stderr } = await push("HardJob");

    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^[0-9a-f]{24}\n$/);
    expect(await jobOn("default")).toMatchObject({
      class: "HardJob",
      args: [],
      queue: "default",
      retry: true,
      jid: stdout.trim(),
    });
    expect(await redis.smembers("queues")).toEqual(["default"]);
  });

  test("passes arguments on as they are, big integers too", async () => {
    const { code } = await push(
      "HardJob",
      '[1, "zwei", null, {"a": [1.5]}, 12345678901234567890]',
      "--queue",
      "mailers",
    );

    expect(code).toBe(0);
    expect(await redis.lindex("queue:mailers", 0)).toContain(
      '"args":[1, "zwei", null, {"a": [1.5]}, 12345678901234567890]',
    );
  });

  test.for(["[12345678901234567890, 1.0]", '[1e2, -0, 0.10, {"2": 1.50, "1" : "\\u00e4 \\"x\\""}]', "[ ]"])(
    "stores the arguments %s as they are written",
    async (args) => {
      const { code, stdout } = await push("HardJob", args);

      expect(code).toBe(0);
      const payload = (await redis.lindex("queue:default", 0)) ?? "";
      expect(payload).toContain(`"class":"HardJob","args":${args},"jid":"${stdout.trim()}"`);
      expect(JSON.parse(payload)).toMatchObject({ class: "HardJob", queue: "default", retry: true });
    },
  );

  test("stores a key that is written twice once, because Ruby may refuse it", async () => {
    await push("HardJob", '[{"a": 1, "a": 2.0}]');

    expect(await redis.lindex("queue:default", 0)).toContain('"args":[{"a":2}]');
  });

  test.for([
    ["3", 3],
    ["0", 0],
    ["true", true],
    ["false", false],
  ] as const)("--retry %s becomes the job's own", async ([text, retry]) => {
    const { code } = await push("HardJob", "--retry", text);

    expect(code).toBe(0);
    expect(await jobOn("default")).toMatchObject({ retry });
  });

  test("--in puts it into the schedule, so many seconds from now", async () => {
    const before = Date.now() / 1_000;

    const { code } = await push("HardJob", "[1]", "--in", "90.5");

    expect(code).toBe(0);
    const [, score] = await redis.zrange("schedule", "0", "-1", "WITHSCORES");
    expect(Number(score)).toBeGreaterThanOrEqual(before + 90.5);
    expect(Number(score)).toBeLessThan(Date.now() / 1_000 + 90.5);
    expect(await redis.exists("queue:default")).toBe(0);
  });

  test.for([
    ["5m", 300],
    ["+2h", 7_200],
  ] as const)("--in %s has the units of queries", async ([text, seconds]) => {
    const before = Date.now() / 1_000;

    const { code } = await push("HardJob", "--in", text);

    expect(code).toBe(0);
    const [, score] = await redis.zrange("schedule", "0", "-1", "WITHSCORES");
    expect(Number(score)).toBeGreaterThanOrEqual(before + seconds);
    expect(Number(score)).toBeLessThan(Date.now() / 1_000 + seconds);
  });

  test.for([
    ["2100-01-01T00:00:00Z", 4_102_444_800],
    ["2100-01-01T00:00Z", 4_102_444_800],
    ["2100-01-01T00:00:00.250Z", 4_102_444_800.25],
    ["2100-01-01T01:00:00+01:00", 4_102_444_800],
    ["2100-01-01T01:00:00+0100", 4_102_444_800],
    ["2099-12-31T21:00-03:00", 4_102_444_800],
    ["2104-02-29T00:00:00Z", 4_233_686_400],
    // Of UTC, as in filters: Kiritimati is 14 hours ahead.
    ["2100-01-01T00:00:00", 4_102_444_800],
    ["2100-01-01", 4_102_444_800],
    ["4102444800.25", 4_102_444_800.25],
  ] as const)("--at %s puts it into the schedule for that time", async ([at, seconds]) => {
    const { code } = await tsq(["push", "HardJob", "--at", at, "--redis", server.url], {
      env: { TZ: "Pacific/Kiritimati" },
    });

    expect(code).toBe(0);
    const [, score] = await redis.zrange("schedule", "0", "-1", "WITHSCORES");
    expect(Number(score)).toBe(seconds);
  });

  test.for([
    ["--at", "2001-01-01T00:00:00Z"],
    ["--in", "0"],
  ])("%s %s is past: it is enqueued at once", async ([flag = "", value = ""]) => {
    const { code } = await push("HardJob", flag, value);

    expect(code).toBe(0);
    expect(await redis.llen("queue:default")).toBe(1);
  });

  test("--json prints an object", async () => {
    const { code, stdout } = await push("HardJob", "--json");

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ jid: expect.stringMatching(/^[0-9a-f]{24}$/) as string });
  });

  async function refusal(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await push(...args);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^tsq: .*\n$/);
    expect(await redis.dbsize()).toBe(0);
    return stderr;
  }

  test.for(["soon", "0x10", "1e3", "-5", "5mm", ""])(
    "refuses `--in %s` and says what to write",
    async (text) => {
      const line = await refusal("HardJob", "--in", text);

      expect(line).toContain(`--in to be a number of seconds from 0, got \`${text}\`. Write --in 90 or`);
    },
  );

  test.for([
    "tomorrow",
    "tomorrow 9",
    "-5",
    "01/02/2030",
    "2030-02-31",
    "2100-02-29",
    "2030-01-01T24:00Z",
    "2030-01-01T09:00 ",
  ])("refuses `--at %s` and says what to write", async (text) => {
    const line = await refusal("HardJob", "--at", text);

    expect(line).toContain(`--at to be an ISO 8601 time or seconds since 1970, got \`${text}\`. `);
    expect(line).toContain("Write --at 2030-01-01T09:00:00Z or --at 1893488400.");
  });

  test.for([
    [["HardJob", "hello"], /to be JSON, got `hello`/],
    [["HardJob", "5"], /a JSON array, got `5`\. Write '\[5\]'/],
    [["HardJob", '{"a":1}'], /a JSON array/],
    [["HardJob", "--at", "1893488400000"], /got `1893488400000`, which looks like milliseconds\. Write --at/],
    [["HardJob", "--at", "2100-01-01", "--in", "5"], /--in or --at, got both/],
    [
      ["HardJob", "--retry", "often"],
      /--retry to be a number from 0, true or false, got `often`\. Write --retry 5/,
    ],
    [["", "[]"], /class/i],
  ] as const)("refuses %j in one line and pushes nothing", async ([args, message]) => {
    expect(await refusal(...args)).toMatch(message);
  });
});
