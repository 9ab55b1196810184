/** A worker from its start to its end: what it shows, what it is told, and what it does without a server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { defineJob, RedisUnusableError } from "@tsq/core";
import type { WorkerOptions } from "@tsq/worker";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { gate } from "../support/gate.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { TestWorkers } from "../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(() => workers.end());
afterAll(() => server.stop());

const nobody: WorkerOptions["redis"] = { host: "127.0.0.1", port: 1 };

describe("a worker that runs", () => {
  test("shows itself and its jobs as Ruby's pages expect them", async () => {
    const { opened, open } = gate();
    const job = defineJob("HardJob", () => opened);
    const text = payloadText({ jid: "j" });
    await pushTexts(workers.redis, [text], "low");
    const worker = await workers.start({
      jobs: [job],
      queues: ["high,2", "low"],
      tag: "shop",
      labels: ["blue"],
    });
    await eventually(() =>
      expect(worker.running()).toMatchObject([{ jid: "j", class: "HardJob", queue: "low" }]),
    );

    const quiet = worker.quiet();

    await eventually(async () => expect(await workers.redis.hget(worker.identity, "quiet")).toBe("true"));
    expect(await workers.redis.hget(worker.identity, "busy")).toBe("1");
    expect(JSON.parse((await workers.redis.hget(worker.identity, "info")) ?? "")).toMatchObject({
      tag: "shop",
      labels: ["tsq", "blue"],
      concurrency: 5,
      queues: ["high", "low"],
      identity: worker.identity,
      version: expect.stringMatching(/^tsq \d/) as string,
    });
    const [entry = ""] = await workers.redis.hvals(`${worker.identity}:work`);
    expect(JSON.parse(entry)).toEqual({ queue: "low", payload: text, run_at: expect.any(Number) as number });
    expect(Number.isInteger((JSON.parse(entry) as { run_at: number }).run_at)).toBe(true);
    open();
    await quiet;
  });

  test("counts what it ran, at the latest when it ends", async () => {
    const job = defineJob("HardJob", (_job, fails: boolean) => {
      if (fails) throw new Error("no");
    });
    await pushTexts(
      workers.redis,
      [true, false, false].map((fails) => payloadText({ args: [fails] })),
    );
    await pushTexts(workers.redis, [payloadText({ class: "No::Such" })]);
    const worker = await workers.start({ jobs: [job] });
    await eventually(async () => expect(await workers.redis.zcard("retry")).toBe(2));

    await worker.stop();

    expect(await workers.redis.mget("stat:processed", "stat:failed")).toEqual(["4", "2"]);
    const [minute = ""] = await workers.redis.keys("j|*:??");
    expect(await workers.redis.hmget(minute, "HardJob|p", "HardJob|f", "No::Such|p")).toEqual([
      "3",
      "1",
      null,
    ]);
    expect(await workers.redis.smembers("processes")).toEqual([]);
  });

  test("follows the spelling of the oldest Sidekiq that is there, unless it is told", async () => {
    await workers.redis.sadd("processes", "ruby");
    await workers.redis.hset("ruby", "info", '{"version":"7.3.2"}');
    await pushTexts(workers.redis, [payloadText({ class: "A" })], "auto");
    await pushTexts(workers.redis, [payloadText({ class: "A" })], "told");

    await workers.start({ queues: ["auto"] });
    await workers.start({ queues: ["told"], wire: 8 });

    const retries = await eventually(async () => {
      const members = await workers.redis.zrange("retry", "0", "-1");
      expect(members).toHaveLength(2);
      return members;
    });
    const failedAt = (queue: string): string =>
      /"failed_at":([\d.]+)/.exec(retries.find((text) => text.includes(`"queue":"${queue}"`)) ?? "")?.[1] ??
      "";
    expect(failedAt("auto")).toMatch(/^\d{10}\.\d+$/);
    expect(failedAt("told")).toMatch(/^\d{13}$/);
  });

  test("tells its listeners what it goes through", async () => {
    const events: string[] = [];
    const worker = workers.make();
    for (const event of ["startup", "heartbeat", "beat", "quiet", "shutdown", "exit"] as const) {
      worker.on(event, () => events.push(event));
    }

    await worker.start();
    await worker.stop();

    expect([...new Set(events)]).toEqual(["startup", "heartbeat", "beat", "quiet", "shutdown", "exit"]);
  });

  test("starts and stops once, however often it is asked", async () => {
    const worker = workers.make();

    expect(worker.start()).toBe(worker.start());
    await worker.start();
    expect(worker.stop()).toBe(worker.stop());
  });
});

describe("a signal from a page", () => {
  const signalled = async (signal: string) => {
    const worker = workers.make({ shutdownTimeoutMs: 0 });
    await workers.redis.lpush(`${worker.identity}-signals`, signal);
    return worker;
  };

  test("TSTP makes it quiet", async () => {
    const worker = await signalled("TSTP");
    await worker.start();

    await eventually(async () => expect(await workers.redis.hget(worker.identity, "quiet")).toBe("true"));
    await pushTexts(workers.redis, [payloadText()]);
    expect(workers.messages()).toContain("Taking no more jobs");
    expect(await workers.redis.llen("queue:default")).toBe(1);
  });

  test("TERM stops it", async () => {
    const worker = await signalled("TERM");
    await worker.start();

    await eventually(() => expect(workers.messages()).toContain("Bye!"));
    expect(await workers.redis.smembers("processes")).toEqual([]);
  });

  test("TTIN names what it runs", async () => {
    const { opened, open } = gate();
    const job = defineJob("HardJob", () => opened);
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);
    const worker = await workers.start({ jobs: [job] });
    await eventually(() => expect(worker.running()).toHaveLength(1));

    await workers.redis.lpush(`${worker.identity}-signals`, "TTIN");
    const quiet = worker.quiet();

    await eventually(() => expect(workers.messages(40)).toEqual(["Running"]));
    expect(workers.log.find(({ msg }) => msg === "Running")).toMatchObject({ jid: "j", class: "HardJob" });
    open();
    await quiet;
  });

  test("goes to the program that asked for it, and to nothing else", async () => {
    const heard: string[] = [];
    const worker = await signalled("TERM");
    worker.onSignal((signal) => heard.push(signal));

    await worker.start();

    expect(heard).toEqual(["TERM"]);
    expect(workers.messages()).not.toContain("Taking no more jobs");
  });
});

describe("a worker that cannot start", () => {
  test("says in one line that there is no server, and ends when it is stopped", async () => {
    for (const fetch of ["reliable", "basic"] as const) {
      const worker = workers.make({ redis: nobody, fetch });

      await expect(worker.start()).rejects.toThrow(RedisUnusableError);
      await expect(worker.start()).rejects.toThrow(
        /^Cannot reach Redis at redis:\/\/127\.0\.0\.1:1\/0: .*\.$/,
      );
      await worker.stop();
    }
  });

  test("says what a startup listener threw, and has taken no job", async () => {
    await pushTexts(workers.redis, [payloadText()]);
    const worker = workers.make().on("startup", () => {
      throw new Error("not ready");
    });

    await expect(worker.start()).rejects.toThrow("not ready");

    expect(await workers.redis.llen("queue:default")).toBe(1);
    expect(await workers.redis.exists("processes", "tsq:owners")).toBe(0);
  });

  test.each([0, 25_000])(
    "can be stopped while it starts, with a timeout of %i ms",
    async (shutdownTimeoutMs) => {
      for (let i = 0; i < 5; i++) {
        const worker = workers.make({ shutdownTimeoutMs });
        const start = worker.start();
        for (let turns = 0; turns < i * 3; turns++) await new Promise((resolve) => setImmediate(resolve));
        await worker.stop();
        await start;
      }

      expect(await workers.redis.smembers("processes")).toEqual([]);
    },
  );
});

/** Each runs as a program with both ways to fetch; resolves to how they ended. */
const ends = (program: string): Promise<unknown[]> =>
  Promise.all(
    ["reliable", "basic"].map((fetch) => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", program, fetch], {
        stdio: "ignore",
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      return once(child, "exit");
    }),
  );

test("a program whose worker has stopped ends by itself", async () => {
  const program = `
    import { Worker } from "@tsq/worker";
    const worker = new Worker({ jobs: [], redis: ${JSON.stringify(server.url)}, fetch: process.argv[1] });
    await worker.start();
    await worker.stop();
  `;

  expect(await ends(program)).toEqual([
    [0, null],
    [0, null],
  ]);
});

test.each([
  ["finds no Redis", `const worker = new Worker({ jobs: [], redis: "redis://127.0.0.1:1", ...fetch });`],
  [
    "fails in a startup listener",
    `const worker = new Worker({ jobs: [], redis: URL, ...fetch }).on("startup", () => { throw new Error("no"); });`,
  ],
])("a program whose worker %s, and that goes on without it, ends by itself", async (_, makes) => {
  const program = `
    import { Worker } from "@tsq/worker";
    const [URL, fetch] = [${JSON.stringify(server.url)}, { fetch: process.argv[1] }];
    ${makes}
    process.exitCode = await worker.start().then(() => 1, () => 7);
  `;

  expect(await ends(program)).toEqual([
    [7, null],
    [7, null],
  ]);
});
