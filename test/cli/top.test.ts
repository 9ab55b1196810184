/** `tsq top` on a real terminal: what it shows, and what its keys change in Redis. */
import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";
import { topOnTerminal } from "../support/top-terminal.ts";
import { tsq } from "../support/tsq-command.ts";

const shell = setShell();
const env = () => ({ REDIS_URL: shell.server.url });

const jobs = (count: number) => Array.from({ length: count }, (_, i) => ({ jid: jidOf(i) }));

/** The latest entry of the audit trail, as texts by name. */
const trail = async (): Promise<Readonly<Record<string, string>>> => {
  const [[, fields] = ["", [] as string[]]] = await shell.redis.xrevrange("tsq:audit", "+", "-", "COUNT", 1);
  return Object.fromEntries(fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1] ?? ""]] : [])));
};

const heartbeat = async (identity: string, queues: readonly string[], version: string): Promise<void> => {
  const [hostname, pid] = identity.split(":");
  const info = {
    hostname,
    pid: Number(pid),
    started_at: 1,
    tag: "",
    concurrency: 5,
    queues,
    labels: [],
    identity,
    version,
  };
  await shell.redis
    .multi()
    .sadd("processes", identity)
    .hset(identity, {
      info: JSON.stringify(info),
      concurrency: 5,
      busy: 0,
      beat: Date.now() / 1_000,
      quiet: "false",
      rss: 1_000,
      rtt_us: 1,
    })
    .exec();
};

describe("tabs", () => {
  test("show what is there, and keep up with it", async () => {
    await fail(shell.redis, jobs(3));
    await fail(shell.redis, [{ jid: jidOf(9), class: "DeadJob" }], "dead");
    await shell.push("low", payloadOf({ jid: jidOf(7), class: "QueuedJob", queue: "low" }));
    await heartbeat("web-1:42:abc", ["default"], "tsq 0.1.0");
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    await top.shows(/1 jobs? waits? in `low`/);

    top.types("2");
    await top.shows("web-1:42");
    top.types("3");
    await top.shows(/low +1 +\S+ +nobody/);
    top.types("\r");
    await top.shows("QueuedJob");
    top.types("5");
    await top.shows(/Retries {2}1-3 of 3/);
    await fail(shell.redis, [{ jid: jidOf(8), class: "LaterJob" }]);
    await top.shows("LaterJob");
    top.types("\u001b[C");
    await top.shows("DeadJob");
    top.types("7");
    await top.shows("none: no job has ended in the last hour");
    top.types("q");

    expect(await top.ended).toBe(0);
  });

  test("read what is visible alone, of a long set", async () => {
    await fail(shell.redis, jobs(5_000));
    await shell.redis.config("RESETSTAT");
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    top.types("5");
    await top.shows("1-14 of 5,000");
    const sent = async () =>
      Number(/total_net_output_bytes:(\d+)/.exec(await shell.redis.info("stats"))?.[1]);
    const before = await sent();
    const frames = top.output().length;

    top.types("l");
    await top.shows("15-28 of 5,000");
    top.types("G");
    await top.shows("4,999-5,000 of 5,000");
    top.types("g");
    await top.shows("1-14 of 5,000");

    // A payload has 300 bytes: all of them once would be more than a million.
    expect(await sent()).toBeLessThan(before + 300_000);
    expect(top.output().length).toBeGreaterThan(frames);
  });

  test("are drawn line by line where something has changed", async () => {
    await fail(shell.redis, jobs(3));
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    top.types("5");
    await top.shows("1-3 of 3");
    const before = top.output().length;

    top.types("j");
    await eventually(() => expect(top.screen()[8]).toMatch(/^>/));

    expect(top.output().split("\u001b[2J")).toHaveLength(2);
    expect(top.output().slice(before)).not.toContain("Processed");
  });
});

