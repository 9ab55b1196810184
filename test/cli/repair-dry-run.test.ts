/** `--dry-run` of the commands that repair: what they would ask and do, and how that is counted. */
import { describe, expect, test } from "vitest";
import { beats } from "../support/doctor.ts";
import { fail, jidOf, type FailedJob } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";

const shell = setShell();
const { run, yes } = shell;

const jobs = (count: number, of: Omit<FailedJob, "jid"> = {}): readonly FailedJob[] =>
  Array.from({ length: count }, (_, i) => ({ jid: jidOf(i), ...of }));

describe("--dry-run", () => {
  test("of a retry says of how many jobs it takes a cancel back, and of other work nothing", async () => {
    await fail(shell.redis, jobs(3));
    await yes("cancel", jidOf(0), jidOf(1));
    const all = ["--all", "--in", "retry", "--dry-run"];

    const { stdout } = await run("retry", ...all);
    const one = await run("retry", jidOf(1), jidOf(2), "--dry-run");

    expect(stdout).toContain("\n2 of them were cancelled: that is taken back.\n");
    expect(one.stdout).toContain("\n1 of them was cancelled: that is taken back.\n");
    expect((await run("retry", jidOf(2), "--dry-run")).stdout).not.toContain("cancelled");
    expect((await run("delete", ...all)).stdout).not.toContain("cancelled");
  });

  test("of a move says of how many jobs on queues it takes a cancel back, and of those in a set nothing", async () => {
    await fail(shell.redis, jobs(2));
    await shell.redis.sadd("queues", "low");
    await shell.redis.lpush(
      "queue:low",
      JSON.stringify({ class: "A", args: [], jid: jidOf(7), queue: "low" }),
    );
    await yes("cancel", jidOf(0), jidOf(7), "--in", "retry", "--in", "queues");

    const { stdout } = await run(
      "move",
      "--all",
      "--in",
      "queues",
      "--in",
      "retry",
      "--to",
      "high",
      "--dry-run",
    );

    expect(stdout).toContain("\n1 of them was cancelled: that is taken back.\n");
  });

  test.for(["delete", "cancel"])(
    "of tsq %s tells of the jids that are not there, and ends with 1",
    async (verb) => {
      await fail(shell.redis, jobs(1));

      const named = [verb, jidOf(0), jidOf(8), jidOf(9), "--dry-run"];
      const [shown, json] = [await run(...named), await run(...named, "--json")];

      expect([shown.code, json.code]).toEqual([1, 1]);
      expect(shown.stdout).toMatch(/^(Delete|Cancel) 1 job\?\n/);
      expect(JSON.parse(json.stdout)).toMatchObject({ action: verb, matched: 1 });
      for (const { stderr } of [shown, json])
        expect(stderr).toContain(`got \`${jidOf(8)}\`, which is nowhere in this Redis`);
      expect(await shell.redis.zcard("retry")).toBe(1);
    },
  );

  test("says what it would be done to and what follows, and changes nothing", async () => {
    await fail(shell.redis, [...jobs(3, { class: "A::B" }), { jid: jidOf(9), queue: "low" }]);
    await shell.redis.multi().sadd("queues", "low").sadd("paused", "low").exec();
    await beats(shell.redis, { queues: ["default"] });

    const { stdout } = await run("retry", "--all", "--in", "retry", "--dry-run");

    expect(stdout).toBe(
      [
        "Retry 4 jobs?",
        "  4 in the retry set",
        "  by class: A::B 3, HardJob 1",
        "  by queue: default 3, low 1",
        "Each goes to its queue now, with one failure taken back.",
        "low is paused: 1 job will wait there.\n",
      ].join("\n"),
    );
    expect(await shell.redis.zcard("retry")).toBe(4);
  });

  test("says of queues that nobody takes from that jobs will wait there, and of a queue that is new by a slip", async () => {
    await fail(shell.redis, [{ jid: jidOf(1), queue: "low" }]);
    await beats(shell.redis, { queues: ["default"] });

    const retried = await run("retry", jidOf(1), "--dry-run");
    const moved = await run("move", jidOf(1), "--to", "defualt", "--dry-run");
    const well = await run("move", jidOf(1), "--to", "default", "--dry-run");

    expect(retried.stdout).toMatch(/\nNobody takes jobs from low now: 1 job will wait there\.\n$/);
    expect(moved.stdout).toMatch(/\nNobody takes jobs from defualt now\.\n$/);
    expect(well.stdout).not.toContain("Nobody");
  });

  test("shows nothing that a terminal obeys", async () => {
    const hostile = "\u001b[31mred\u0007\u202eevil\nsecond";
    await fail(shell.redis, [{ jid: jidOf(1), class: hostile, queue: hostile }]);

    const { stdout } = await run("delete", jidOf(1), "--dry-run");

    expect(stdout).toContain("\\x1b[31mred\\x07\\u202eevil\\nsecond 1");
    // oxlint-disable-next-line no-control-regex -- that is what must not be there
    expect(stdout).not.toMatch(/[\0-\x09\x0b-\x1f\u202e]/);
  });

  test("is JSON for programs", async () => {
    await fail(shell.redis, jobs(2));

    const { stdout } = await run("delete", "--all", "--in", "retry", "--dry-run", "--json");

    expect(JSON.parse(stdout)).toEqual({
      action: "delete",
      dry_run: true,
      matched: 2,
      lists: [
        {
          list: "retry",
          matched: 2,
          classes: [{ value: "HardJob", count: 2 }],
          queues: [{ value: "default", count: 2 }],
        },
      ],
    });
  });
});
