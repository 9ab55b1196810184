/** The commands that change something, and `tsq top`, of what somebody hostile has written. */
import { beforeEach, describe, expect, test } from "vitest";
import { fail, payloadOf } from "../support/failed-jobs.ts";
import { HOSTILE, OBEYED } from "../support/hostile-text.ts";
import { setShell } from "../support/shell.ts";
import { trailOf } from "../support/terminal-redis.ts";
import { OURS, topOnTerminal } from "../support/top-terminal.ts";

const shell = setShell();

const JID = `j${HOSTILE}`;
/** Not a hostile one: a process must be found by what one can type. */
const IDENTITY = "web-1:42:abc";

beforeEach(async () => {
  const job = { jid: JID, class: HOSTILE, queue: HOSTILE, error: HOSTILE, message: HOSTILE, args: [HOSTILE] };
  for (const set of ["retry", "dead", "schedule"] as const) await fail(shell.redis, [job], set);
  await shell.redis.zadd("dead", 1, `no job ${HOSTILE}`);
  const info = {
    hostname: HOSTILE,
    pid: 1,
    tag: HOSTILE,
    labels: [HOSTILE],
    queues: [HOSTILE],
    version: HOSTILE,
  };
  await shell.redis
    .multi()
    .sadd("queues", HOSTILE)
    .lpush(`queue:${HOSTILE}`, payloadOf(job))
    .sadd("processes", HOSTILE, IDENTITY)
    .hset(HOSTILE, { info: JSON.stringify(info), busy: 1, beat: Date.now() / 1_000 })
    .hset(IDENTITY, {
      info: JSON.stringify({ ...info, identity: HOSTILE }),
      busy: 1,
      beat: Date.now() / 1_000,
    })
    .hset(`${HOSTILE}:work`, HOSTILE, JSON.stringify({ queue: HOSTILE, run_at: 1, payload: payloadOf(job) }))
    .exec();
});

describe("nothing that a terminal obeys", () => {
  test.for([
    ["scheduled"],
    ["retry", JID, "--dry-run"],
    ["retry", JID],
    ["retry", "--where", "tag:none"],
    ["kill", JID, "--dry-run"],
    ["kill", JID],
    ["delete", JID, "--dry-run"],
    ["delete", "--all", "--in", `queue:${HOSTILE}`],
    ["move", JID, "--to", `${HOSTILE}2`, "--dry-run"],
    ["move", JID, "--to", `${HOSTILE}2`],
    ["cancel", JID, "--dry-run"],
    ["cancel", JID],
    ["pause", HOSTILE],
    ["resume", HOSTILE],
    ["clear", HOSTILE],
    ["quiet", IDENTITY],
    ["stop", "--all"],
  ])("is printed by tsq %j, for people and programs", async (args) => {
    const asks = args[0] === "scheduled" || args.includes("--dry-run") ? [] : ["--yes"];
    const isChange = !["scheduled", "pause", "resume"].includes(args[0] ?? "");
    for (const form of [[], ["--json"]]) {
      const { code, stdout, stderr } = await shell.run(...args, ...(isChange ? asks : []), ...form);

      expect(stdout + stderr).not.toBe("");
      expect(stdout + stderr).not.toMatch(OBEYED);
      expect(stdout + stderr).not.toContain("\nsecond line");
      // The second form finds what the first has left.
      if (form.length === 0) expect([code, stderr]).toEqual([0, ""]);
    }
  });

  test("is drawn by any tab of tsq top, by what is opened there, or by a question", async () => {
    const top = topOnTerminal({ REDIS_URL: shell.server.url }, { size: [120, 40] });
    await top.shows("[Home]");
    for (const [key, text] of [
      ["2", /\[Busy\][^]*evil/],
      ["3", /\[Queues\][^]*^> {2}\\x1b/m],
      ["\r", /^Queue \\x1b\[31mred.*1-1 of 1$/m],
      ["\r", /^JID +j\\x1b/m],
      ["K", "Kill 1 job?"],
      ["n", "Nothing was done."],
      ["4", /\[Scheduled\][^]*evil/],
      ["5", /\[Retries\][^]*evil/],
      ["\r", /^Message +\\x1b/m],
      ["R", "Retry 1 job?"],
      ["n", "Nothing was done."],
      ["6", /\[Dead\][^]*\(no job\)/],
    ] as const) {
      top.types(key);
      await top.shows(text);
    }
    top.types("q");
    await top.ended;

    const drawn = top.output().replaceAll(OURS, "").replaceAll("\r\n", "");
    expect(drawn).not.toMatch(OBEYED);
    expect(drawn).toContain("\\x1b[31mred");
  });
});

test("what stands in the audit trail of it is what it was, and shown inert", async () => {
  await shell.yes("clear", HOSTILE);

  expect(await trailOf(shell.redis)).toMatchObject({ action: "queue.clear", subject: HOSTILE, count: "1" });
});
