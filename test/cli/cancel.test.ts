/** `tsq cancel`: whom it marks, whom it does not reach, and what programs are told. */
import { describe, expect, onTestFinished, test } from "vitest";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { holdsOnly, tellsRuns } from "../support/held-runs.ts";
import { TcpProxy } from "../support/proxy.ts";
import { setShell } from "../support/shell.ts";
import { heartbeat, trailOf } from "../support/terminal-redis.ts";
import { CTRL_C, onTerminal } from "../support/tsq-terminal.ts";

const shell = setShell();
const { run, yes, push } = shell;

describe("by a query or by jid", () => {
  test("cancel marks what waits, and says whom it does not reach", async () => {
    await push(
      "low",
      payloadOf({ jid: jidOf(1), queue: "low" }),
      payloadOf({ jid: jidOf(2), class: "Other" }),
    );
    const info = { hostname: "h", version: "8.1.7", queues: ["low"] };
    await shell.redis
      .multi()
      .sadd("processes", "h:1:a")
      .hset("h:1:a", { info: JSON.stringify(info), busy: 0 })
      .exec();

    const preview = await run("cancel", "--where", "class:HardJob", "--dry-run");
    const { stdout } = await yes("cancel", "--where", "class:HardJob");

    expect(preview.stdout).toBe(
      "Cancel 1 job?\n  1 on queues\ntsq starts them no more, and runs of them are told within two seconds.\n" +
        "Only Ruby serves low: Ruby stops iterable jobs alone, from Sidekiq 7.3.3 on.\n",
    );
    expect(stdout).toBe("1 job is wanted by nobody any more.\n");
    expect(await shell.redis.hexists(`it-${jidOf(1)}`, "cancelled")).toBe(1);
    expect(await shell.redis.exists(`it-${jidOf(2)}`)).toBe(0);
  });

  test("cancel counts by list for programs, as the others do", async () => {
    await push(
      "low",
      payloadOf({ jid: jidOf(1), queue: "low" }),
      payloadOf({ jid: jidOf(2), class: "Other" }),
    );
    await fail(shell.redis, [{ jid: jidOf(3) }]);

    const { stdout } = await run("cancel", jidOf(1), jidOf(2), jidOf(3), "--dry-run", "--json");

    expect(JSON.parse(stdout)).toEqual({
      action: "cancel",
      dry_run: true,
      matched: 3,
      lists: [
        {
          list: "retry",
          matched: 1,
          classes: [{ value: "HardJob", count: 1 }],
          queues: [{ value: "default", count: 1 }],
        },
        {
          list: "queue:low",
          matched: 2,
          classes: [
            { value: "Other", count: 1 },
            { value: "HardJob", count: 1 },
          ],
          queues: [{ value: "low", count: 2 }],
        },
      ],
    });
  });
});

describe("what a heartbeat tells of and the process has let go of since", () => {
  const WEB = "web-1:42:abc";

  test("is not cancelled, and it says that it has ended; show says the same", async () => {
    const runs = [1, 2].map((n) => payloadOf({ jid: jidOf(n), queue: "default" }));
    await heartbeat(shell.redis, WEB, ["default"], "tsq 0.1.0");
    await tellsRuns(shell.redis, WEB, runs);
    await holdsOnly(shell.redis, WEB, ...runs.slice(1));
    const gone = `got \`${jidOf(1)}\`, which ran in ${WEB}, which has let go of it since its last heartbeat: it has ended.\n`;

    const named = await yes("cancel", jidOf(1));
    const shown = await run("show", jidOf(1));
    const marks = await shell.redis.keys("it-*");
    const queried = await yes("cancel", "--where", "class:HardJob");

    expect([named.code, named.stdout, marks]).toEqual([1, "", []]);
    expect(named.stderr.endsWith(gone)).toBe(true);
    expect([shown.code, shown.stdout, shown.stderr.endsWith(gone)]).toEqual([1, "", true]);
    expect(queried.stdout).toBe("1 job is wanted by nobody any more.\n");
    expect(await shell.redis.keys("it-*")).toEqual([`it-${jidOf(2)}`]);
  });
});

