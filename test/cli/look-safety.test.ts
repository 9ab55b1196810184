/** The commands that look at what somebody hostile has written, and by a user that may only read. */
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { HOSTILE, OBEYED } from "../support/hostile-text.ts";
import { setShell } from "../support/shell.ts";
import { tsq } from "../support/tsq-command.ts";

const shell = setShell();
const { run, shown } = shell;

describe("of what somebody hostile has written", () => {
  beforeEach(async () => {
    const job = {
      jid: `j${HOSTILE}`,
      class: HOSTILE,
      queue: HOSTILE,
      error: HOSTILE,
      message: HOSTILE,
      args: [HOSTILE],
    };
    await fail(shell.redis, [job]);
    await fail(shell.redis, [{ ...job, jid: `s${HOSTILE}` }], "schedule");
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
      .sadd("processes", HOSTILE)
      .hset(HOSTILE, { info: JSON.stringify(info), busy: 1, beat: Date.now() / 1_000 })
      .hset(
        `${HOSTILE}:work`,
        HOSTILE,
        JSON.stringify({ queue: HOSTILE, run_at: 1, payload: payloadOf(job) }),
      )
      .exec();
  });

  test.for([
    ["stats"],
    ["ps"],
    ["queues"],
    ["queue", HOSTILE],
    ["retries"],
    ["scheduled"],
    ["dead"],
    ["errors"],
    ["jobs", "evil"],
    ["show", `j${HOSTILE}`],
  ])("tsq %j prints nothing that a terminal obeys, for people and programs", async (args) => {
    for (const form of [[], ["--json"], ["--jsonl"]]) {
      const text = await shown(...args, ...form);

      expect(text).not.toBe("");
      expect(text).not.toMatch(OBEYED);
      expect(text).not.toContain("\nsecond line");
    }
  });

  test("a queue of such a name in which nothing matches says so with nothing that a terminal obeys", async () => {
    const text = await shown("queue", HOSTILE, "--where", "class:Nobody");

    expect(text).toMatch(/^none of 1 job on the queue \\x1b\[31mred/);
    expect(text).not.toMatch(OBEYED);
    expect(text).not.toContain("\nsecond line");
  });

  test("what is no job stands in the list with its text", async () => {
    const { jobs } = JSON.parse(await shown("dead", "--json")) as { jobs: unknown[] };

    expect(jobs).toMatchObject([{ jid: null, class: null, text: `no job ${HOSTILE}` }]);
    expect(await shown("dead")).toMatch(/^\(no jid\) .*\(no job\)/m);
  });

  test.for([
    ["queue", "nosuch"],
    ["queue", `${HOSTILE}!`],
    ["quiet", "nosuch"],
    ["quiet", HOSTILE.slice(0, 3)],
    ["show", `nosuch${HOSTILE}`],
    ["retry", `nosuch${HOSTILE}`],
    ["cron", "show", "nosuch"],
    ["cron", "show", `${HOSTILE}!`],
  ])("tsq %j is one line on standard error, whatever names there are", async (args) => {
    const another = `${HOSTILE}2`;
    const entry = `cron_job:default:${HOSTILE}`;
    await shell.redis
      .multi()
      .sadd("processes", another)
      .hset(another, { info: "{}", busy: 0 })
      .sadd("cron_jobs:default", entry)
      .hset(entry, { name: HOSTILE, namespace: "default", cron: "0 5 * * *", klass: "A", status: "enabled" })
      .exec();

    const { code, stderr } = await run(...args);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^tsq: Expected [^\n]+\n$/);
    expect(stderr).not.toMatch(OBEYED);
  });
});

test.for([
  ["ps"],
  ["queues"],
  ["queue", "low"],
  ["retries"],
  ["dead"],
  ["scheduled"],
  ["jobs", "hard"],
  ["errors"],
  ["show", jidOf(1)],
])("tsq %j needs no more than the documented rights of readers", async (args) => {
  await fail(shell.redis, [{ jid: jidOf(1) }]);
  await shell.redis.sadd("queues", "low");
  const document = readFileSync(new URL("../../docs/operating.md", import.meta.url), "utf8");
  const rule = /^ACL SETUSER reader (.*)$/m.exec(document)?.[1]?.split(" ") ?? [];
  await shell.redis.acl("SETUSER", "reader", ...rule);
  const reader = `redis://reader:password@127.0.0.1:${shell.server.port}/0`;

  const { code, stderr } = await tsq(args, { env: { REDIS_URL: reader } });

  expect([code, stderr]).toEqual([0, ""]);
});
