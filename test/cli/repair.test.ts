/** The commands that repair: what they ask, what they do, and what they leave alone. */
import { describe, expect, test } from "vitest";
import { fail, jidOf, payloadOf, type FailedJob } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";

const shell = setShell();
const { run, yes, push } = shell;

const queued = async (queue: string): Promise<readonly { jid: string; queue: string }[]> =>
  (await shell.redis.lrange(`queue:${queue}`, 0, -1)).map(
    (text) => JSON.parse(text) as { jid: string; queue: string },
  );

const jobs = (count: number, of: Omit<FailedJob, "jid"> = {}): readonly FailedJob[] =>
  Array.from({ length: count }, (_, i) => ({ jid: jidOf(i), ...of }));

describe("without --yes and without a terminal", () => {
  test.for([
    [["retry", jidOf(1)], "Retry 1 job?"],
    [["kill", "--where", "class:HardJob"], "Kill 150 jobs?"],
    [["delete", "--all", "--in", "retry"], "Delete 150 jobs?"],
    [["move", jidOf(1), jidOf(2), "--to", "low"], "Move 2 jobs to low?"],
    [["cancel", jidOf(1)], "Cancel 1 job?"],
  ] as const)("tsq %j is refused, says what to add, and changes nothing", async ([args, question]) => {
    await fail(shell.redis, jobs(150));

    const { code, stdout, stderr } = await run(...args);

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      `tsq: Expected --yes, because there is no terminal to ask \`${question}\` on. Pass --yes.\n`,
    );
    expect(await shell.redis.zcard("retry")).toBe(150);
    expect(await shell.redis.keys("*")).toEqual(["retry"]);
  });
});

describe("by jid", () => {
  test("one among 2,000 is retried, and no other", async () => {
    await fail(shell.redis, jobs(2_000));

    const { code, stdout, stderr } = await yes("retry", jidOf(1_234));

    expect([code, stdout, stderr]).toEqual([0, "1 job was put on queues.\n", ""]);
    expect((await queued("default")).map(({ jid }) => jid)).toEqual([jidOf(1_234)]);
    expect(await shell.redis.zcard("retry")).toBe(1_999);
  });

  test("more than a filter takes at once are found, in both sets", async () => {
    await fail(shell.redis, jobs(120));
    await fail(shell.redis, [{ jid: jidOf(500) }], "dead");

    const { stdout } = await yes("retry", ...jobs(110).map(({ jid }) => jid), jidOf(500));

    expect(stdout).toBe("111 jobs were put on queues.\n");
    expect(await shell.redis.zcard("retry")).toBe(10);
    expect(await shell.redis.zcard("dead")).toBe(0);
  });

  test.for([
    [["delete"], "120 jobs were deleted.\n"],
    [["kill"], "120 jobs were moved to the dead set.\n"],
    [["move", "--to", "bulk"], "120 jobs were moved to bulk.\n"],
  ] as const)("tsq %j does it to 120 of a queue, named as `tsq queue` prints them", async ([args, said]) => {
    await push("low", ...jobs(130).map(({ jid }) => payloadOf({ jid })));
    const named = (await queued("low")).slice(0, 120).map(({ jid }) => jid);

    const { code, stdout, stderr } = await yes(...args, ...named);

    expect([code, stdout, stderr]).toEqual([0, said, ""]);
    expect((await queued("low")).map(({ jid }) => jid)).toEqual(
      jobs(10)
        .map(({ jid }) => jid)
        .toReversed(),
    );
    const trail = await shell.redis.xrange("tsq:audit", "-", "+");
    expect(trail.map(([, fields]) => fields.join(" "))).toEqual([expect.stringContaining("120 picked: ")]);
  });

  test("only the one that is meant to the letter", async () => {
    await fail(shell.redis, [{ jid: "abc" }, { jid: "ABC" }]);

    await yes("delete", "abc");

    expect(await shell.redis.zcard("retry")).toBe(1);
    expect((await shell.redis.zrange("retry", "0", "-1"))[0]).toContain('"jid":"ABC"');
  });

  test("one that is elsewhere is told with where it is", async () => {
    await push("low", payloadOf({ jid: jidOf(1) }));
    await fail(shell.redis, [{ jid: jidOf(2) }], "schedule");

    const [waiting, scheduled, nowhere] = await Promise.all([
      yes("retry", jidOf(1)),
      yes("retry", jidOf(2)),
      yes("delete", jidOf(3)),
    ]);

    expect([waiting.code, scheduled.code, nowhere.code]).toEqual([1, 1, 1]);
    expect(waiting.stderr).toContain(`got \`${jidOf(1)}\`, which is on its queue.`);
    expect(scheduled.stderr).toContain(
      `which is in the scheduled set. Write tsq retry ${jidOf(2)} --in scheduled.`,
    );
    expect(nowhere.stderr).toContain("which is nowhere in this Redis");
    const { stdout } = await yes("retry", jidOf(2), "--in", "scheduled");
    expect(stdout).toBe("1 job was put on queues.\n");
  });

  test("what is there is done, and what is not is told", async () => {
    await fail(shell.redis, jobs(2));

    const { code, stdout, stderr } = await yes("kill", jidOf(0), jidOf(8), jidOf(9));

    expect([code, stdout]).toEqual([1, "1 job was moved to the dead set.\n"]);
    expect(stderr).toContain(
      `got \`${jidOf(8)}\`, which is nowhere in this Redis: done, deleted, or never here, as 1 other of 3.`,
    );
    expect(await shell.redis.zcard("dead")).toBe(1);
  });
});

