/** `tsq top` on a real terminal: what it shows. */
import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";
import { heartbeat, trailOf } from "../support/terminal-redis.ts";
import { OURS, topOnTerminal } from "../support/top-terminal.ts";
import { tsq } from "../support/tsq-command.ts";
import { onTerminal } from "../support/tsq-terminal.ts";

const shell = setShell();
const env = () => ({ REDIS_URL: shell.server.url });

const jobs = (count: number) => Array.from({ length: count }, (_, i) => ({ jid: jidOf(i) }));

describe("tabs", () => {
  test("show what is there, and keep up with it", async () => {
    await fail(shell.redis, jobs(3));
    await fail(shell.redis, [{ jid: jidOf(9), class: "DeadJob" }], "dead");
    await shell.push("low", payloadOf({ jid: jidOf(7), class: "QueuedJob", queue: "low" }));
    await heartbeat(shell.redis, "web-1:42:abc", ["default"], "tsq 0.1.0");
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

describe("a filter", () => {
  test("goes on by itself where a piece has none, and says how far it is", async () => {
    await fail(shell.redis, [...jobs(21_000), { jid: jidOf(77_777), class: "LastJob" }]);
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    top.types("5");
    await top.shows("1-14 of 21,001");

    top.types("/class:LastJob\r");

    await top.shows(/^>.*LastJob/m);
    await top.shows("1 found");
    top.types("\u001b");
    await top.shows("1-14 of 21,001");
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
    expect(await trailOf(shell.redis)).toMatchObject({
      action: "set.retry",
      outcome: "done",
      count: "1",
      role: "terminal",
      note: `jid:${jidOf(5)}`,
    });
  });

  test("that has gone on while one looks at it says so", async () => {
    await fail(shell.redis, jobs(1));
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    top.types("5");
    await top.shows("HardJob");
    top.types("\r");
    await top.shows("in the retry set");

    await shell.redis.del("retry");

    await top.shows("in the retry set until a moment ago: it has gone on, or was moved");
    top.types("R");
    await top.shows("Nothing was done: somebody else has moved them, or they have gone on.");
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
    await shell.redis.zadd("retry", 4_102_444_800, text);
    await shell.redis.zadd("retry", 4_102_444_801, "{nonsense \u001b]0;pwned\u0007");
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    top.types("5");
    await top.shows("\\x1b[2JEvil\\u202e");
    top.types("\r");
    await top.shows(/JID +\\x1b\[5mblink/);
    top.types("q");
    await top.ended;

    expect(top.output().replaceAll(OURS, "").replaceAll(/\r\n/g, "")).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

describe("the jobs of a queue", () => {
  test("are there in the order in which they run, and those of a filter from the last that has come", async () => {
    await shell.push(
      "low",
      ...["FirstJob", "SecondJob", "ThirdJob"].map((name, i) =>
        payloadOf({ jid: jidOf(i), class: name, queue: "low" }),
      ),
    );
    const top = topOnTerminal(env());
    await top.shows("[Home]");
    top.types("3");
    await top.shows(/low +3/);

    top.types("\r");
    await top.shows(/FirstJob[^]*SecondJob[^]*ThirdJob/);
    top.types("/");
    await top.shows("Enter looks");
    top.types("queue:low");
    top.types("\r");

    await top.shows(/ThirdJob[^]*SecondJob[^]*FirstJob/);
  });
});

test("Ctrl-L reads anew before its time, and draws anew what something else has drawn over", async () => {
  await fail(shell.redis, [{ jid: jidOf(1) }]);
  const top = topOnTerminal(env(), { args: ["--interval", "3600"] });
  await top.shows("[Home]");
  top.types("5");
  await top.shows("HardJob");
  await fail(shell.redis, [{ jid: jidOf(2), class: "LaterJob" }]);
  const drawn = top.output().length;

  top.types("\f");

  await top.shows("LaterJob");
  // Also the lines in which nothing has changed.
  expect(top.output().slice(drawn)).toContain("[Retries]");
});

describe("without a terminal", () => {
  test("it says what to use instead, in one line", async () => {
    const { code, stdout, stderr } = await tsq(["top"], { env: env() });

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      "tsq: Expected a terminal that can be drawn on, got none. Use `tsq stats --watch`, or `tsq stats --json` for programs.\n",
    );
  });

  test("and on one that can only be written to line by line, it says the same and draws nothing", async () => {
    const terminal = onTerminal(["top"], { ...env(), TERM: "dumb" });

    expect(await terminal.ended).toBe(1);
    expect(terminal.output().trim()).toMatch(
      /^tsq: Expected a terminal that can be drawn on, got none\. [ -~]+$/,
    );
  });

  test.for(["0", "fast", "-1"])("an --interval of %s is refused", async (seconds) => {
    const { code, stderr } = await tsq(["top", `--interval=${seconds}`], { env: env() });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^tsq: Expected --interval to be seconds from 0\.1 to 86400, got `[^\n]+\n$/);
  });
});
