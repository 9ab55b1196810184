/** What is done to queues as a whole, the probe, and the mark of a deploy. */
import { execFileSync } from "node:child_process";
import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { jidOf, payloadOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";
import { application, tsq } from "../support/tsq-command.ts";
import { onTerminal } from "../support/tsq-terminal.ts";

const shell = setShell();
const { run } = shell;

const push = (queue: string, count: number) =>
  shell.redis
    .multi()
    .sadd("queues", queue)
    .lpush(`queue:${queue}`, ...Array.from({ length: count }, (_, i) => payloadOf({ jid: jidOf(i), queue })))
    .exec();

interface Process {
  readonly host?: string;
  readonly version?: string;
  readonly queues?: readonly string[];
  readonly isQuiet?: boolean;
}

const alive = async (
  identity: string,
  { host = "h", version = "tsq 0.1.0", queues = ["low"], isQuiet = false }: Process = {},
): Promise<void> => {
  const info = JSON.stringify({ hostname: host, version, queues });
  await shell.redis
    .multi()
    .sadd("processes", identity)
    .hset(identity, { info, busy: 2, quiet: String(isQuiet) })
    .exec();
};

describe("tsq pause and resume", () => {
  test("say what they did, also when nothing was to do, and write it down", async () => {
    await push("low", 1);

    const outputs = [];
    for (const verb of ["pause", "pause", "resume", "resume"])
      outputs.push((await run(verb, "low", "--reason", "why not")).stdout);

    expect(outputs).toEqual([
      "low is paused: `tsq resume low` ends it.\n",
      "low was paused already: `tsq resume low` ends it.\n",
      "low is resumed.\n",
      "low was not paused.\n",
    ]);
    expect(await shell.redis.smembers("paused")).toEqual([]);
    expect(await shell.redis.xlen("tsq:audit")).toBe(4);
  });

  test("pause says that Ruby may take jobs all the same", async () => {
    await alive("ruby:1:a", { version: "8.1.7" });

    const { stdout } = await run("pause", "low");

    expect(stdout).toContain(
      "Ruby takes jobs from it as well, by 1 process: it leaves a queue alone with Sidekiq Pro only.",
    );
    expect(await shell.redis.smembers("paused")).toEqual(["low"]);
  });

  test("pause says nothing of Ruby where that takes no more jobs", async () => {
    await alive("ruby:1:a", { version: "8.1.7", isQuiet: true });

    expect((await run("pause", "low")).stdout).not.toContain("Ruby");
  });

  test("a name that is no queue is a slip, and nothing is paused", async () => {
    await push("mailers", 1);

    const { code, stderr } = await run("pause", "mailer");

    expect([code, stderr]).toEqual([
      1,
      "tsq: Expected the name of a queue, got `mailer`. Did you mean `mailers`?\n",
    ]);
    expect(await shell.redis.exists("paused")).toBe(0);
  });
});

describe("tsq clear", () => {
  test("deletes the queue with --yes, and without it and a terminal nothing", async () => {
    await push("low", 150);

    const refused = await run("clear", "low");
    const size = await shell.redis.llen("queue:low");
    const cleared = await run("clear", "low", "--yes", "--json");

    expect([refused.code, size]).toEqual([1, 150]);
    expect(refused.stderr).toBe(
      "tsq: Expected --yes, because there is no terminal to ask `Delete 150 jobs of the queue low, and the queue?` on. Pass --yes.\n",
    );
    expect(JSON.parse(cleared.stdout)).toEqual({ action: "clear", queue: "low", done: 150, left: 0 });
    expect(await shell.redis.exists("queue:low")).toBe(0);
  });

  test("deletes no more than the question has named, and says what has come since", async () => {
    await push("low", 3);
    const terminal = onTerminal(["clear", "low"], shell.env());
    await terminal.sees("What comes until then stays.");
    await terminal.sees("Delete 3 jobs of the queue low, and the queue? [y/N] ");
    await push("low", 200);

    terminal.types("y\n");

    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).toContain("3 jobs of low were deleted. 200 have come since, and stay.");
    expect(await shell.redis.llen("queue:low")).toBe(200);
    expect(await shell.redis.smembers("queues")).toEqual(["low"]);
  });

  test("of a hundred jobs wants their number typed", async () => {
    await push("low", 150);
    const terminal = onTerminal(["clear", "low"], { REDIS_URL: shell.server.url });
    await terminal.sees("Type 150 to go on: ");

    terminal.types("yes\n");

    await terminal.ended;
    expect(await shell.redis.llen("queue:low")).toBe(150);
  });
});

