/** The commands that repair, on a terminal: the question, the answer, the bar, and Ctrl-C. */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { fail, jidOf } from "../support/failed-jobs.ts";
import { TcpProxy } from "../support/proxy.ts";
import { setShell } from "../support/shell.ts";
import { startTsqCommand } from "../support/tsq-command.ts";
import { CTRL_C, onTerminal } from "../support/tsq-terminal.ts";

const shell = setShell();
const { env } = shell;

const jobs = (count: number) => Array.from({ length: count }, (_, i) => ({ jid: jidOf(i) }));

/** What is left of a line that a bar was drawn on. */
const shownOf = (line: string): string => stripVTControlCharacters(line.slice(line.lastIndexOf("\r") + 1));

/** As a shell says it. */
const BY_SIGINT = 130;

test("a command that only looks is ended by Ctrl-C while it reads", async () => {
  const proxy = await TcpProxy.listen(shell.server.port);
  onTestFinished(() => proxy.stop());
  proxy.sleep();
  const terminal = onTerminal(["retries"], { ...env(), REDIS_URL: proxy.url });
  await eventually(() => expect(proxy.accepted).toBeGreaterThan(0));

  terminal.types(CTRL_C);

  expect(await terminal.ended).toBe(BY_SIGINT);
});

test("Ctrl-C while a jid that is not there is looked for elsewhere leaves it at what was done", async () => {
  await fail(shell.redis, jobs(1));
  const proxy = await TcpProxy.listen(shell.server.port);
  onTestFinished(() => proxy.stop());
  // Once the deletion is in the audit trail, what runs is looked at first: from there on no answer comes.
  let isDone = false;
  proxy.replace((chunk, from) => {
    if (from === "client") {
      if (isDone && chunk.includes("processes")) proxy.sleep();
      isDone ||= chunk.includes("xadd");
    }
    return chunk;
  });
  const terminal = onTerminal(["delete", jidOf(0), jidOf(9), "--yes"], { ...env(), REDIS_URL: proxy.url });
  await terminal.sees("Looking for the others");

  terminal.types(CTRL_C);
  proxy.replace(undefined);
  proxy.wake();

  expect(await terminal.ended).toBe(1);
  expect(terminal.output()).toContain("1 job was deleted.");
  expect(terminal.output()).toContain("was looked for elsewhere only until you ended it");
});

test("tsq jobs shows how far it has looked, until it prints what it has found", async () => {
  await fail(shell.redis, jobs(1));
  const terminal = onTerminal(["jobs", "class:HardJob"], env());

  expect(await terminal.ended).toBe(0);

  expect(terminal.output()).toMatch(/Looking \d[^]*1 of 1 job\./);
});

