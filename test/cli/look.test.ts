/** The commands that look: at nothing, at one job and at many. */
import { beforeEach, describe, expect, test } from "vitest";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";

const shell = setShell();
const { run, shown, json, jsonl } = shell;

interface List {
  readonly jobs: readonly Record<string, unknown>[];
  readonly total: number;
  readonly complete: boolean;
}

const LONG_CLASS = "Billing::Invoices::CapturePaymentJob";
const KEYS = [
  "jid",
  "place",
  "queue",
  "class",
  "args",
  "tags",
  "at",
  "created_at",
  "enqueued_at",
  "failed_at",
  "retried_at",
  "retry_count",
  "error_class",
  "error_message",
  "text",
];

describe("of nothing", () => {
  test.for([
    [["retries"], "none in the retry set\n"],
    [["scheduled"], "none in the scheduled set\n"],
    [["dead"], "none in the dead set\n"],
    [["jobs", "class:HardJob"], "none of 0 jobs\n"],
    [["errors"], "none: no retry and no dead job says what it failed by\n"],
    [["queues"], "none: nothing was ever pushed here\n"],
    [["ps"], "Processes (0)\nnone: nobody takes jobs from this Redis\n"],
  ] as const)("tsq %j says so", async ([args, text]) => {
    expect(await shown(...args)).toBe(text);
  });

  test.for([
    [
      ["jobs", "HardJob", "card declined"],
      "none of 0 jobs\nNo argument and no error's message has `HardJob`. For a class write class:HardJob, for a jid jid:JID.\n",
    ],
    [
      ["dead", "--where", "4f2b7f0e9a8c"],
      "none of 0 jobs in the dead set\nNo argument and no error's message has `4f2b7f0e9a8c`. For a jid write jid:4f2b7f0e9a8c*.\n",
    ],
    [["retries", "--where", '-HardJob queue:low "card declined"'], "none of 0 jobs in the retry set\n"],
  ] as const)(
    "bare words that find nothing may be names: tsq %j says how one asks for these",
    async ([args, text]) => {
      const said = await shown(...args);

      expect(said.replaceAll("\n", " ")).toBe(text.replaceAll("\n", " "));
      for (const line of said.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    },
  );

  test("programs get empty lists", async () => {
    expect(await json("retries")).toEqual({ jobs: [], looked: 0, total: 0, complete: true });
    expect(await json("ps")).toEqual({ processes: [] });
    expect(await json("errors")).toEqual({ errors: [], looked: 0, total: 0, complete: true });
    expect(await jsonl("dead")).toEqual([]);
  });

  test("a queue that is not there is a slip", async () => {
    await shell.redis.sadd("queues", "mailers");

    const { code, stderr } = await run("queue", "mailer");

    expect([code, stderr]).toEqual([
      1,
      "tsq: Expected the name of a queue, got `mailer`. Did you mean `mailers`?\n",
    ]);
    expect(await shown("queue", "mailers")).toBe("none on the queue mailers\n");
  });

  test("a job that is nowhere is told as one", async () => {
    const { code, stderr } = await run("show", jidOf(1));

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^tsq: Expected the jid of a job, got `0+1`, which is nowhere in this Redis: done, deleted, or never here\.\n$/,
    );
  });
});

