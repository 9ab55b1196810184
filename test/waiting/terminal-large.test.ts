/**
 * The commands of the terminal over a hundred thousand jobs: in the memory of a small machine, and by questions that keep Redis
 * from others for little.
 */
import { describe, expect, test } from "vitest";
import { jidOf } from "../support/failed-jobs.ts";
import { COUNT, payloads, setLargeShell } from "../support/large-shell.ts";
import { hasNativeRedis } from "../support/native-redis.ts";
import { testNativeServer } from "../support/native-required.ts";
import { tsq } from "../support/tsq-command.ts";

testNativeServer("the terminal over a hundred thousand jobs");

describe.skipIf(!hasNativeRedis())("over a hundred thousand jobs", () => {
  const shell = setLargeShell(async (redis) => {
    await redis.sadd("queues", "low");
    for (const [from, texts] of payloads()) {
      await redis.zadd("retry", ...texts.flatMap((text, i) => [2_000_000_000 + from + i, text]));
      await redis.lpush("queue:low", ...texts);
    }
  });
  const { shown, widest } = shell;

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
    await shell.redis.slowlog("RESET");
    const env = { REDIS_URL: shell.server.url, NODE_OPTIONS: "--max-old-space-size=96" };

    const { stdout } = await tsq(["doctor", "--json"], { env });

    const { jobs } = JSON.parse(stdout) as { jobs: { looked: number; total: number } };
    expect(jobs.total).toBeGreaterThan(199_000);
    expect(jobs.looked).toBeLessThan(1_000);
    expect(await widest()).toBeLessThanOrEqual(1_000);
  });
});
