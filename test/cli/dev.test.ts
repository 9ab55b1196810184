import { connect } from "node:net";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { Redis } from "ioredis";
import { eventually } from "../support/eventually.ts";
import { startRedis } from "../support/redis.ts";
import { application, startTsqCommand, tsq, write, type TsqCommand } from "../support/tsq-command.ts";

const jobs = (word: string): string => `
import { setTimeout as sleep } from "node:timers/promises";
import { defineJob } from "tsq";
export const echo = defineJob("EchoJob", {}, (job) => job.logger.info({ url: process.env.REDIS_URL }, "${word}"));
export const endless = defineJob("EndlessJob", {}, async (job) => {
  job.logger.info("looping");
  await new Promise((resolve) => setTimeout(resolve, 10));
  for (;;);
});
export const slow = defineJob("SlowJob", {}, (job, seconds) => sleep(seconds * 1_000, undefined, { signal: job.signal }));
`;

const URL_OF = /redis:\/\/\S+/;

interface Dev {
  readonly command: TsqCommand;
  readonly cwd: string;
  readonly url: string;
  readonly redis: Redis;
}

async function dev(...args: string[]): Promise<Dev> {
  const cwd = application({ "jobs.mjs": jobs("first") });
  const command = startTsqCommand(["dev", ...args], { cwd });
  onTestFinished(async () => {
    // Killed, it would leave its worker to stop without a Redis, which takes its time.
    command.signal("SIGTERM");
    await command.ended;
  });
  const using = await command.logged(/^Using the/);
  await command.logged(/^Ready/);
  const url = URL_OF.exec(using.msg)?.[0] ?? "";
  const redis = new Redis(url, { retryStrategy: null });
  redis.on("error", () => {});
  onTestFinished(() => redis.disconnect());
  return { command, cwd, url, redis };
}

const push = (redis: Redis, name: string, ...args: unknown[]): Promise<number> =>
  redis.lpush("queue:default", JSON.stringify({ class: name, args, jid: "j", retry: true }));

/** Whether anybody listens there. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => resolve(true));
    socket.once("error", () => resolve(false)).once("connect", () => socket.destroy());
  });

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** The pid that the worker's log lines carry. */
const workerOf = (command: TsqCommand): number => {
  const ready = command
    .log()
    .filter(({ msg }) => msg.startsWith("Ready"))
    .at(-1);
  return ready?.["pid"] as number;
};

