/** `tsq work` and signals: one stops it, more of them lose nothing, and it hears them from its first import on. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { keysLeft } from "../support/keys-left.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { application, startTsqCommand, tsq, type TsqCommand } from "../support/tsq-command.ts";

const JOBS = `
import { setTimeout as sleep } from "node:timers/promises";
import { defineJob } from "tsq";
export const slow = defineJob("SlowJob", {}, (job, seconds) => sleep(seconds * 1_000, undefined, { signal: job.signal }));
export const exiting = defineJob("ExitJob", {}, (_job, code) => process.exit(code));
`;
// npm and a worker start behind each other, each slowly on a busy machine.
const PATIENCE = { timeoutMs: 25_000 };
const NEVER = "await new Promise(() => {});";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

async function work(args: readonly string[] = [], source = JOBS): Promise<TsqCommand> {
  const cwd = application({ "jobs.mjs": source });
  const command = startTsqCommand(["work", "--redis", server.url, ...args], { cwd });
  await command.logged(/^Ready/);
  return command;
}

const payload = (name: string, ...args: unknown[]): string =>
  JSON.stringify({ class: name, args, jid: name, retry: true, queue: "default" });

async function running(command: TsqCommand, ...args: unknown[]): Promise<string> {
  const text = payload("SlowJob", ...args);
  await redis.lpush("queue:default", text);
  await command.logged("start");
  return text;
}

const queued = (): Promise<string[]> => redis.lrange("queue:default", 0, -1);

const messages = (command: TsqCommand): string[] => command.log().map(({ msg }) => msg);

/** Nothing is in flight, and nobody owns anything. */
const expectNothingLeft = async (): Promise<void> => {
  expect(await keysLeft(redis)).toEqual([]);
};

describe("a stop of tsq work", () => {
  test("is not changed by a second TERM", async () => {
    const command = await work();
    await running(command, 1.5);

    command.signal("SIGTERM");
    await command.logged(/^Stopping/);
    for (const signal of ["SIGTERM", "SIGTERM", "SIGHUP"] as const) command.signal(signal);
    const { code } = await command.ended;

    expect(code).toBe(0);
    expect(messages(command)).toContain("done");
    await expectNothingLeft();
  });

  test("is hurried by one more INT, and hands back what runs", async () => {
    const command = await work();
    const text = await running(command, 60);

    command.signal("SIGINT");
    await command.logged(/^Stopping/);
    // What comes within half a second is npm's echo of the first.
    await eventually(() => {
      command.signal("SIGINT");
      expect(command.hasEnded).toBe(true);
    });
    const { code, stderr } = await command.ended;

    expect([code, stderr]).toEqual([0, ""]);
    expect(await queued()).toEqual([text]);
    await expectNothingLeft();
  });

  test.each(["SIGHUP", "SIGQUIT", "SIGUSR2"] as const)("begins at %s as at TERM", async (signal) => {
    const command = await work(["-t", "0.1"]);
    const text = await running(command, 60);

    command.signal(signal);
    const { code } = await command.ended;

    expect(code).toBe(0);
    expect(await command.logged("Handing back")).toMatchObject({
      jid: "SlowJob",
      class: "SlowJob",
      queue: "default",
      seconds: expect.closeTo(0.1, -2),
    });
    expect(await queued()).toEqual([text]);
    await expectNothingLeft();
  });

  test("begins when a job calls process.exit(), with its code; the job has failed, and the others are handed back", async () => {
    const command = await work();
    const text = await running(command, 60);
    await redis.lpush("queue:default", payload("ExitJob", 7));

    const { code } = await command.ended;

    expect(code).toBe(7);
    expect(await command.logged(/^process\.exit\(\) was called/)).toMatchObject({ level: 60 });
    expect(await queued()).toEqual([text]);
    const [retried = "{}"] = await redis.zrange("retry", "0", "-1");
    expect(JSON.parse(retried)).toMatchObject({ class: "ExitJob", retry_count: 0 });
    await expectNothingLeft();
  });

  test.each(["SIGTERM", "SIGINT"] as const)(
    "at %s waits for what runs although a listener of the user's own calls process.exit()",
    async (signal) => {
      const own = `${JOBS}\nprocess.on("${signal}", () => process.exit(3));`;
      const command = await work([], own);
      await running(command, 2);

      command.signal(signal);
      const { code, stderr } = await command.ended;

      expect([code, stderr]).toEqual([3, ""]);
      expect(messages(command)).toContain("done");
      expect(await command.logged(/^process\.exit\(\) was called in a stop/)).toMatchObject({ level: 40 });
      await expectNothingLeft();
    },
  );

  test("hands back what runs at an uncaught exception whose listener calls process.exit()", async () => {
    const own = `${JOBS}
process.on("uncaughtException", () => process.exit(0));
export const crash = defineJob("CrashJob", {}, () => void setTimeout(() => { throw new Error("out of reach"); }, 5));`;
    const command = await work(["-t", "0.5"], own);
    const text = await running(command, 60);
    await redis.lpush("queue:default", payload("CrashJob"));

    const { code, stderr } = await command.ended;

    expect([code, stderr]).toEqual([1, ""]);
    expect(await queued()).toEqual([text]);
    expect(await redis.keys("tsq:in-flight:*")).toEqual([]);
  });

  test("speaks of one more Ctrl-C only where somebody may press it", async () => {
    const command = await work();
    command.signal("SIGINT");
    await command.ended;
    const cwd = application({ "jobs.mjs": JOBS });
    const line = `${process.execPath} node_modules/tsq/dist/cli.js work --redis ${server.url}`;
    const terminal = spawn("script", ["-qec", line, "/dev/null"], { cwd });
    onTestFinished(() => void terminal.kill("SIGKILL"));
    let output = "";
    terminal.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    await eventually(() => expect(output).toContain("Ready; "), PATIENCE);

    terminal.stdin.write("\x03");

    await eventually(() => expect(output).toContain("Bye!"), PATIENCE);
    expect(messages(command)).toContain("Stopping");
    expect(output).toContain("Stopping; Ctrl-C once more hands back at once");
  });
});