describe("tsq health", () => {
  test.for([
    ["nobody is alive", [], [], 1, "Redis answers, and no process is alive."],
    ["somebody is", [{}], [], 0, "Healthy: Redis answers, 1 process alive."],
    [
      "the queue is served",
      [{}],
      ["-q", "low"],
      0,
      "Healthy: Redis answers, 1 process alive, with low served.",
    ],
    [
      "another is not",
      [{}],
      ["-q", "low", "-q", "high"],
      1,
      "1 process alive, and none takes jobs from high.",
    ],
    [
      "who serves it is quiet",
      [{ isQuiet: true }],
      ["-q", "low"],
      1,
      "1 process alive, and none takes jobs from low.",
    ],
    ["nobody is here", [{}], ["--here"], 1, `Redis answers, and no process is alive on ${hostname()}.`],
    [
      "somebody is here",
      [{ host: hostname() }],
      ["--here"],
      0,
      `Healthy: Redis answers, 1 process alive on ${hostname()}.`,
    ],
  ] as const)("when %s", async ([, processes, args, code, says]) => {
    for (const [i, process] of processes.entries()) await alive(`p:${i}:x`, process);

    const ended = await run("health", ...args);

    expect([ended.code, ended.stdout + ended.stderr]).toEqual([
      code,
      `${code === 1 ? "tsq: " : ""}${says}\n`,
    ]);
  });

  test("without a Redis is 1, in one line", async () => {
    const { code, stderr } = await run("health", "--redis", "redis://127.0.0.1:1");

    expect(code).toBe(1);
    expect(stderr).toMatch(/^tsq: Cannot reach Redis at [^\n]+\n$/);
  });

  test("is JSON for programs, also when it is not well", async () => {
    const { code, stdout } = await run("health", "-q", "low", "--json");

    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      {
        healthy: false,
        processes: 0,
        queues: [{ name: "low", served_by: 0 }],
        problem: "Redis answers, and no process is alive.",
      },
    ]);
  });
});

describe("tsq deploy", () => {
  const marks = async (): Promise<readonly string[]> => {
    const [key] = await shell.redis.keys("*-marks");
    return key === undefined ? [] : shell.redis.hvals(key);
  };

  test("marks with a label where Sidekiq::Deploy does, and once", async () => {
    const first = await run("deploy", "v42");
    const second = await run("deploy", "v42", "--json");

    expect(first.stdout).toMatch(/^Marked at \d{4}-\d\d-\d\d \d\d:\d\d UTC: v42\n$/);
    expect(JSON.parse(second.stdout)).toMatchObject({ label: "v42", marked: false });
    expect(await marks()).toEqual(["v42"]);
  });

  test("takes the last commit for its label, as Sidekiq does, and asks for one where there is none", async () => {
    const cwd = application();
    const env = { REDIS_URL: shell.server.url };
    const none = await tsq(["deploy"], { cwd, env });
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd, stdio: "ignore" });
    git("init");
    git("commit", "--allow-empty", "-m", "Ship it");

    const { code } = await tsq(["deploy"], { cwd, env });

    expect([none.code, code]).toEqual([1, 0]);
    expect(none.stderr).toContain("Write tsq deploy v42.");
    expect(await marks()).toEqual([expect.stringMatching(/^[0-9a-f]{7,} Ship it$/)]);
  });
});