describe("of one job", () => {
  test("a list has its jid whole and its class cut, in 80 columns", async () => {
    await fail(shell.redis, [
      { jid: jidOf(1), class: LONG_CLASS, error: "Net::ReadTimeout", message: "x".repeat(300) },
    ]);

    const lines = (await shown("retries")).split("\n");

    expect(lines[0]).toMatch(/^JID +Next +Retry +Class +Queue +Error$/);
    expect(lines[1]).toMatch(new RegExp(`^${jidOf(1)}  in 59m +1  CapturePayment…  +default  Net::.*…$`));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.at(-2)).toBe("1 job");
  });

  test("it has the same keys in every list", async () => {
    await fail(shell.redis, [{ jid: jidOf(1) }]);
    await fail(shell.redis, [{ jid: jidOf(2) }], "dead");
    await fail(shell.redis, [{ jid: jidOf(3) }], "schedule");
    await shell.redis
      .multi()
      .sadd("queues", "low")
      .lpush("queue:low", payloadOf({ jid: jidOf(4) }))
      .exec();

    const lists = await Promise.all([
      json<List>("retries"),
      json<List>("dead"),
      json<List>("scheduled"),
      json<List>("queue", "low"),
    ]);

    expect(lists.map(({ jobs }) => jobs[0]?.["place"])).toEqual(["retry", "dead", "scheduled", "queue"]);
    for (const { jobs } of lists) expect(Object.keys(jobs[0] ?? {})).toEqual(KEYS);
    expect(lists[0]?.jobs[0]).toMatchObject({
      jid: jidOf(1),
      class: "HardJob",
      args: [1],
      retry_count: 0,
      error_class: "RuntimeError",
      text: null,
    });
  });

  test("show has its timeline, its error and what one may do next", async () => {
    await fail(shell.redis, [
      { jid: jidOf(1), message: "card declined", args: [12345678901234567890n.toString(), { a: 1 }] },
    ]);

    const text = await shown("show", jidOf(1));
    const found = await json<Record<string, unknown>>("show", jidOf(1));

    expect(text).toMatch(/^Where +in the retry set$/m);
    expect(text).toMatch(/^Message +card declined$/m);
    expect(text).toMatch(
      /^Timeline +\S+ \S+ UTC {2}created, 1h ago\n[^]*failed \(attempt 1\), 15m ago\n[^]*due, in /m,
    );
    expect(text).toMatch(new RegExp(`^Next +tsq retry ${jidOf(1)}$`, "m"));
    expect(Object.keys(found).slice(0, KEYS.length)).toEqual(KEYS);
    expect(found).toMatchObject({ place: "retry", payload: { jid: jidOf(1) }, cancelled_at: null });
  });

  test("show has all of a message that a list has no room for", async () => {
    const words = Array.from({ length: 200 }, (_, i) => `w${i}`);
    await fail(shell.redis, [{ jid: jidOf(1), message: words.join(" ") }]);

    const listed = (await shown("retries")).split(/\s+/);
    const text = await shown("show", jidOf(1));

    expect(words.filter((word) => listed.includes(word))).not.toContain("w199");
    expect(text.split(/\s+/)).toEqual(expect.arrayContaining(words));
  });

  test("integers beyond 2^53 stay what they are", async () => {
    await shell.redis.zadd("retry", 1, `{"class":"A","args":[12345678901234567890],"jid":"${jidOf(1)}"}`);

    expect(await shown("retries", "--json")).toContain('"args":[12345678901234567890]');
  });
});

describe("of many jobs", () => {
  beforeEach(async () => {
    await fail(
      shell.redis,
      Array.from({ length: 2_100 }, (_, i) => ({
        jid: jidOf(i),
        class: i === 1_234 ? "RareJob" : "HardJob",
        message: `took ${i} ms`,
      })),
    );
  });

  test("a list shows 25, and says that there are more", async () => {
    const text = await shown("retries");
    const list = await json<List>("retries", "--limit", "2");

    expect(text.match(/HardJob/g)).toHaveLength(25);
    expect(text).toContain("25 of 2,100 jobs. --limit N shows more, --where QUERY finds some.");
    expect([list.jobs.length, list.total, list.complete]).toEqual([2, 2_100, false]);
  });

  test("--jsonl prints all of them, and --limit so many", async () => {
    const all = await jsonl("retries");

    expect(all.map(({ jid }) => jid)).toEqual(Array.from({ length: 2_100 }, (_, i) => jidOf(i)));
    expect(await jsonl("retries", "--limit", "1500")).toHaveLength(1_500);
  });

  test("--where finds one among them, and jobs finds it wherever it is", async () => {
    const text = await shown("retries", "--where", "class:RareJob");
    const found = await shown("jobs", "class:Rare*", "after:1d");

    expect(text).toContain(jidOf(1_234));
    expect(text).toContain("1 of 2,100 jobs");
    expect(found).toMatch(new RegExp(`^${jidOf(1_234)} +retry +`, "m"));
  });

  test("an error is told once", async () => {
    const text = await shown("errors");
    const { errors } = await json<{ errors: Record<string, unknown>[] }>("errors");

    expect(text).toMatch(/^2,099 {2}RuntimeError: took … ms\n {7}HardJob\n {7}2,099 retries, first 15m ago/m);
    expect(errors.map(({ class: name, count }) => [name, count])).toEqual([
      ["HardJob", 2_099],
      ["RareJob", 1],
    ]);
    expect((await json<List>("jobs", `group:${String(errors[1]?.["id"])}`)).jobs).toMatchObject([
      { class: "RareJob" },
    ]);
  });
});