describe("a job that listens to job.stopping", () => {
  const SAVING = `
import { once } from "node:events";
import { defineJob } from "tsq";
export const saving = defineJob("SlowJob", {}, async (job) => {
  while (!job.isInterrupted) await once(job.stopping, "abort");
  job.logger.info("Saved");
});`;

  test("saves its work at TERM and is done, long before the deadline", async () => {
    const command = await work(["-t", "60"], SAVING);
    await running(command);

    command.signal("SIGTERM");
    const { code } = await command.ended;

    expect(code).toBe(0);
    expect(messages(command)).toEqual(expect.arrayContaining(["Saved", "done", "Bye!"]));
    expect(await queued()).toEqual([]);
    expect(await redis.exists("retry")).toBe(0);
    expect(await redis.get("stat:processed")).toBe("1");
    await expectNothingLeft();
  });

  test("saves its work at TSTP and is done, while the worker goes on", async () => {
    const command = await work([], SAVING);
    await running(command);

    command.signal("SIGTSTP");
    await command.logged("Saved");
    await command.logged("done");

    expect(command.hasEnded).toBe(false);
    command.signal("SIGTERM");
    expect((await command.ended).code).toBe(0);
    expect(await queued()).toEqual([]);
    await expectNothingLeft();
  });
});

describe("before it is ready, tsq work", () => {
  const SLOW = `console.error("loading"); setTimeout(() => {}, 60_000); ${NEVER}`;

  test("is ended by TERM, with 0, while it still loads itself", async () => {
    const hooks = `
      export const load = (url, context, next) => {
        if (!/cli\\.js$|early-signals\\.js$/.test(url)) process.kill(process.pid, "SIGTERM");
        return next(url, context);
      };`;
    const cwd = application({
      "hooks.mjs": hooks,
      "first.mjs": `import { register } from "node:module"; register("./hooks.mjs", import.meta.url);`,
      // The signal is heard between two steps of the event loop, and there must be a next one.
      "jobs.mjs": SLOW,
    });

    const { code, stderr } = await tsq(["work"], { cwd, env: { NODE_OPTIONS: `--import ${cwd}/first.mjs` } });

    expect(code).toBe(0);
    expect(stderr).toContain("tsq: SIGTERM before the worker was ready; it has taken no job.\n");
  });

  test("is ended by TERM, with 0", async () => {
    const command = startTsqCommand(["work"], { cwd: application({ "jobs.mjs": SLOW }) });
    await eventually(() => expect(command.output()).toContain("loading"), PATIENCE);

    command.signal("SIGTERM");
    const { code, stderr } = await command.ended;

    expect(code).toBe(0);
    expect(stderr).toContain("tsq: SIGTERM before the worker was ready; it has taken no job.\n");
  });

  const canUnshare = spawnSync("unshare", ["--pid", "--fork", "true"]).status === 0;
  if (!canUnshare)
    console.warn("Skipped: tsq as process 1, because `unshare --pid` is not there or not allowed.");

  test.runIf(canUnshare)("is ended by TERM as process 1 of a container, too", async () => {
    const cwd = application({ "jobs.mjs": SLOW });
    const cli = join(cwd, "node_modules/tsq/dist/cli.js");
    const container = spawn("unshare", ["--pid", "--fork", "--kill-child", process.execPath, cli, "work"], {
      cwd,
    });
    onTestFinished(() => void container.kill("SIGKILL"));
    let output = "";
    container.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    await eventually(() => expect(output).toContain("loading"), PATIENCE);
    const children = readFileSync(`/proc/${container.pid}/task/${container.pid}/children`, "utf8");

    process.kill(Number(children.trim()), "SIGTERM");

    expect(await once(container, "exit")).toEqual([0, null]);
  });

  test.each([
    ["a module", NEVER, /^tsq: Expected `\S*jobs\.mjs` to load, but nothing is left/],
    [
      "a configureWorker",
      `${JOBS} export const configureWorker = () => new Promise(() => {});`,
      /^tsq: Expected `configureWorker` of `\S+jobs\.mjs` to resolve, but nothing is left/,
    ],
  ])("says in one line that %s never resolves, and ends with 1", async (_, source, line) => {
    const { code, stderr } = await tsq(["work", "--redis", server.url], {
      cwd: application({ "jobs.mjs": source }),
    });

    expect(code).toBe(1);
    expect(stderr).toMatch(line);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
