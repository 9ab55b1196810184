/** By what a worker learns of cancelled jobs, whatever else goes wrong. */
import { Client, defineJob } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import { redisOptions } from "@tsq/core/protocol";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { cancellableJob } from "../support/cancellable-job.ts";
import { CommandTap } from "../support/command-tap.ts";
import { eventually } from "../support/eventually.ts";
import { gate } from "../support/gate.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { TcpProxy } from "../support/proxy.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { TestWorkers } from "../support/worker.ts";

const FAR = 3_600_000;

let server: TestRedis;
let workers: TestWorkers;
let client: Client;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  client = new Client({ redis: server.url });
});
afterEach(async () => {
  await client.close();
  await workers.end();
});
afterAll(() => server.stop());

const isAborted = (started: readonly JobContext[], jid: string): boolean | undefined =>
  started.find((job) => job.jid === jid)?.signal.aborted;
const field = (jid: string): Promise<string | null> => workers.redis.hget(`it-${jid}`, "cancelled");
const isListed = async (jid: string): Promise<boolean> =>
  (await workers.redis.zscore("tsq:cancelled", jid)) !== null;

/** A worker that is told nothing but through this. */
const behindProxy = async (jobs: Parameters<TestWorkers["start"]>[0]) => {
  const proxy = await TcpProxy.listen(server.port);
  onTestFinished(() => proxy.stop());
  const tap = new CommandTap(proxy);
  const worker = await workers.start({ ...jobs, redis: { ...workers.target, port: proxy.port } });
  const wholeLooks = (): number => tap.commands("zrange").filter(([, , from]) => from === "-inf").length;
  const cut = async (): Promise<void> => {
    const before = wholeLooks();
    proxy.cut();
    await eventually(() => expect(wholeLooks()).toBeGreaterThan(before));
  };
  return { proxy, tap, worker, cut };
};

describe("a cancel reaches the worker", () => {
  test("after one by a clock that was ahead, whose job has ended", async () => {
    const { job, started } = cancellableJob();
    await pushTexts(workers.redis, [payloadText({ jid: "first" }), payloadText({ jid: "second" })]);
    await workers.start({ jobs: [job] });
    await eventually(() => expect(started).toHaveLength(2));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + FAR });
    const ahead = client.cancel("first");
    vi.useRealTimers();
    await ahead;
    await eventually(async () => expect(await isListed("first")).toBe(false));

    await client.cancel("second");

    await eventually(() => expect(isAborted(started, "second")).toBe(true));
  });

  test("after somebody has deleted the index, and another one began lower", async () => {
    const { job, started } = cancellableJob();
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);
    await workers.redis.zadd("tsq:cancelled", Date.now() + FAR, "other");
    const { tap } = await behindProxy({ jobs: [job] });
    await eventually(() => expect(started).toHaveLength(1));
    const looks = tap.commands("zrange").length;
    await workers.redis.del("tsq:cancelled");
    await eventually(() => expect(tap.commands("zrange").length).toBeGreaterThan(looks + 1));

    await client.cancel("j");

    await eventually(() => expect(isAborted(started, "j")).toBe(true));
  });

  test("that had lost its connection, whatever the new server's index begins with", async () => {
    const { job, started } = cancellableJob();
    await workers.redis.zadd("tsq:cancelled", Date.now() + FAR, "other");
    const { cut } = await behindProxy({ jobs: [job] });
    await workers.redis.zadd("tsq:cancelled", 1, "j");
    await workers.redis.expire("tsq:cancelled", 60);
    await workers.redis.hset("it-j", "cancelled", "1795451241");
    await cut();

    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);

    await eventually(() => expect(workers.messages()).toContain("cancelled"));
    expect(started).toEqual([]);
  });

  test("while a job runs whose jid is none", async () => {
    const { job, open, started } = cancellableJob();
    const odd = '{"class":"HardJob","args":[],"queue":"default","retry":false,"jid":{"toString":1}}';
    await pushTexts(workers.redis, [odd, payloadText({ jid: "j" })]);
    await workers.start({ jobs: [job] });
    await eventually(() => expect(started).toHaveLength(2));
    const since = performance.now();
    // From then on the marks of both are asked for.
    await eventually(() => expect(performance.now() - since).toBeGreaterThan(1_000));

    await client.cancel("j");

    await eventually(() => expect(isAborted(started, "j")).toBe(true));
    open();
  });

  test("that may not forget, which is told once, and is done when it may", async () => {
    const { job, open, started } = cancellableJob();
    const admin = workers.redis;
    await admin.call("ACL", "SETUSER", "k", "reset", "on", ">pw", "~*", "&*", "+@all");
    onTestFinished(() => void admin.call("ACL", "DELUSER", "k"));
    await pushTexts(admin, [payloadText({ jid: "first" }), payloadText({ jid: "second" })]);
    const target = { ...redisOptions(server.url), ...workers.target, username: "k", password: "pw" };
    await workers.start({ jobs: [job], redis: target });
    await eventually(() => expect(started).toHaveLength(2));
    await admin.call("ACL", "SETUSER", "k", "-zrem");

    await client.cancel("first");
    await eventually(() => expect(isAborted(started, "first")).toBe(true));
    const told = () => workers.messages(40).filter((line) => line.includes("forget cancelled jobs"));
    await eventually(() => expect(told()).toHaveLength(1));
    await client.cancel("second");
    await eventually(() => expect(isAborted(started, "second")).toBe(true));
    await admin.call("ACL", "SETUSER", "k", "+zrem");

    await eventually(async () =>
      expect([await isListed("first"), await isListed("second")]).toEqual([false, false]),
    );
    expect(told()).toHaveLength(1);
    open();
  });
});