test("ps shows a process of Ruby with its capsules, and what it runs", async () => {
  const identity = "host:4242:abc";
  const info = {
    hostname: "host",
    pid: 4242,
    tag: "app",
    labels: ["web"],
    version: "8.1.7",
    started_at: Date.now() / 1_000 - 120,
    queues: ["critical", "default", "low"],
    weights: [{ critical: 0, default: 0 }, { low: 0 }],
  };
  await shell.redis
    .multi()
    .sadd("processes", identity)
    .hset(identity, {
      info: JSON.stringify(info),
      concurrency: 5,
      busy: 1,
      quiet: "true",
      beat: Date.now() / 1_000,
    })
    .hset(
      `${identity}:work`,
      "t1",
      JSON.stringify({ queue: "low", run_at: 1, payload: payloadOf({ jid: jidOf(7) }) }),
    )
    .exec();

  const text = await shown("ps");
  const { processes } = await json<{ processes: Record<string, unknown>[] }>("ps");

  expect(text).toContain("host:4242:abc [app] [web] [quiet]\n");
  expect(text).toMatch(/^ {2}Started {2}\S+ \S+ UTC \(2 minutes ago\)$/m);
  expect(text).toMatch(/^ {2}Threads {2}5 \(1 busy\)$/m);
  expect(text).toMatch(/^ {2}Queues {3}critical, default; low$/m);
  expect(text).toMatch(new RegExp(`^${jidOf(7)} `, "m"));
  expect(processes).toMatchObject([{ identity, quiet: true, waiting: null, running: [{ jid: jidOf(7) }] }]);
});

test("ps says how a worker of tsq waits for jobs", async () => {
  const info = JSON.stringify({ version: "tsq 0.1.0", waiting: "hybrid" });
  await shell.redis.multi().sadd("processes", "a:1:b").hset("a:1:b", { info }).exec();
  expect(await shown("ps")).toMatch(/^ {2}Waiting {2}by hybrid$/m);
  expect(await json("ps")).toMatchObject({ processes: [{ waiting: "hybrid" }] });
});

test("queues says how long each is, whether it is paused, and how many serve it", async () => {
  await shell.redis
    .multi()
    .sadd("queues", "low")
    .lpush("queue:low", payloadOf({ jid: jidOf(1) }))
    .sadd("paused", "low")
    .exec();

  expect(await shown("queues")).toMatch(/^low +1 +30m +nobody {2}paused$/m);
  expect(await jsonl("queues")).toMatchObject([{ name: "low", size: 1, paused: true, served_by: 0 }]);
});

describe("what cannot be asked", () => {
  test.for([
    [["retries", "--where", "clas:HardJob"], "Did you mean"],
    [["retries", "--limit", "0"], "Write --limit 100."],
    [["retries", "--json", "--jsonl"], "got both"],
    [["retries", "--watch", "never"], "Write --watch 5"],
    [["jobs"], "Expected the words of a query, got none."],
  ] as const)("tsq %j is refused with what to write", async ([args, remedy]) => {
    const { code, stdout, stderr } = await run(...args);

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^tsq: [^\n]+\n$/);
    expect(stderr).toContain(remedy);
  });
});