describe("a question", () => {
  test("comes behind what it is about, and y does it", async () => {
    await fail(shell.redis, jobs(1));
    const terminal = onTerminal(["retry", jidOf(0)], env());
    await terminal.sees("Retry 1 job? [y/N] ");

    terminal.types("y\n");

    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).toMatch(
      /1 in the retry set[^]*with one failure taken back\.\s[^]*\sRetry 1 job\?/,
    );
    expect(terminal.output()).toContain("1 job was put on queues.");
    expect(await shell.redis.llen("queue:default")).toBe(1);
  });

  test.each(["y\n", "y"])("is not answered by %j that was typed before it was there", async (early) => {
    await fail(shell.redis, jobs(1));
    const terminal = onTerminal(["retry", jidOf(0)], env());
    terminal.types(early);
    await terminal.sees("Retry 1 job? [y/N] ");

    terminal.types("\n");

    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).toContain("Nothing was done.");
    expect(await shell.redis.zcard("retry")).toBe(1);
  });

  test("and what it is about are broken between words", async () => {
    const classes = ["Billing::SendInvoiceReminderJob", "Search::ReindexEverythingJob", "MailerJob"];
    await fail(
      shell.redis,
      classes.map((name, i) => ({ jid: jidOf(i), class: name })),
    );
    const terminal = onTerminal(["kill", "--all", "--in", "retry"], env(), "stty cols 60; ");
    await terminal.sees("Kill 3 jobs? [y/N] ");

    const lines = terminal.output().split(/\r?\n/);
    for (const line of lines) expect(shownOf(line).length).toBeLessThanOrEqual(60);
    for (const name of classes) expect(lines.join("\n")).toContain(`${name} 1`);
    terminal.types("\n");
    await terminal.ended;
  });

  test("is about the jobs of a queue that were there, whatever the clocks of those who push say", async () => {
    const pushed = (jid: string, hours: number): string =>
      JSON.stringify({
        class: "HardJob",
        args: [],
        jid,
        queue: "low",
        enqueued_at: Date.now() + hours * 3_600_000,
      });
    await shell.push("low", pushed(jidOf(1), 0), pushed(jidOf(2), 1));
    const terminal = onTerminal(["delete", "--all", "--in", "queue:low"], env());
    await terminal.sees("Delete 2 jobs? [y/N] ");
    await shell.push("low", pushed(jidOf(3), -1), pushed(jidOf(4), 1));

    terminal.types("y\n");

    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).toContain("2 jobs were deleted.");
    const left = await shell.redis.lrange("queue:low", 0, -1);
    expect(left.map((text) => (JSON.parse(text) as { jid: string }).jid)).toEqual([jidOf(4), jidOf(3)]);
  });

  test("that is answered by anything else does nothing", async () => {
    await fail(shell.redis, jobs(1));
    const terminal = onTerminal(["delete", jidOf(0)], env());
    await terminal.sees("Delete 1 job? [y/N] ");

    terminal.types("\n");

    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).toContain("Nothing was done.");
    expect(await shell.redis.zcard("retry")).toBe(1);
  });

  test("that Ctrl-C ends ends the process by its signal, and nothing was done", async () => {
    await fail(shell.redis, jobs(1));
    const terminal = onTerminal(["delete", jidOf(0)], env());
    await terminal.sees("Delete 1 job? [y/N] ");

    terminal.types(CTRL_C);

    expect(await terminal.ended).toBe(BY_SIGINT);
    expect(await shell.redis.zcard("retry")).toBe(1);
    expect(await shell.redis.exists("tsq:audit")).toBe(0);
  });

  test("about deleting a hundred wants their number, and y is not enough", async () => {
    await fail(shell.redis, jobs(100));
    const all = ["delete", "--all", "--in", "retry"];
    const first = onTerminal(all, env());
    await first.sees("Delete 100 jobs? Type 100 to go on: ");

    first.types("y\n");

    await first.ended;
    expect(await shell.redis.zcard("retry")).toBe(100);
    const second = onTerminal(all, env());
    await second.sees("Type 100 to go on: ");
    second.types("100\n");
    await second.ended;
    expect(await shell.redis.zcard("retry")).toBe(0);
  });
});

