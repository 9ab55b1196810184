import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Redis } from "ioredis";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/proxy.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { application, startTsqCommand, type TsqCommand } from "../support/tsq-command.ts";

const JOBS = `
import { setTimeout as sleep } from "node:timers/promises";
import { defineJob } from "tsq";

export const echo = defineJob("EchoJob", {}, (job, ...args) => job.logger.info({ args }, "echo"));
export const slow = defineJob("SlowJob", {}, (job, seconds) => sleep(seconds * 1_000, undefined, { signal: job.signal }));
export const failing = defineJob("FailingJob", {}, () => { throw new TypeError("no such luck"); });
`;

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

async function work(...args: string[]): Promise<TsqCommand> {
  const command = startTsqCommand(["work", "--redis", server.url, ...args], {
    cwd: application({ "jobs.mjs": JOBS }),
  });
  await command.logged(/^Ready/);
  return command;
}

/** Resolves to the payload. */
async function push(name: string, ...args: unknown[]): Promise<string> {
  const jid = randomBytes(12).toString("hex");
  const payload = JSON.stringify({ class: name, args, jid, retry: true, queue: "default" });
  await redis.lpush("queue:default", payload);
  return payload;
}

const jidOf = (payload: string): unknown => (JSON.parse(payload) as { jid: unknown }).jid;

const queued = () => redis.llen("queue:default");

describe("tsq work", () => {
  test("runs a Runnable that no defineJob made, beside a remoteJob that it does not run", async () => {
    const cwd = application({
      "jobs.mjs": `
        import { remoteJob } from "tsq";
        export const ruby = remoteJob("RubyJob");
        export const plain = { name: "PlainJob", options: {}, hooks: {}, run: (job) => job.logger.info("plain") };`,
    });
    const command = startTsqCommand(["work"], { cwd, env: { REDIS_URL: server.url } });

    await push("PlainJob");

    await command.logged(/^plain$/);
  });

  test("runs a job of ActiveJob, beside one that Ruby runs", async () => {
    const cwd = application({
      "jobs.ts": `
        import { activeJob, defineActiveJob } from "tsq";
        export const ruby = activeJob<[number]>("RubyJob");
        export const notify = defineActiveJob("NotifyJob", { retry: 3 }, async (job, id: number) => job.logger.info("told " + id));`,
    });
    const command = startTsqCommand(["work"], { cwd, env: { REDIS_URL: server.url } });
    const envelope = { job_class: "NotifyJob", arguments: [7] };
    const wrapper = "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper";

    await redis.lpush(
      "queue:default",
      JSON.stringify({
        class: wrapper,
        wrapped: "NotifyJob",
        args: [envelope],
        jid: "one",
        queue: "default",
      }),
    );

    expect(await command.logged("told 7")).toMatchObject({ class: "NotifyJob", jid: "one" });
  });

  test("runs the jobs of a jobs.ts that it finds here", async () => {
    const cwd = application({
      "jobs.ts": `
        import { defineJob, type JobContext } from "tsq";
        enum Greeting { Hello = "hello" }
        export const greet = defineJob("GreetJob", async (job: JobContext, name: string) => {
          job.logger.info(Greeting.Hello + " " + name);
        });`,
    });
    const command = startTsqCommand(["work"], { cwd, env: { REDIS_URL: server.url } });

    await push("GreetJob", "world");

    expect(await command.logged("hello world")).toMatchObject({ class: "GreetJob" });
  });

  test("writes one JSON object per line, with jid and class on every line of a job", async () => {
    const command = await work();

    const echoed = await push("EchoJob", 1, "two");
    const failed = await push("FailingJob");
    await command.logged("done");
    await command.logged("fail");

    const linesOf = (payload: string) => command.log().filter(({ jid }) => jid === jidOf(payload));
    expect(linesOf(echoed).map(({ msg }) => msg)).toEqual(["start", "echo", "done"]);
    expect(linesOf(echoed).every((line) => line["class"] === "EchoJob")).toBe(true);
    expect(linesOf(echoed)[1]).toMatchObject({ args: [1, "two"] });
    expect(linesOf(echoed)[2]).toMatchObject({ elapsed: expect.any(Number) as number });
    expect(linesOf(failed).map(({ msg }) => msg)).toEqual(["start", "fail"]);
    expect(linesOf(failed)[1]).toMatchObject({
      class: "FailingJob",
      err: { type: "TypeError", message: "no such luck" },
    });
  });

  test("TERM waits for what runs, takes nothing more, and ends with 0", async () => {
    const command = await work("-c", "1");
    await push("SlowJob", 1);
    await command.logged("start");

    command.signal("SIGTERM");
    await command.logged(/^Taking no more/);
    await push("EchoJob", "too late");
    const { code, stderr } = await command.ended;

    expect([code, stderr]).toEqual([0, ""]);
    expect(command.log().map(({ msg }) => msg)).toContain("done");
    expect(await queued()).toBe(1);
    expect(await redis.smembers("processes")).toEqual([]);
  });

  test("TERM hands back what runs longer than -t, byte for byte", async () => {
    const command = await work("-t", "0.2");
    const payload = await push("SlowJob", 60);
    await command.logged("start");

    command.signal("SIGTERM");
    const { code } = await command.ended;

    expect(code).toBe(0);
    expect(await redis.lrange("queue:default", 0, -1)).toEqual([payload]);
    expect(await redis.zcard("retry")).toBe(0);
  });

  test("a Ctrl-C that npm sends on once more is one Ctrl-C", async () => {
    const command = await work();
    await push("SlowJob", 1);
    await command.logged("start");

    command.signal("SIGINT");
    command.signal("SIGINT");
    const { code } = await command.ended;

    expect(code).toBe(0);
    expect(command.log().map(({ msg }) => msg)).toContain("done");
  });

  test("TERM before Redis has answered ends it, and it never says that it is ready", async () => {
    const proxy = await TcpProxy.listen(server.port);
    onTestFinished(() => proxy.stop());
    proxy.sleep();
    const { href } = Object.assign(new URL(server.url), { port: proxy.port });
    const command = startTsqCommand(["work", "--redis", href], { cwd: application({ "jobs.mjs": JOBS }) });
    await command.logged("Connecting");

    command.signal("SIGTERM");
    await command.logged(/^Stopping/);
    proxy.wake();
    const { code } = await command.ended;

    expect(code).toBe(0);
    expect(command.log().at(-1)?.msg).toBe("Bye!");
    expect(command.output()).not.toContain("Ready");
  });

  test("TSTP makes it take no more jobs while it goes on, and TERM ends it then", async () => {
    const command = await work();

    command.signal("SIGTSTP");
    await command.logged("Taking no more jobs");
    const [identity = ""] = await redis.smembers("processes");
    await eventually(async () => expect(await redis.hget(identity, "quiet")).toBe("true"));
    await push("EchoJob");

    expect(command.hasEnded).toBe(false);
    expect(await queued()).toBe(1);
    command.signal("SIGTERM");
    expect((await command.ended).code).toBe(0);
  });

  test("TTIN logs what runs", async () => {
    const command = await work();
    command.signal("SIGTTIN");
    await command.logged("No job is running");
    const payload = await push("SlowJob", 60);
    await command.logged("start");

    command.signal("SIGTTIN");

    expect(await command.logged("Running jobs")).toMatchObject({ jobs: 1 });
    expect(await command.logged("Running")).toMatchObject({
      jid: jidOf(payload),
      class: "SlowJob",
      queue: "default",
      seconds: expect.any(Number) as number,
    });
  });
});