describe("jobs that are named", () => {
  test("are cancelled in the lists of --in alone, and it says where they are instead", async () => {
    await fail(shell.redis, [{ jid: jidOf(1) }]);
    await push("low", payloadOf({ jid: jidOf(2), queue: "low" }));

    const ended = [];
    for (const [jid, list] of [
      [jidOf(1), "scheduled"],
      [jidOf(2), "queue:low"],
      [jidOf(2), "retry"],
    ] as const)
      ended.push(await yes("cancel", jid, "--in", list));

    expect(ended.map(({ code, stdout }) => [code, stdout])).toEqual([
      [1, ""],
      [0, "1 job is wanted by nobody any more.\n"],
      [1, ""],
    ]);
    expect(ended[0]?.stderr).toBe(
      `tsq: Expected the jid of a job that tsq cancel can be used on here, got \`${jidOf(1)}\`, which is in the retry set. Write tsq cancel ${jidOf(1)} --in retry.\n`,
    );
    expect(ended[2]?.stderr).toContain(`which is on its queue. Write tsq cancel ${jidOf(2)} --in queues.\n`);
    expect(await shell.redis.keys("it-*")).toEqual([`it-${jidOf(2)}`]);
  });

  test("are not cancelled where they are dead, and it says why", async () => {
    await fail(shell.redis, [{ jid: jidOf(1) }], "dead");

    const { code, stderr } = await yes("cancel", jidOf(1));

    expect([code, stderr]).toEqual([
      1,
      `tsq: Expected the jid of a job that tsq cancel can be used on here, got \`${jidOf(1)}\`, which is in the dead set. It runs again only when somebody retries it.\n`,
    ]);
    expect(await shell.redis.keys("it-*")).toEqual([]);
    expect(await shell.redis.exists("tsq:audit")).toBe(0);
  });

  test("and are there are cancelled, and one that is nowhere leaves no mark", async () => {
    await fail(shell.redis, [{ jid: jidOf(1) }]);

    const { code, stdout, stderr } = await yes("cancel", jidOf(1), jidOf(2));

    expect([code, stdout]).toEqual([1, "1 job is wanted by nobody any more.\n"]);
    expect(stderr).toContain(`got \`${jidOf(2)}\`, which is nowhere in this Redis`);
    expect(await shell.redis.keys("it-*")).toEqual([`it-${jidOf(1)}`]);
  });

  test("are found on a queue however long it is, and said to be nowhere only where all of it was looked at", async () => {
    const many = Array.from({ length: 1_000 }, (_, i) => payloadOf({ jid: jidOf(i), queue: "low" }));
    await push("low", payloadOf({ jid: "last", queue: "low" }));
    for (let i = 0; i < 101; i++) await shell.redis.lpush("queue:low", ...many);

    const elsewhere = [
      await run("show", "last"),
      await yes("retry", "last"),
      await yes("cancel", "last", "--in", "retry"),
    ];
    const { stdout } = await yes("cancel", "last");

    for (const { code, stderr } of elsewhere) {
      expect(code).toBe(1);
      expect(stderr).toContain(
        "got `last`, which is neither running nor in a set, nor among the first 100,000 jobs on queues, the only ones that were looked at there.",
      );
    }

    expect(stdout).toBe("1 job is wanted by nobody any more.\n");
    expect(await shell.redis.hexists("it-last", "cancelled")).toBe(1);
  });
});

test("a query that matches nothing does nothing, and asks nothing", async () => {
  await fail(shell.redis, [{ jid: jidOf(1) }]);

  const preview = await run("cancel", "--where", "class:Other", "--dry-run");
  const { code, stdout } = await run("cancel", "--where", "class:Other");

  expect(preview.stdout).toBe("Nothing matches.\n");
  expect([code, stdout]).toEqual([0, "Nothing matches, and nothing was done.\n"]);
});

test("the audit trail says which query has cancelled, and which classes it names", async () => {
  await fail(shell.redis, [{ jid: jidOf(1) }, { jid: jidOf(2) }]);

  await yes("cancel", "--where", "class:HardJob", "--in", "retry", "--reason", "why not");

  expect(await trailOf(shell.redis)).toMatchObject({
    action: "job.cancel",
    outcome: "done",
    count: "2",
    subject: "2 jobs",
    reason: "why not",
    note: "class:HardJob in retry",
    classes: expect.stringContaining("HardJob"),
  });
});

test.for(["cancel", "delete"])(
  "while `tsq %s` counts, a bar shows it, and Ctrl-C ends it with a word that nothing was done",
  async (verb) => {
    await push(
      "low",
      ...Array.from({ length: 30_000 }, (_, i) => payloadOf({ jid: jidOf(i), queue: "low" })),
    );
    const proxy = await TcpProxy.listen(shell.server.port);
    onTestFinished(() => proxy.stop());
    // A list so slow that there is time to think better of it.
    proxy.delay(150);
    const terminal = onTerminal([verb, "--where", "class:Other"], { REDIS_URL: proxy.url });
    await terminal.sees(/Counting \[#*-*\] [\d,]+\/30,000/);

    terminal.types(CTRL_C);

    expect(await terminal.ended).toBe(1);
    expect(terminal.output()).toContain("tsq: Stopped before anything was done.");
    expect(await shell.redis.keys("it-*")).toEqual([]);
  },
);

test("a Redis that goes away while it counts is told with a word that nothing was done", async () => {
  await push("low", ...Array.from({ length: 30_000 }, (_, i) => payloadOf({ jid: jidOf(i) })));
  const proxy = await TcpProxy.listen(shell.server.port);
  proxy.delay(150);
  const terminal = onTerminal(["delete", "--where", "class:HardJob"], { REDIS_URL: proxy.url });
  await terminal.sees(/Counting \[#*-*\] [\d,]+\/30,000/);

  await proxy.stop();

  expect(await terminal.ended).toBe(1);
  expect(terminal.output()).toMatch(/Cannot\s+reach\s+Redis[^]+ Nothing\s+was\s+done\.\s+$/);
});
