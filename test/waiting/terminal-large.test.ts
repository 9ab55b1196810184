/**
 * The commands of the terminal over a hundred thousand jobs: in the memory of a small machine, and by questions that keep Redis
 * from others for little.
 */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jidOf, payloadOf } from "../support/failed-jobs.ts";
import { hasNativeRedis } from "../support/native-redis.ts";
import { testNativeServer } from "../support/native-required.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { tsq } from "../support/tsq-command.ts";

testNativeServer("the terminal over a hundred thousand jobs");

const COUNT = 100_000;
/** One in a thousand. */
const isRare = (n: number): boolean => n % 1_000 === 7;

describe.skipIf(!hasNativeRedis())("over a hundred thousand jobs", () => {
  let server: TestRedis;
  let redis: Redis;

  beforeAll(async () => {
    // Its log of slow commands is how a test sees what was asked: of all, from the first on.
    server = await startRedis({ backend: "native", args: ["--slowlog-max-len", "100000"] });
    redis = server.client();
    await redis.sadd("queues", "low");
    for (let from = 0; from < COUNT; from += 1_000) {
      const texts = Array.from({ length: 1_000 }, (_, i) => {
        const n = from + i;
        const name = isRare(n) ? "RareJob" : "HardJob";
        return payloadOf({ jid: jidOf(n), class: name, message: `order A-${n} was declined` });
      });
      await redis.zadd("retry", ...texts.flatMap((text, i) => [2_000_000_000 + from + i, text]));
      await redis.lpush("queue:low", ...texts);
    }
    await redis.config("SET", "slowlog-log-slower-than", "0");
  });
  afterAll(() => server.stop());

  /** In 64 MB of heap: the payloads alone are forty, and as objects three times that. */
  const shown = async (...args: readonly string[]): Promise<string> => {
    await redis.slowlog("RESET");
    const env = { REDIS_URL: server.url, COLUMNS: "80", NODE_OPTIONS: "--max-old-space-size=64" };
    const { code, stdout, stderr } = await tsq(args, { env });
    expect([code, stderr]).toEqual([0, ""]);
    expect(await widest()).toBeLessThanOrEqual(1_000);
    return stdout;
  };

  /** How many jobs the largest question was about. */
  const widest = async (): Promise<number> => {
    const entries = (await redis.slowlog("GET", "-1")) as [number, number, number, string[]][];
    const asked = entries.flatMap(([, , , [name = "", , from, to, ...more]]) => {
      const at = more.findIndex((word) => word.toUpperCase() === "LIMIT");
      if (at >= 0) return Number(more[at + 2]);
      return /range$/i.test(name) && !/byscore/i.test(name) ? Number(to) - Number(from) + 1 : [];
    });
    return Math.max(0, ...asked);
  };

  test("one list is printed, job by job", async () => {
    const lines = (await shown("retries", "--jsonl")).split("\n").slice(0, -1);

    expect(lines).toHaveLength(COUNT);
    expect(new Set(lines.map((line) => (JSON.parse(line) as { jid: string }).jid)).size).toBe(COUNT);
  });

  test("one job is found by what it is about, in all lists", async () => {
    const text = await shown("jobs", "A-43210");

    expect(text.match(new RegExp(jidOf(43_210), "g"))).toHaveLength(2);
    expect(text).toContain("2 of 200,000 jobs.");
  });

  test("errors are counted, each once", async () => {
    expect(await shown("errors")).toMatch(
      /^99,900 {2}RuntimeError[^]*\n {3,}100 {2}RuntimeError[^]*\n2 errors among /,
    );
  });

  test("a job is shown by its jid", async () => {
    expect(await shown("show", jidOf(99_999))).toContain(`tsq retry ${jidOf(99_999)}`);
  });

  test.each([
    ["retry", "retry", "100 jobs were put on queues.\n"],
    ["kill", "queue:low", "100 jobs were moved to the dead set.\n"],
    ["delete", "dead", "100 jobs were deleted.\n"],
  ])("%s repairs those in %s that match", async (verb, list, said) => {
    expect(await shown(verb, "--where", "class:RareJob", "--in", list, "--yes")).toBe(said);
  });

  test("the doctor looks at a part of them", async () => {
    await redis.slowlog("RESET");
    const env = { REDIS_URL: server.url, NODE_OPTIONS: "--max-old-space-size=96" };

    const { stdout } = await tsq(["doctor", "--json"], { env });

    const { jobs } = JSON.parse(stdout) as { jobs: { looked: number; total: number } };
    expect(jobs.total).toBeGreaterThan(199_000);
    expect(jobs.looked).toBeLessThan(1_000);
    expect(await widest()).toBeLessThanOrEqual(1_000);
  });
});