describe("tsq dev", () => {
  test("starts a server that keeps its data and a worker, and Ctrl-C ends both", async () => {
    const { command, cwd, url, redis } = await dev("--server", "embedded");
    await push(redis, "EchoJob");

    expect(await command.logged("first")).toMatchObject({ class: "EchoJob", url });
    expect(await command.logged("Connecting")).toMatchObject({ from: "the embedded server of tsq dev" });
    const pid = workerOf(command);
    expect(pid).not.toBe(command.pid);

    command.signal("SIGINT");
    const { code } = await command.ended;

    expect(code).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(await answers(Number(new URL(url).port))).toBe(false);
    expect(existsSync(join(cwd, ".tsq/dump.rdb"))).toBe(true);
    expect(statSync(join(cwd, ".tsq")).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(cwd, ".tsq/.gitignore"), "utf8")).toBe("*\n");
  });

  test("ends a worker that a job keeps from hearing", async () => {
    const { command, redis } = await dev("--server", "embedded");
    const pid = workerOf(command);
    await push(redis, "EndlessJob");
    await eventually(() => expect(command.log().map(({ msg }) => msg)).toContain("looping"));

    command.signal("SIGINT");
    const { code } = await command.ended;

    expect(code).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(await command.logged(/is killed after 5 s; its jobs come back within 90 s/)).toBeTruthy();
  });

  test("starts the worker anew when a file changes, with the new code and the same jobs", async () => {
    const { command, cwd, redis } = await dev("--server", "embedded");
    const before = workerOf(command);
    await redis.sadd("mine", "kept");

    write(cwd, { "jobs.mjs": jobs("second") });
    expect(await command.logged(/jobs\.mjs changed/)).toBeTruthy();
    await eventually(() => expect(workerOf(command)).not.toBe(before));
    await push(redis, "EchoJob");
    await command.logged("second");

    expect(isAlive(before)).toBe(false);
    expect(await redis.smembers("mine")).toEqual(["kept"]);
  });

  test("a change hands back the job that runs, and the new worker runs it again", async () => {
    const { command, cwd, redis } = await dev("--server", "embedded");
    await push(redis, "SlowJob", 60);
    await command.logged("start");

    write(cwd, { "jobs.mjs": jobs("second") });
    write(cwd, { "other.mjs": "" });

    await eventually(() => expect(command.log().filter(({ msg }) => msg === "start")).toHaveLength(2), {
      timeoutMs: 20_000,
    });
    expect(command.log().map(({ msg }) => msg)).not.toContain("Handing back what still runs");
  });

  test("a mistake in a file is told in one line, and its correction starts the worker", async () => {
    const { command, cwd, redis } = await dev("--server", "embedded");

    write(cwd, { "jobs.mjs": "export const = 1;" });
    await command.logged(/^The worker has ended; waiting/);
    write(cwd, { "jobs.mjs": jobs("mended") });
    await push(redis, "EchoJob");
    await command.logged("mended");

    expect(command.output()).toMatch(/^tsq: `.*jobs\.mjs.*` cannot be loaded: .*$/m);
  });

  test("processes the queues of the jobs where none is named, and says what is not processed", async () => {
    const source = `
      import { defineJob, remoteJob } from "tsq";
      export const mail = defineJob("MailJob", { queue: "mailers" }, (job) => job.logger.info("mailed"));
      export const ruby = remoteJob("RubyJob", { queue: "ruby" });
    `;
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const cwd = application({ "jobs.mjs": source });
    const start = (...args: string[]) => startTsqCommand([...args, "--redis", own.url], { cwd });
    const command = start("dev", "--no-watch");
    await command.logged(/^Ready/);

    await tsq(["push", "MailJob", "-q", "mailers", "--redis", own.url]);
    await command.logged("mailed");

    expect((await command.logged(/started$/))["queues"]).toEqual(["default", "mailers"]);
    command.signal("SIGTERM");
    await command.ended;
    const other = start("work", "-q", "default");
    expect(await other.logged(/queue mailers, which is not processed here/)).toMatchObject({
      jobs: ["MailJob"],
    });
    other.signal("SIGTERM");
    await other.ended;
  });

  test("its worker does not outlive it, not even a kill -9", async () => {
    const { command } = await dev("--server", "embedded");
    const pid = workerOf(command);

    await command.kill9();

    // It waits for its own Redis as well, which is gone too.
    await eventually(() => expect(isAlive(pid)).toBe(false), { timeoutMs: 30_000 });
  });

  test("with --no-watch it ends when its worker does", async () => {
    const cwd = application({ "jobs.mjs": "export const = 1;" });

    const { code, stderr } = await tsq(["dev", "--server", "embedded", "--no-watch"], { cwd });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^tsq: .*jobs\.mjs.*\n$/);
  });

  test("starts a server of its own where none is named", async ({ skip }) => {
    // With a Redis there it would be used, and it may hold somebody's jobs.
    if (await answers(6379)) skip("something listens on localhost:6379");

    const { command, url } = await dev("-q", "tsq-dev-test");

    expect((await command.logged(/^Using the/)).msg).toContain("embedded Valkey, for development only");
    expect(new URL(url).hostname).toBe("127.0.0.1");
  });

  test("uses the Redis that is named and starts none", async () => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const { command, url } = await dev("--redis", own.url);

    expect(await command.logged("Connecting")).toMatchObject({ from: "--redis of tsq dev" });
    expect(url).toBe(own.url);
    command.signal("SIGTERM");
    expect((await command.ended).code).toBe(0);
    expect(await own.client().ping()).toBe("PONG");
  });

  test("shows the password of its Redis neither in the log nor on its worker's command line", async () => {
    const locked = await startRedis({ args: ["--requirepass", "s3cret"] });
    onTestFinished(() => locked.stop());
    const named = `redis://:s3cret@127.0.0.1:${locked.port}/0`;
    const cwd = application({
      "jobs.mjs": `
        import { defineJob } from "tsq";
        export const tell = defineJob("TellJob", {}, ({ logger }) => {
          const { REDIS_URL, REDIS_PROVIDER } = process.env;
          const isRight = REDIS_URL === ${JSON.stringify(named)} && REDIS_PROVIDER === undefined;
          logger.info({ argv: process.argv, isRight }, "told");
        });`,
    });
    const env = { REDIS_PROVIDER: "MY_REDIS", MY_REDIS: named, REDIS_URL: "redis://127.0.0.1:1/0" };
    const command = startTsqCommand(["dev", "--no-watch"], { cwd, env });
    await command.logged(/^Ready/);

    const redis = new Redis(named);
    onTestFinished(() => redis.disconnect());
    await push(redis, "TellJob");
    const told = await command.logged("told");
    command.signal("SIGTERM");
    await command.ended;

    expect(told["isRight"]).toBe(true);
    expect(told["argv"]).toContain("work");
    expect(command.output()).not.toContain("s3cret");
  });

  test("never replaces a Redis that is named and does not answer", async () => {
    const cwd = application({ "jobs.mjs": jobs("first") });

    const { code, stderr } = await tsq(["dev"], { cwd, env: { REDIS_URL: "redis://127.0.0.1:1/0" } });

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^tsq: Cannot reach Redis at redis:\/\/127\.0\.0\.1:1\/0: connection refused.*\n$/,
    );
    expect(existsSync(join(cwd, ".tsq"))).toBe(false);
  });

  test("--redis and --server are not both", async () => {
    const { code, stderr } = await tsq(["dev", "--server", "embedded", "--redis", "redis://127.0.0.1:1"]);

    expect(code).toBe(1);
    expect(stderr).toBe("tsq: Expected --redis or --server, got both. Leave one out.\n");
  });
});
