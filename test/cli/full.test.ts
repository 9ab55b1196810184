/** A Redis that is full: whoever has to make room in it can look, and delete. */
import { afterEach, describe, expect, test } from "vitest";
import { saveCron } from "../support/cron.ts";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { hasNativeRedis } from "../support/native-redis.ts";
import { setShell } from "../support/shell.ts";
import { heartbeat } from "../support/terminal-redis.ts";
import { onTerminal } from "../support/tsq-terminal.ts";

// The embedded server takes transactions also when it is full.
if (!hasNativeRedis())
  console.warn("Skipped: commands in a Redis that is full, because there is no redis-server on PATH.");

describe.runIf(hasNativeRedis())("in a Redis that is full", () => {
  const shell = setShell({ backend: "native" });
  const redis = () => shell.redis;

  afterEach(() => redis().config("SET", "maxmemory", "0"));

  const fill = async (): Promise<void> => {
    await fail(redis(), [{ jid: jidOf(1) }, { jid: jidOf(2), class: "OtherJob" }]);
    await fail(redis(), [{ jid: jidOf(3) }], "dead");
    await shell.push("low", payloadOf({ jid: jidOf(4) }), payloadOf({ jid: jidOf(5), class: "OtherJob" }));
    await redis().config("SET", "maxmemory", "1");
  };

  test.each([
    ["retries", 1],
    ["dead", 3],
    ["queue low", 4],
    ["jobs class:HardJob", 4],
  ])("tsq %s shows what is there", async (command, n) => {
    await fill();

    expect(await shell.shown(...command.split(" "))).toContain(jidOf(n));
  });

  test("tsq health warns that pushes are refused, and ends with 0, as workers run what is there", async () => {
    await fill();
    await redis().config("SET", "maxmemory", "0");
    await heartbeat(redis(), "p:1:x", ["low"], "tsq 0.1.0");
    const room = await shell.run("health");
    await redis().config("SET", "maxmemory", "1");

    const { code, stdout, stderr } = await shell.run("health");

    expect([room.code, room.stderr]).toEqual([0, ""]);
    expect([code, stderr]).toEqual([
      0,
      "tsq: Redis is full: it refuses pushes until jobs are done or deleted.\n",
    ]);
    expect(stdout).toMatch(/^Healthy: /);
  });

  test("jobs of sets and queues are deleted, and a line says that the audit trail has no room", async () => {
    await fill();

    const { code, stdout, stderr } = await shell.yes("delete", "--where", "class:HardJob");

    expect([code, stdout]).toEqual([0, "3 jobs were deleted.\n"]);
    expect(stderr).toMatch(/^(?:tsq: It is not in the audit trail: OOM [^\n]+\n)+$/);
    expect([await redis().zcard("retry"), await redis().zcard("dead")]).toEqual([1, 0]);
    expect(await redis().llen("queue:low")).toBe(1);
  });

  test.each([["kill"], ["move", "--to", "high"]])(
    "%s does what it is for to a failed job, as it takes as much room as it gives",
    async (...verb) => {
      await fill();

      expect((await shell.yes(...verb, jidOf(1))).stdout).toMatch(/^1 job was moved to /);
    },
  );

  test("a failed job is retried, which takes as much room as it gives", async () => {
    await fill();

    expect((await shell.yes("retry", jidOf(1))).stdout).toBe("1 job was put on queues.\n");
    expect(await redis().llen("queue:default")).toBe(1);
  });

  test("what was done is told before the trail that had no room for it", async () => {
    await fill();

    const terminal = onTerminal(["retry", jidOf(1), "--yes"], { REDIS_URL: shell.server.url });

    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).toMatch(
      /1 job was put on queues\.\s+tsq: It is not in the\s+audit trail: OOM /,
    );
  });

  test.each([
    ["kill", "dead"],
    ["move", "queue:high", "--to", "high"],
  ])("%s does what it is for to all jobs of a queue, into %s", async (verb, into, ...flags) => {
    await fill();

    const { code, stdout } = await shell.yes(verb, "--all", "--in", "queue:low", ...flags);

    expect([code, stdout]).toEqual([0, expect.stringMatching(/^2 jobs were moved to /)]);
    const there = into === "dead" ? await redis().zcard("dead") : await redis().llen(into);
    expect([there, await redis().exists("queue:low")]).toEqual([into === "dead" ? 3 : 2, 0]);
  });

  test("a cancel is refused in one line without a word of the audit trail, and the jobs stay", async () => {
    await fill();

    const { code, stderr } = await shell.yes("cancel", "--all", "--in", "retry");

    expect([code, stderr]).toEqual([1, expect.stringMatching(/^tsq: Redis at \S+ is full \(OOM [^\n]+\n$/)]);
    expect(await redis().zcard("retry")).toBe(2);
  });

  test.each([["push HardJob"], ["deploy v1"]])("tsq %s says that nothing was done", async (command) => {
    await fill();

    const { code, stdout, stderr } = await shell.run(...command.split(" "));

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^tsq: Redis at \S+ is full \(OOM [^\n]+ Nothing was done\.\n$/);
  });

  test("a queue is not paused: the line that says why says that nothing was done", async () => {
    await fill();

    const { code, stdout, stderr } = await shell.run("pause", "low");

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^tsq: Redis at \S+ is full \(OOM [^\n]+ Nothing was done\.\n$/);
    expect(await redis().exists("paused")).toBe(0);
  });

  test.each([
    ["quiet", "TSTP"],
    ["stop", "TERM"],
  ])("a process is told to %s, so that who fills Redis can be ended", async (verb, signal) => {
    await heartbeat(redis(), "web-1:42:abc", ["low"], "tsq 0.1.0");
    await fill();

    const { code, stdout, stderr } = await shell.yes(verb, "web-1:42:abc");

    expect([code, stdout]).toEqual([0, expect.stringContaining("Told web-1:42:abc")]);
    expect(stderr).toMatch(/^tsq: It is not in the audit trail: OOM [^\n]+\n$/);
    expect(await redis().lrange("web-1:42:abc-signals", 0, -1)).toEqual([signal]);
    expect(await redis().ttl("web-1:42:abc-signals")).toBeGreaterThan(0);
  });

  test("a queue is cleared", async () => {
    await fill();

    const { code, stdout } = await shell.yes("clear", "low");

    expect([code, stdout]).toEqual([0, expect.stringMatching(/^2 jobs /)]);
    expect(await redis().exists("queue:low")).toBe(0);
    expect(await redis().smembers("queues")).toEqual([]);
  });

  describe("a cron entry", () => {
    const KEY = "cron_job:default:nightly";
    const fillWithEntry = async (status: "enabled" | "disabled" = "enabled"): Promise<void> => {
      const entry = { cron: "0 2 * * * UTC", class: "NightlyJob", status };
      await saveCron(redis(), "nightly", entry, { at: "2030-01-01T08:59:00Z" });
      await fill();
    };

    test.each([
      ["disable", "nightly is disabled\n"],
      ["enable", "nightly is enabled; next "],
    ])("is one that %s works on, so that what fills Redis can be stopped", async (verb, said) => {
      await fillWithEntry(verb === "enable" ? "disabled" : "enabled");

      const { code, stdout, stderr } = await shell.run("cron", verb, "nightly");

      expect([code, stdout]).toEqual([0, expect.stringContaining(said)]);
      expect(stderr).toMatch(/^tsq: It is not in the audit trail: OOM [^\n]+\n$/);
      expect(await redis().hget(KEY, "status")).toBe(`${verb}d`);
    });

    test("is deleted with all that is kept of it", async () => {
      await fillWithEntry();

      const { code, stdout } = await shell.yes("cron", "delete", "nightly");

      expect([code, stdout]).toEqual([0, "Deleted nightly\n"]);
      expect(await redis().keys("cron_job*")).toEqual([]);
    });

    test("is not run, and one line says why", async () => {
      await fillWithEntry();

      const { code, stdout, stderr } = await shell.run("cron", "run", "nightly");

      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/^tsq: Redis at \S+ is full \(OOM [^\n]+\n$/);
    });
  });
});