describe("a job", () => {
  test("opens with what it has been through, and is retried from there", async () => {
    await fail(shell.redis, [{ jid: jidOf(5), args: ["ada"], message: "card declined" }]);
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    top.types("5");
    await top.shows("HardJob");

    top.types("\r");
    await top.shows(/JID +0{23}5/);
    await top.shows(/Arguments {2}\["ada"\][^]*Message +card declined[^]*failed \(attempt 1\)/);
    top.types("R");
    await top.shows("Retry 1 job?");
    top.types("y");

    await top.shows("1 job was put on queues.");
    await top.shows("none in the retry set");
    expect(await shell.redis.llen("queue:default")).toBe(1);
    expect(await trail()).toMatchObject({
      action: "set.retry",
      outcome: "done",
      count: "1",
      role: "terminal",
      note: `jid:${jidOf(5)}`,
    });
  });

  test("that is hostile moves nothing on the screen but what tsq draws", async () => {
    const text = JSON.stringify({
      class: "\u001b[2JEvil\u202e",
      args: ["\u001b[H\u001b[31m", "\r\n\u0007"],
      jid: "\u001b[5mblink",
      queue: "q\u001b[7m",
      error_class: "\u009b31mErr",
      error_message: "line\nline2\u0007",
      error_backtrace: ["\u001b]0;pwned\u0007"],
      retry_count: 1,
    });
    await shell.redis.zadd("retry", 4_102_444_800, text, 4_102_444_801, "{nonsense \u001b]0;pwned\u0007");
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    top.types("5");
    await top.shows("\\x1b[2JEvil\\u202e");
    top.types("\r");
    await top.shows(/JID +\\x1b\[5mblink/);
    top.types("q");
    await top.ended;

    const ours = /\u001b\[(?:\?(?:1049|25|7|2004)[hl]|2J|K|0m|\d+;1H)/g;
    expect(top.output().replaceAll(ours, "").replaceAll(/\r\n/g, "")).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

describe("what keys change", () => {
  const onRetries = async () => {
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    top.types("5");
    await top.shows("HardJob");
    return top;
  };

  test("is done to what is ticked, and to nothing else", async () => {
    await fail(shell.redis, jobs(4));
    const top = await onRetries();

    top.types("xjxK");
    await top.shows("Kill 2 jobs?");
    await top.shows("They go to the dead set");
    top.types("y");

    await top.shows("2 jobs were moved to the dead set.");
    const dead = (await shell.redis.zrange("dead", 0, -1)).map(
      (text) => (JSON.parse(text) as { jid: string }).jid,
    );
    expect(dead.toSorted()).toEqual([jidOf(0), jidOf(2)]);
    expect(await shell.redis.zcard("retry")).toBe(2);
    expect(await trail()).toMatchObject({ action: "set.kill", subject: "retry", count: "2" });
  });

  test("is not done without a y, and leaves no trace then", async () => {
    await fail(shell.redis, jobs(1));
    const top = await onRetries();

    top.types("D");
    await top.shows("Delete 1 job?");
    top.types("\r");

    await top.shows("Nothing was done.");
    expect(await shell.redis.zcard("retry")).toBe(1);
    expect(await shell.redis.exists("tsq:audit")).toBe(0);
  });

  test("by a filter is all that it means, and a hundred are deleted by their number alone", async () => {
    await fail(shell.redis, [...jobs(120), { jid: jidOf(500), class: "SoftJob" }]);
    const top = await onRetries();
    top.types("/class:HardJob\r");
    await top.shows("filter  class:HardJob");
    await top.shows("14 found among");

    top.types("AAD");
    await top.shows("Type 120 and Enter to go on:");
    top.types("y\r");
    await top.shows("Nothing was done.");
    expect(await shell.redis.zcard("retry")).toBe(121);
    top.types("D");
    await top.shows("Type 120 and Enter to go on:");
    top.types("120\r");

    await top.shows("120 jobs were deleted.");
    expect(await shell.redis.zcard("retry")).toBe(1);
    expect(await trail()).toMatchObject({ action: "set.delete", count: "120", note: "class:HardJob" });
  });

  test("of a set that is scheduled: E puts jobs on their queues", async () => {
    await fail(shell.redis, jobs(1), "schedule");
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    top.types("4");
    await top.shows("HardJob");

    top.types("E");
    await top.shows("Enqueue 1 job?");
    top.types("y");

    await top.shows("1 job was put on queues.");
    expect(await shell.redis.llen("queue:default")).toBe(1);
    expect(await trail()).toMatchObject({ action: "set.retry", subject: "schedule", count: "1" });
  });

  test("C cancels, as the command does", async () => {
    await fail(shell.redis, jobs(1));
    const top = await onRetries();

    top.types("C");
    await top.shows("Cancel 1 job?");
    await top.shows("tsq starts them no more");
    top.types("y");

    await top.shows("1 job is wanted by nobody any more.");
    expect(await shell.redis.hget(`it-${jidOf(0)}`, "cancelled")).toMatch(/^\d+$/);
    expect(await trail()).toMatchObject({ action: "job.cancel", subject: jidOf(0), count: "1" });
  });

  test("of a queue: p pauses and resumes, D clears, K kills one of its jobs", async () => {
    await shell.push("low", ...[1, 2, 3].map((n) => payloadOf({ jid: jidOf(n), queue: "low" })));
    await heartbeat("ruby:1:abc", ["low"], "8.1.7");
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    top.types("3");
    await top.shows(/low +3/);

    top.types("p");
    await top.shows("low is paused: p ends it. Ruby takes jobs from it as well, by 1 process");
    expect(await shell.redis.smembers("paused")).toEqual(["low"]);
    await top.shows(/low +3.* paused/);
    top.types("p");
    await top.shows("low is resumed.");
    expect(await shell.redis.smembers("paused")).toEqual([]);
    expect(await trail()).toMatchObject({ action: "queue.pause", subject: "low", note: "resumed" });

    top.types("\r");
    await top.shows("Queue low  1-3 of 3");
    top.types("K");
    await top.shows("Kill 1 job?");
    top.types("y");
    await top.shows("1 job was moved to the dead set.");
    expect(await trail()).toMatchObject({ action: "queue.kill", subject: "low", count: "1" });
    expect(await shell.redis.zcard("dead")).toBe(1);

    top.types("\u001b");
    await top.shows("[Queues]");
    await top.shows(/low +2/);
    top.types("D");
    await top.shows("Delete 2 jobs of the queue low, and the queue?");
    top.types("y");
    await top.shows("2 jobs of low were deleted.");
    expect(await shell.redis.exists("queue:low")).toBe(0);
    expect(await trail()).toMatchObject({ action: "queue.clear", subject: "low", count: "2" });
  });

  test.for([
    ["Q", "TSTP", "quiet", "Let web-1:42:abc take no more jobs?"],
    ["T", "TERM", "stop", "Stop web-1:42:abc?"],
  ])("%s tells a process %s", async ([key = "", signal, verb, question = ""]) => {
    await heartbeat("web-1:42:abc", ["default"], "tsq 0.1.0");
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    top.types("2");
    await top.shows("web-1:42");

    top.types(key);
    await top.shows(question);
    top.types("y");

    await top.shows("Told web-1:42:abc: it is heard at the next heartbeat");
    expect(await shell.redis.lrange("web-1:42:abc-signals", 0, -1)).toEqual([signal]);
    expect(await trail()).toMatchObject({ action: `process.${verb}`, subject: "web-1:42:abc" });
  });
});

describe("without a terminal", () => {
  test("it says what to use instead, in one line", async () => {
    const { code, stdout, stderr } = await tsq(["top"], { env: env() });

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      "tsq: Expected a terminal that can be drawn on, got none. Use `tsq stats --watch`, or `tsq stats --json` for programs.\n",
    );
  });

  test.for(["0", "fast", "-1"])("an --interval of %s is refused", async (seconds) => {
    const { code, stderr } = await tsq(["top", `--interval=${seconds}`], { env: env() });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^tsq: Expected --interval to be seconds from 0\.1 to 86400, got `[^\n]+\n$/);
  });
});
