/** What the keys of `tsq top` change in Redis: the same as the commands, with the same trace in the audit trail. */
import { describe, expect, test } from "vitest";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";
import { heartbeat, trailOf } from "../support/terminal-redis.ts";
import { topOnTerminal } from "../support/top-terminal.ts";

const shell = setShell();
const env = () => ({ REDIS_URL: shell.server.url });

const jobs = (count: number) => Array.from({ length: count }, (_, i) => ({ jid: jidOf(i) }));

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
    const dead = (await shell.redis.zrange("dead", 0, "-1")).map(
      (text) => (JSON.parse(text) as { jid: string }).jid,
    );
    expect(dead.toSorted()).toEqual([jidOf(0), jidOf(2)]);
    expect(await shell.redis.zcard("retry")).toBe(2);
    expect(await trailOf(shell.redis)).toMatchObject({ action: "set.kill", subject: "retry", count: "2" });
  });

  test("is done to what is ticked on several pages, more than a query can name, and to nothing else", async () => {
    await fail(shell.redis, jobs(70));
    const top = await onRetries();

    for (const [from, ticked] of [
      [1, 14],
      [15, 28],
      [29, 42],
      [43, 56],
    ] as const) {
      await top.shows(`Retries  ${from}-${ticked} of 70`);
      top.types("A");
      await top.shows(`${ticked} ticked`);
      top.types("l");
    }
    await top.shows("57-70 of 70, 56 ticked");
    top.types("K");
    await top.shows("Kill 56 jobs?");
    top.types("y");

    await top.shows("56 jobs were moved to the dead set.");
    expect(await shell.redis.zcard("retry")).toBe(14);
    expect(await shell.redis.zcard("dead")).toBe(56);
  });

  test("is done to what is no job as well, without a jid to name it by", async () => {
    await fail(shell.redis, jobs(2));
    await shell.redis.zadd("retry", 1, "{nonsense");
    const top = await onRetries();
    await top.shows(/^> .*\(no job\)/m);

    top.types("D");
    await top.shows("Delete 1 job?");
    top.types("y");

    await top.shows("1 job was deleted.");
    expect(await shell.redis.zcard("retry")).toBe(2);
    expect(await shell.redis.zscore("retry", "{nonsense")).toBeNull();
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
    await top.shows("14 found, 14 of 121 looked at; l looks on");

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
    expect(await trailOf(shell.redis)).toMatchObject({
      action: "set.delete",
      count: "120",
      note: "class:HardJob",
    });
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
    expect(await trailOf(shell.redis)).toMatchObject({
      action: "set.add_to_queue",
      subject: "schedule",
      count: "1",
    });
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
    expect(await trailOf(shell.redis)).toMatchObject({ action: "job.cancel", subject: jidOf(0), count: "1" });
  });

  test("of a queue: p pauses and resumes, D clears, K kills one of its jobs", async () => {
    await shell.push("low", ...[1, 2, 3].map((n) => payloadOf({ jid: jidOf(n), queue: "low" })));
    await heartbeat(shell.redis, "ruby:1:abc", ["low"], "8.1.7");
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
    expect(await trailOf(shell.redis)).toMatchObject({
      action: "queue.pause",
      subject: "low",
      note: "resumed",
    });

    top.types("\r");
    await top.shows("Queue low  1-3 of 3");
    top.types("K");
    await top.shows("Kill 1 job?");
    top.types("y");
    await top.shows("1 job was moved to the dead set.");
    expect(await trailOf(shell.redis)).toMatchObject({ action: "queue.kill", subject: "low", count: "1" });
    expect(await shell.redis.zcard("dead")).toBe(1);

    top.types("\u001b");
    await top.shows("[Queues]");
    await top.shows(/low +2/);
    top.types("D");
    await top.shows("Delete 2 jobs of the queue low, and the queue?");
    top.types("y");
    await top.shows("2 jobs of low were deleted.");
    expect(await shell.redis.exists("queue:low")).toBe(0);
    expect(await trailOf(shell.redis)).toMatchObject({ action: "queue.clear", subject: "low", count: "2" });
  });

  test.for([
    ["Q", "TSTP", "quiet", "Let web-1:42:abc take no more jobs?"],
    ["T", "TERM", "stop", "Stop web-1:42:abc?"],
  ])("%s tells a process %s", async ([key = "", signal, verb, question = ""]) => {
    await heartbeat(shell.redis, "web-1:42:abc", ["default"], "tsq 0.1.0");
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    top.types("2");
    await top.shows("web-1:42");

    top.types(key);
    await top.shows(question);
    top.types("y");

    await top.shows("Told web-1:42:abc: it is heard at the next heartbeat");
    expect(await shell.redis.lrange("web-1:42:abc-signals", 0, -1)).toEqual([signal]);
    expect(await trailOf(shell.redis)).toMatchObject({ action: `process.${verb}`, subject: "web-1:42:abc" });
  });
});