describe("by a query", () => {
  test("retry puts what matches on queues, and writes it down", async () => {
    await fail(shell.redis, jobs(300, { error: "Net::ReadTimeout" }));
    await fail(shell.redis, [{ jid: jidOf(900), error: "Other" }]);

    const { code, stdout } = await yes(
      "retry",
      "--where",
      "error:Net::*",
      "--reason",
      "network is back",
      "--json",
    );

    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        action: "retry",
        done: 300,
        gone: 0,
        skipped: 0,
        unsure: 0,
        lists: [{ list: "retry", matched: 300, done: 300, gone: 0, skipped: 0, unsure: 0 }],
      },
    ]);
    expect(await shell.redis.zcard("retry")).toBe(1);
    expect(await shell.redis.llen("queue:default")).toBe(300);
    const [[, fields] = ["", []]] = await shell.redis.xrange("tsq:audit", "-", "+");
    expect(fields.join(" ")).toMatch(
      /^user \S+@\S+ role terminal action set\.retry outcome done count 300 subject retry reason network is back note error:Net::\*$/,
    );
  });

  test("kill reaches queues as well, and never the dead set", async () => {
    await push(
      "low",
      payloadOf({ jid: jidOf(1), class: "OldJob", queue: "low" }),
      payloadOf({ jid: jidOf(2) }),
    );
    await fail(shell.redis, [{ jid: jidOf(3), class: "OldJob" }]);
    await fail(shell.redis, [{ jid: jidOf(4), class: "OldJob" }], "dead");

    const { stdout } = await yes("kill", "--where", "class:OldJob");

    expect(stdout).toBe("2 jobs were moved to the dead set.\n");
    expect((await queued("low")).map(({ jid }) => jid)).toEqual([jidOf(2)]);
    expect(await shell.redis.zcard("dead")).toBe(3);
  });

  test("move takes jobs of queues elsewhere, and names the queue in those of sets", async () => {
    await push("low", payloadOf({ jid: jidOf(1), queue: "low" }));
    await fail(shell.redis, [{ jid: jidOf(2) }]);

    const { stdout } = await yes("move", "--where", "class:HardJob", "--to", "bulk");

    expect(stdout).toBe("2 jobs were moved to bulk.\n");
    expect(await queued("bulk")).toMatchObject([{ jid: jidOf(1), queue: "bulk" }]);
    expect((await shell.redis.zrange("retry", "0", "-1"))[0]).toContain('"queue":"bulk"');
  });

  test("nothing that matches is no error, and asks nothing", async () => {
    await fail(shell.redis, jobs(1));

    const { code, stdout, stderr } = await run("retry", "--where", "class:Other");

    expect([code, stdout, stderr]).toEqual([0, "Nothing matches, and nothing was done.\n", ""]);
  });

  test("--in narrows to a list, and a list that it is not for is refused", async () => {
    await fail(shell.redis, jobs(2));
    await fail(shell.redis, [{ jid: jidOf(9) }], "dead");

    await yes("delete", "--all", "--in", "dead");
    const { code, stderr } = await yes("kill", "--all", "--in", "dead");

    expect([await shell.redis.zcard("retry"), await shell.redis.zcard("dead")]).toEqual([2, 0]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      "tsq: Expected --in of tsq kill to be one of retry, scheduled, queues, queue:NAME, got `dead`. Write --in retry.\n",
    );
  });
});

describe("what cannot be meant", () => {
  test.for([
    [["retry"], "got none of them"],
    [["retry", "a", "--where", "b"], "got more than one"],
    [["delete", "--all"], "Write tsq delete --all --in retry."],
    [["delete", "--where", ""], "To mean all of a list write --all --in LIST."],
    [["retry", "--where", "clas:A"], "Did you mean"],
    [["retry", "a", "--per-second", "0"], "Write --per-second 50."],
    [["move", "a"], "Write --to low."],
    [["kill", "--all", "--in", "queue:nope"], "Expected the name of a queue"],
  ] as const)("tsq %j is refused with what to write", async ([args, remedy]) => {
    const { code, stdout, stderr } = await yes(...args);

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^tsq: [^\n]+\n$/);
    expect(stderr).toContain(remedy);
  });
});
