/** The commands that change something, and those that count, of nothing and of one. */
import { describe, expect, test } from "vitest";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";
import { heartbeat } from "../support/terminal-redis.ts";

const shell = setShell();
const { yes, run, shown } = shell;

const WHERE = ["--where", "class:HardJob"] as const;

describe("of nothing", () => {
  test.for([
    [["retry", ...WHERE]],
    [["kill", ...WHERE]],
    [["delete", ...WHERE]],
    [["delete", "--all", "--in", "dead"]],
    [["move", ...WHERE, "--to", "bulk"]],
    [["cancel", ...WHERE]],
  ] as const)("tsq %j says so, asks nothing, and ends well", async ([args]) => {
    expect(await run(...args)).toEqual({
      code: 0,
      stdout: "Nothing matches, and nothing was done.\n",
      stderr: "",
    });
    const { code, stdout } = await run(...args, "--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { action: args[0], done: 0 }]);
    expect(await run(...args, "--dry-run")).toEqual({ code: 0, stdout: "Nothing matches.\n", stderr: "" });
    expect(await shell.redis.exists("tsq:audit")).toBe(0);
  });

  test("a queue without jobs can be paused, resumed and cleared", async () => {
    await shell.redis.sadd("queues", "low");

    expect(await shown("pause", "low")).toBe("low is paused: `tsq resume low` ends it.\n");
    expect(await shown("resume", "low")).toBe("low is resumed.\n");
    expect(await shown("clear", "low", "--yes")).toBe("0 jobs of low were deleted.\n");
    expect(await shown("queues")).toBe("none: nothing was ever pushed here\n");
  });

  test.for([["quiet"], ["stop"]])(
    "tsq %s --all without processes says so, and ends well",
    async ([verb = ""]) => {
      const { code, stdout, stderr } = await yes(verb, "--all");

      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/^[^\n]+\n$/);
    },
  );
});

test("a queue that is named beside all queues is counted once", async () => {
  await shell.push("low", ...Array.from({ length: 60 }, (_, i) => payloadOf({ jid: jidOf(i) })));
  const twice = ["--in", "queues", "--in", "queue:low"] as const;

  const { jobs, total } = await shell.json<{ jobs: unknown[]; total: number }>(
    "jobs",
    "class:HardJob",
    "--limit",
    "100",
    ...twice,
  );
  expect([jobs.length, total]).toEqual([60, 60]);
  expect(await shown("delete", "--all", ...twice, "--dry-run")).toMatch(/^Delete 60 jobs\?\n/);
  expect(await shown("cancel", "--all", ...twice, "--dry-run")).toMatch(/^Cancel 60 jobs\?\n/);
  expect(await shown("delete", "--all", ...twice, "--yes")).toBe("60 jobs were deleted.\n");
});

describe("of one", () => {
  const one = async () => {
    await fail(shell.redis, [{ jid: jidOf(1) }]);
    await fail(shell.redis, [{ jid: jidOf(2) }], "dead");
    await fail(shell.redis, [{ jid: jidOf(3) }], "schedule");
    await shell.push("default", payloadOf({ jid: jidOf(4) }));
    await heartbeat(shell.redis, "web-1:42:abc", ["default"], "tsq 0.1.0");
  };

  test.for([
    [["retry", "--in", "retry"], "1 job was put on queues."],
    [["kill", "--in", "queue:default"], "1 job was moved to the dead set."],
    [["delete", "--in", "dead"], "1 job was deleted."],
    [["move", "--to", "bulk", "--in", "scheduled"], "1 job was moved to bulk."],
    [["cancel", "--in", "retry"], "1 job is wanted by nobody any more."],
  ] as const)("tsq %j does it to that one, and says one", async ([args, said]) => {
    await one();

    const { code, stdout, stderr } = await yes(...args, ...WHERE);

    expect([code, stdout, stderr]).toEqual([0, `${said}\n`, ""]);
  });

  test("a list has it, and its number", async () => {
    await one();

    for (const [args, jid] of [
      [["retries"], jidOf(1)],
      [["dead"], jidOf(2)],
      [["scheduled"], jidOf(3)],
      [["queue", "default"], jidOf(4)],
    ] as const) {
      const text = await shown(...args);
      expect(text).toContain(jid);
      expect(text).toMatch(/\n1 job\n$/);
    }
    expect(await shown("queues")).toMatch(/^default +1 +30m +1$/m);
    expect(await shown("ps")).toMatch(/^Processes \(1\)\nweb-1:42:abc\n/);
    expect(await shown("stats")).toMatch(/^default +1 /m);
    expect(await shown("clear", "default", "--yes")).toBe("1 job of default was deleted.\n");
  });
});