describe("a job whose turn comes", () => {
  test("after the event loop was blocked does not start when it was cancelled meanwhile", async () => {
    const { job, started } = cancellableJob();
    const blocked = gate();
    // Sends at once from then on.
    await client.cancel("other");
    const blocking = defineJob("BlockJob", async () => {
      await blocked.opened;
      // Longer than a look may be old. The cancel is sent before, and read by Redis meanwhile.
      void client.cancel("j");
      await new Promise((resolve) => setImmediate(resolve));
      const end = performance.now() + 2_500;
      while (performance.now() < end);
    });
    await pushTexts(workers.redis, [payloadText({ class: "BlockJob", jid: "b" })]);
    await workers.start({ jobs: [job, blocking], concurrency: 1 });
    await eventually(async () => expect(await workers.redis.llen("queue:default")).toBe(0));
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);

    blocked.open();

    await eventually(() => expect(workers.messages()).toContain("cancelled"));
    expect(started).toEqual([]);
  });

  test("is not asked for when others have taken it out of the index", async () => {
    const { job, open, started } = cancellableJob();
    open();
    await client.cancel("j");
    const { cut, tap } = await behindProxy({ jobs: [job] });
    await workers.redis.zrem("tsq:cancelled", "j");
    await cut();
    // Its answer has been read, too.
    await eventually(() => expect(tap.commands("zrange").at(-1)?.[2]).not.toBe("-inf"));
    const before = tap.commands("hget").length;

    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);

    await eventually(() => expect(started).toHaveLength(1));
    expect(
      tap
        .commands("hget")
        .slice(before)
        .filter(([, key]) => key === "it-j"),
    ).toEqual([]);
    await workers.redis.del("it-j");
  });

  test("is not run after a stop has put it back, though nobody said whether it was cancelled", async () => {
    const { job, started } = cancellableJob();
    await client.cancel("j");
    const { proxy, worker } = await behindProxy({ jobs: [job], shutdownTimeoutMs: 0 });
    let isAsked = false;
    proxy.replace((chunk, from) => {
      if (from === "server" || !chunk.toString("latin1").includes("it-j")) return chunk;
      isAsked = true;
      return undefined;
    });
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);
    await eventually(() => expect(isAsked).toBe(true));

    await worker.stop();

    expect(started).toEqual([]);
    expect(await workers.redis.llen("queue:default")).toBe(1);
    await workers.redis.del("it-j");
  });
});

describe("of a cancelled job that has ended", () => {
  test("and was late nothing is left", async () => {
    const { job, started } = cancellableJob();
    await client.cancel("j");
    await pushTexts(workers.redis, [payloadText({ jid: "j", tsq_deadline: 1 })]);

    await workers.start({ jobs: [job] });

    await eventually(async () => expect([await field("j"), await isListed("j")]).toEqual([null, false]));
    expect(await workers.redis.exists("it-j")).toBe(0);
    expect(started).toEqual([]);
  });

  test("how far an iterable one of Ruby had come stays", async () => {
    const { job } = cancellableJob();
    await workers.redis.hset("it-j", { ex: "3", c: "42", rt: "1.5" });
    await client.cancel("j");
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);

    await workers.start({ jobs: [job] });

    await eventually(async () => expect([await field("j"), await isListed("j")]).toEqual([null, false]));
    expect(await workers.redis.hgetall("it-j")).toEqual({ ex: "3", c: "42", rt: "1.5" });
    await workers.redis.del("it-j");
  });
});
