/** What takes its time: ends that wait for a server that is gone, and a job that lets nothing else run. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { defineJob } from "@tsq/core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { gate } from "../support/gate.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { TcpProxy } from "../support/proxy.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { TestWorkers } from "../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterAll(async () => {
  await workers.redis.flushdb();
  await workers.end();
  await server.stop();
});

// Side by side, because all of them wait.
describe.concurrent("a worker", () => {
  test.for([
    { how: "gone", leave: (proxy: TcpProxy) => proxy.refuse() },
    { how: "hanging", leave: (proxy: TcpProxy) => proxy.sleep() },
  ])(
    "whose server is $how ends when it is stopped, and leaves what it ran to a rescuer",
    async ({ how, leave }, { expect }) => {
      const proxy = await TcpProxy.listen(server.port);
      const { opened, open } = gate();
      const job = defineJob("HardJob", () => opened);
      await pushTexts(workers.redis, [payloadText({ queue: how })], how);
      const worker = await workers.start({
        jobs: [job],
        queues: [how],
        redis: { ...workers.target, host: "127.0.0.1", port: proxy.port },
        shutdownTimeoutMs: 0,
        pollIntervalAverage: 0.05,
      });
      const inFlight = `tsq:in-flight:${worker.identity}~default~0`;
      await eventually(async () => expect(await workers.redis.hlen(inFlight)).toBe(3));

      leave(proxy);
      await worker.stop();

      expect(await workers.redis.hlen(inFlight)).toBe(3);
      expect(await workers.redis.hexists("tsq:owners", `${worker.identity}~default~0`)).toBe(1);
      open();
      await proxy.stop();
    },
  );

  test("beats while a job lets nothing else run, so that nobody takes it for dead", async ({
    expect,
    onTestFinished,
  }) => {
    const source = `
      import { readSync } from "node:fs";
      import { defineJob } from "@tsq/core";
      import { Worker } from "@tsq/worker";
      import { pino } from "pino";
      const job = defineJob("BlockingJob", () => {
        console.log(worker.identity);
        readSync(0, Buffer.alloc(1));
      });
      const worker = new Worker({
        jobs: [job], queues: ["blocking"], redis: ${JSON.stringify(server.url)}, logger: pino({ level: "silent" }),
      });
      await worker.start();
    `;
    await pushTexts(workers.redis, [payloadText({ class: "BlockingJob" })], "blocking");
    const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const identity = String(line).trim();
    const before = Number(await workers.redis.hget(identity, "beat"));

    // The next beat comes ten seconds after the first, and waits a second for an answer.
    await eventually(
      async () => expect(Number(await workers.redis.hget(identity, "beat"))).toBeGreaterThan(before),
      { timeoutMs: 30_000 },
    );

    expect(await workers.redis.hlen(`tsq:in-flight:${identity}~default~0`)).toBe(3);
    expect(await workers.redis.ttl(identity)).toBeGreaterThan(50);
    child.stdin.end("x");
    await eventually(async () =>
      expect(await workers.redis.hlen(`tsq:in-flight:${identity}~default~0`)).toBe(2),
    );
  });

  test("tells its extensions and its application of the jobs that it brought back", async ({ expect }) => {
    const told: (readonly string[])[] = [];
    const owner = "dead:1:abc~default~0";
    await workers.redis.hset("tsq:owners", owner, '["a"]');
    await workers.redis.hset(`tsq:in-flight:${owner}`, "00", payloadText({ jid: "back", queue: "a" }));
    const worker = workers.make({
      extensions: [{ name: "x", install: (host) => host.on("rescued", (jids) => told.push(jids)) }],
    });
    worker.on("rescued", (jids) => told.push(jids));

    await worker.start();

    await eventually(() => expect(told).toEqual([["back"], ["back"]]));
  });
});
