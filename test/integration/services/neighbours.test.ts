/** What a worker is warned of at its start: neighbours with which it will not get along. */
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { hasNativeRedis, startNativeRedis } from "../../support/native-redis.ts";
import type { NativeRedis } from "../../support/native-redis.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
});
afterEach(() => workers.end());
afterAll(() => server.stop());

const process = async (redis: Redis, version: string, queues: readonly string[], quiet = "false") => {
  await redis.sadd("processes", "web:1:r");
  await redis.hset("web:1:r", "info", JSON.stringify({ version, queues }), "quiet", quiet);
};

const SHARED = /^Ruby processes take jobs from (.*) as well/;

describe("processes of Ruby", () => {
  test("that serve the same queues are told, with the queues and what to do", async () => {
    await process(workers.redis, "8.1.7", ["low", "mailers", "default"]);

    await workers.start({ queues: ["default", "mailers", "own"] });

    const line = workers.messages(40).find((message) => SHARED.test(message)) ?? "";
    expect(SHARED.exec(line)?.[1]).toBe("`default`, `mailers`");
    expect(line).toContain(" (web:1:r), ");
    expect(line).toContain("Give this worker queues of its own. Else a job that the wrong side takes fails");
    expect(line).toMatch(/`retry: false` it is lost where Ruby takes it.*`--unknown-jobs handBack`/);
  });

  test("are told to a worker that hands back as well: what they do not know fails all the same", async () => {
    await process(workers.redis, "8.1.7", ["default"]);

    await workers.start({ unknownJobs: "handBack" });

    const line = workers.messages(40).find((message) => SHARED.test(message)) ?? "";
    expect(line).toMatch(/queues of its own\. Else a job that Ruby takes and does not know fails/);
    expect(line).toContain("with `retry: false` it is lost");
  });

  test("are named, and no more than three of them", async () => {
    for (const name of ["a", "b", "c", "d", "e"]) {
      await workers.redis.sadd("processes", `web:1:${name}`);
      const info = JSON.stringify({ version: "7.3.2", queues: ["default"] });
      await workers.redis.hset(`web:1:${name}`, "info", info, "quiet", "false");
    }

    await workers.start();

    const line = workers.messages(40).find((message) => SHARED.test(message)) ?? "";
    expect(line).toMatch(/\((?:web:1:[a-e], ){2}web:1:[a-e] and 2 more\)/);
  });

  test.each<[string, string, readonly string[], string]>([
    ["serve other queues", "8.1.7", ["low"], "false"],
    ["take no more jobs", "8.1.7", ["default"], "true"],
    ["are none, but tsq's own", "tsq 1.0.0", ["default"], "false"],
  ])("that %s are nothing to tell", async (_what, version, queues, quiet) => {
    await process(workers.redis, version, queues, quiet);

    await workers.start();

    expect(workers.messages(40)).toEqual([]);
  });
});

describe.runIf(hasNativeRedis())("a fleet in another database", () => {
  let native: NativeRedis;
  let here: Redis;
  let there: Redis;

  beforeAll(async () => {
    native = await startNativeRedis();
    here = new Redis(native.url);
    there = new Redis({ host: "127.0.0.1", port: native.port, db: 5 });
  });
  beforeEach(() => here.flushall());
  afterAll(async () => {
    here.disconnect();
    there.disconnect();
    await native.stop();
  });

  const warnings = async (redis: object = {}): Promise<readonly string[]> => {
    workers.log.length = 0;
    const worker = workers.make({ redis: { host: "127.0.0.1", port: native.port, ...redis } });
    await worker.start();
    const told = workers.messages(40);
    await worker.stop();
    return told;
  };

  test("is told with both numbers when there is none in the own one", async () => {
    await here.set("something", "else");
    await process(there, "8.1.7", ["default"]);

    expect(await warnings()).toEqual([
      `Redis at redis://127.0.0.1:${native.port}/0 has no Sidekiq process in database 0, and has some in database 5. ` +
        "Name that one if this worker belongs to them: end the URL with `/5`.",
    ]);
  });

  test("is nothing to tell when the own one has a process as well", async () => {
    await process(here, "8.1.7", ["low"]);
    await process(there, "8.1.7", ["default"]);

    expect(await warnings()).toEqual([]);
  });

  test("is nothing to tell when the others hold no processes", async () => {
    await there.set("something", "else");

    expect(await warnings()).toEqual([]);
  });

  test.each<[string, string, readonly string[], string]>([
    ["SELECT", "select", ["5"], "-NOPERM this user has no permissions to run the 'select' command\r\n"],
    ["a database that a cluster lacks", "select", ["5"], "-ERR SELECT is not allowed in cluster mode\r\n"],
    ["INFO", "info", ["keyspace"], "-NOPERM this user has no permissions to run the 'info' command\r\n"],
    ["to look at the processes", "smembers", ["processes"], "-NOPERM No permissions to access a key\r\n"],
  ])("is not told to who is refused %s, and the worker starts", async (_what, command, wanted, answer) => {
    await process(there, "8.1.7", ["default"]);
    const proxy = await TcpProxy.listen(native.port);
    try {
      let looks = 0;
      new CommandTap(proxy).answer((name, args) => {
        if (name !== command || args.join() !== wanted.join()) return undefined;
        // The first look at the processes is for their generations, which a worker must know.
        return command === "smembers" && looks++ !== 1 ? undefined : answer;
      });

      expect(await warnings({ port: proxy.port })).toEqual([]);
    } finally {
      await proxy.stop();
    }
  });

  test("is not waited for when the server says nothing of it", async () => {
    await process(there, "8.1.7", ["default"]);
    const proxy = await TcpProxy.listen(native.port);
    try {
      // No answer, ever, to that connection.
      new CommandTap(proxy).answer((name, args) => (name === "select" && args[0] === "5" ? "" : undefined));

      expect(await warnings({ port: proxy.port })).toEqual([]);
    } finally {
      await proxy.stop();
    }
  });
});