describe("long work", () => {
  test("shows a bar, and Ctrl-C ends it between two jobs and says how many were done", async () => {
    await fail(shell.redis, jobs(1_000));
    const terminal = onTerminal(["retry", "--all", "--in", "retry", "--per-second", "20", "--yes"], env());
    await terminal.sees(/Retrying \[#*-+\] \d+\/1,000/);

    terminal.types(CTRL_C);

    expect(await terminal.ended).toBe(1);
    const done = Number(
      /Stopped after (\d+) of 1,000\. Run it again for the rest\./.exec(terminal.output())?.[1],
    );
    expect(done).toBeGreaterThan(0);
    expect(await shell.redis.zcard("retry")).toBe(1_000 - done);
    expect(await shell.redis.llen("queue:default")).toBe(done);
  });

  test("of a script ends by INT in the same way, and draws no bar", async () => {
    await fail(shell.redis, jobs(1_000));
    const args = ["kill", "--all", "--in", "retry", "--per-second", "20", "--yes"];
    const command = startTsqCommand(args, { env: env() });
    await eventually(async () => expect(await shell.redis.zcard("dead")).toBeGreaterThan(0));

    command.signal("SIGINT");

    const { code, stdout, stderr } = await command.ended;
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      `tsq: Stopped after ${await shell.redis.zcard("dead")} of 1,000. Run it again for the rest.\n`,
    );
    expect(await shell.redis.zcard("retry")).toBe(1_000 - (await shell.redis.zcard("dead")));
  });
});

test("an error in the midst of long work says how many were done, and the audit trail has them", async () => {
  await fail(shell.redis, jobs(1_000));
  await shell.redis.acl("SETUSER", "worker", "on", ">password", "~*", "&*", "+@all");
  const command = startTsqCommand(["delete", "--all", "--in", "retry", "--per-second", "20", "--yes"], {
    env: { REDIS_URL: `redis://worker:password@127.0.0.1:${shell.server.port}/0` },
  });
  await eventually(async () => expect(await shell.redis.zcard("retry")).toBeLessThan(999));

  await shell.redis.acl("SETUSER", "worker", "-zrem");

  const { code, stdout, stderr } = await command.ended;
  const done = 1_000 - (await shell.redis.zcard("retry"));
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^tsq: [^\n]+ Run it again for the rest\.\n$/);
  expect(stderr).toContain(`tsq: At least ${done} of 1,000 jobs were deleted, and then: Redis at `);
  const [[, fields] = ["", []]] = await shell.redis.xrange("tsq:audit", "-", "+");
  expect(fields.join(" ")).toMatch(
    new RegExp(
      `action set\\.delete outcome failed count ${done} subject retry reason +note [^\\n]*zrem`,
      "i",
    ),
  );
});

test("an outage in the midst of it is no matter of TLS: the server has answered before", async () => {
  await fail(shell.redis, jobs(1_000));
  const proxy = await TcpProxy.listen(shell.server.port);
  const command = startTsqCommand(["delete", "--all", "--in", "retry", "--per-second", "20", "--yes"], {
    env: { REDIS_URL: proxy.url },
  });
  // Twenty are sent at once: of the first the answers have come when more than these are gone.
  await eventually(async () => expect(await shell.redis.zcard("retry")).toBeLessThan(970));

  await proxy.stop();

  const { code, stderr } = await command.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    // The second where a deletion was on its way.
    /^tsq: At least \d+ of 1,000 jobs were deleted, and then: (?:Cannot reach Redis at|The connection to Redis was lost) [^\n]+ Run it again for the rest\. It is not in the audit trail\.\n$/,
  );
  expect(stderr).not.toContain("TLS");
});

describe("colours", () => {
  test("are on a terminal that shows them, and not with NO_COLOR", async () => {
    await fail(shell.redis, jobs(1));
    const colourful = onTerminal(["retries"], env());
    await colourful.ended;
    const plain = onTerminal(["retries"], { ...env(), NO_COLOR: "1" });
    await plain.ended;

    expect(colourful.output()).toContain("\u001b[1mJID");
    expect(plain.output()).toContain("JID");
    expect(plain.output()).not.toContain("\u001b");
  });
});

test("--watch draws each picture over the one before, and Ctrl-C ends it", async () => {
  const terminal = onTerminal(["retries", "--watch", "0.1"], env());
  await terminal.sees("none in the retry set");
  await fail(shell.redis, jobs(1));
  await terminal.sees(jidOf(0));

  terminal.types(CTRL_C);

  await terminal.ended;
  expect(terminal.output()).toContain("\u001b[2J\u001b[HEvery 100 ms, ");
  expect(terminal.output().split("\u001b[2J")).toHaveLength(2);
});

test.each(["kill", "cancel"])("the preview of a %s at a pace says how long it takes", async (verb) => {
  await fail(shell.redis, jobs(90));
  const all = [verb, "--all", "--in", "retry", "--dry-run"];

  expect((await shell.run(...all, "--per-second", "0.5")).stdout).toContain("\nAt 0.5 a second: about 3m.\n");
  expect((await shell.run(...all)).stdout).not.toContain("a second");
});
