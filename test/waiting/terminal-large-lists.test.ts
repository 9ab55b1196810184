/** The commands of the terminal over lists of a hundred thousand jobs, each of them, and `tsq top`. */
import { describe, expect, test } from "vitest";
import { jidOf } from "../support/failed-jobs.ts";
import { COUNT, payloads, setLargeShell } from "../support/large-shell.ts";
import { hasNativeRedis } from "../support/native-redis.ts";
import { testNativeServer } from "../support/native-required.ts";
import { topOnTerminal } from "../support/top-terminal.ts";
import { tsq } from "../support/tsq-command.ts";

testNativeServer("the terminal over lists of a hundred thousand jobs");

interface List {
  readonly jobs: readonly { readonly jid: string }[];
  readonly total: number;
  readonly complete: boolean;
}

const LISTS = [[["scheduled"]], [["dead"]], [["queue", "low"]]] as const;

describe.skipIf(!hasNativeRedis())("of a hundred thousand jobs", () => {
  const shell = setLargeShell(async (redis) => {
    await redis.sadd("queues", "low");
    for (const [from, texts] of payloads()) {
      const scored = (at: number) => texts.flatMap((text, i) => [at + from + i, text]);
      await redis.zadd("schedule", ...scored(2_000_000_000));
      // Not so old that a worker would trim them.
      await redis.zadd("dead", ...scored(Math.floor(Date.now() / 1_000) - COUNT));
      await redis.lpush("queue:low", ...texts);
    }
  });
  const { shown } = shell;

  test.for(LISTS)("tsq %j shows a page, for people and programs", async ([args]) => {
    const text = await shown(...args);
    const { jobs, total, complete } = JSON.parse(await shown(...args, "--json")) as List;

    expect(text).toMatch(/\n25 of 100,000 jobs\. --limit N shows more, --where QUERY finds some\.\n$/);
    expect([jobs.length, total, complete]).toEqual([25, COUNT, false]);
  });

  test.for(LISTS)("tsq %j --jsonl prints each of them once", async ([args]) => {
    const lines = (await shown(...args, "--jsonl")).split("\n").slice(0, -1);

    expect(lines).toHaveLength(COUNT);
    expect(new Set(lines.map((line) => /"jid":"(\w+)"/.exec(line)?.[1])).size).toBe(COUNT);
  });

  test("--json with a --limit is one document of so many", async () => {
    const { code, stdout } = await tsq(["dead", "--json", "--limit", `${COUNT}`], {
      env: { REDIS_URL: shell.server.url },
    });

    expect(code).toBe(0);
    const { jobs, complete } = JSON.parse(stdout) as List;
    expect([new Set(jobs.map(({ jid }) => jid)).size, complete]).toEqual([COUNT, true]);
  });

  test("stats and queues count them", async () => {
    expect(await shown("stats")).toContain("100,000");
    expect(await shown("queues")).toMatch(/^low +100,000 +30m +nobody$/m);
    expect(JSON.parse(await shown("stats", "--json"))).toMatchObject({ enqueued: COUNT, dead: COUNT });
  });

  describe("tsq top", () => {
    const top = async () => {
      await shell.redis.slowlog("RESET");
      const env = { REDIS_URL: shell.server.url, NODE_OPTIONS: "--max-old-space-size=64" };
      const terminal = topOnTerminal(env, { size: [120, 24] });
      await terminal.shows("[Home]");
      return terminal;
    };

    test.for([
      ["4", "Scheduled"],
      ["6", "Dead"],
      ["3\r", "low"],
    ] as const)("goes through %j from end to end, and finds one", async ([keys, title]) => {
      const { types, shows, ended } = await top();

      for (const key of keys) {
        types(key);
        await shows(key === "\r" ? "low  1-14" : /1-\d+ of|low/);
      }
      await shows(new RegExp(`${title}  1-14 of 100,000`));
      types("G");
      await shows("99,989-100,000 of 100,000");
      types("/A-43210\r");
      await shows(jidOf(43_210));
      types("\u001b");
      await shows("1-14 of 100,000");
      types("q");

      expect(await ended).toBe(0);
      expect(await shell.widest()).toBeLessThanOrEqual(1_000);
    });
  });

  test.for([
    [["cancel", "--where", "class:Nope"], "Nothing matches, and nothing was done.\n"],
    [["move", "--where", "class:Nope", "--to", "bulk"], "Nothing matches, and nothing was done.\n"],
    [
      ["cancel", "--where", "class:RareJob", "--in", "queue:low"],
      "100 jobs are wanted by nobody any more.\n",
    ],
    [["move", "--where", "class:RareJob", "--in", "dead", "--to", "bulk"], "100 jobs were moved to bulk.\n"],
    [
      ["move", "--where", "class:RareJob", "--in", "queue:low", "--to", "bulk"],
      "100 jobs were moved to bulk.\n",
    ],
    [["retry", "--where", "class:RareJob", "--in", "scheduled"], "100 jobs were put on queues.\n"],
    [["clear", "low"], "99,900 jobs of low were deleted.\n"],
  ] as const)("tsq %j does it to those that are meant", async ([args, said]) => {
    expect(await shown(...args, "--yes")).toBe(said);
  });
});
