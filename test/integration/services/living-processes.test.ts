/** Who lives keeps its jobs, though its heartbeat was lost for a while; and who is dead cannot look alive. */
import { defineJob } from "@tsq/core";
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
import { eventually } from "../../support/eventually.ts";
import { gate } from "../../support/gate.ts";
import type { Rescuer } from "../../support/inside-worker.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

const DAY_MS = 86_400_000;

let server: TestRedis;
let workers: TestWorkers;
let rescuers: Rescuer[] = [];
// What tests wrote for processes that are none.
const invented: string[] = [];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(async () => {
  vi.useRealTimers();
  await workers.redis.config("SET", "maxmemory", "0");
  await workers.redis.config("SET", "min-replicas-to-write", "0");
  await Promise.all(rescuers.map((rescuer) => rescuer.stop()));
  rescuers = [];
  await workers.redis.del(...invented.splice(0), "none");
  await workers.end();
});
afterAll(() => server.stop());

const rescuer = (options: { identity?: string; suspectMs?: number } = {}): Rescuer => {
  const made = rescuerFor({
    redis: workers.target,
    log: workers.logger,
    ...options,
  });
  rescuers.push(made);
  return made;
};

/** What a capsule of this process leaves in Redis with one job in flight. */
const holds = async (identity: string): Promise<void> => {
  const owner = `${identity}~default~0`;
  invented.push("tsq:owners", `tsq:in-flight:${owner}`);
  await workers.redis.hset("tsq:owners", owner, '["a"]');
  await workers.redis.hset(`tsq:in-flight:${owner}`, "#0", 1, "00", "\na\njob");
};

const looks = async (one: Rescuer, times: number): Promise<number> => {
  let rescued = 0;
  for (let look = 0; look < times; look++) rescued += await one.look();
  return rescued;
};

/** A clock that stands still. @returns what sets it to so long after its beginning */
const clock = (): ((ms: number) => void) => {
  const nowMs = Math.ceil(performance.now());
  const now = vi.spyOn(performance, "now").mockReturnValue(nowMs);
  onTestFinished(() => now.mockRestore());
  return (ms) => void now.mockReturnValue(nowMs + ms);
};

describe("a process without a heartbeat", () => {
  test.each([
    ["fifteen seconds, in which a late beat comes", {}, 15_000],
    ["as long as its rescuer asks", { suspectMs: 100 }, 100],
  ])("is dead when it was silent for %s, at every look, and not before", async (_time, options, silentMs) => {
    await holds("web:1:abc");
    const passed = clock();
    const one = rescuer(options);
    expect(await looks(one, 3)).toBe(0);

    passed(silentMs - 1);
    expect(await looks(one, 3)).toBe(0);
    passed(silentMs);
    expect(await one.look()).toBe(1);
  });

  test("is suspected anew when it has beaten meanwhile", async () => {
    await holds("web:1:abc");
    const passed = clock();
    const one = rescuer();
    await one.look();
    passed(15_000);
    await workers.redis.hset("web:1:abc", "beat", 1);
    await one.look();
    await workers.redis.del("web:1:abc");

    expect(await looks(one, 2)).toBe(0);
  });

  test("is suspected anew when nobody could write meanwhile, and no beat either", async () => {
    await holds("web:1:abc");
    const one = rescuer({ suspectMs: 0 });
    expect(await one.look()).toBe(0);

    await workers.redis.config("SET", "min-replicas-to-write", "1");
    await expect(one.look()).rejects.toThrow("NOREPLICAS");
    await workers.redis.config("SET", "min-replicas-to-write", "0");

    expect(await one.look()).toBe(0);
    expect(await one.look()).toBe(1);
  });

  test("never rescues itself, and is rescued by others", async () => {
    await holds("web:1:abc");

    expect(await looks(rescuer({ identity: "web:1:abc", suspectMs: 0 }), 3)).toBe(0);
    expect(await looks(rescuer({ identity: "web:2:def", suspectMs: 0 }), 2)).toBe(1);
  });
});

describe("a process on a host whose name holds the separator of ours", () => {
  test("keeps its jobs while it beats", async () => {
    await holds("web~1:1:abc");
    await workers.redis.hset("web~1:1:abc", "beat", 1);

    expect(await looks(rescuer({ suspectMs: 0 }), 3)).toBe(0);
  });

  test("is rescued when it does not", async () => {
    await holds("web~1:1:abc");

    expect(await looks(rescuer({ suspectMs: 0 }), 2)).toBe(1);
    expect(await workers.redis.lrange("queue:a", 0, -1)).toEqual(["job"]);
  });
});

describe("a heartbeat that does not expire by itself", () => {
  test.each([
    ["for it was restored without a time to live", (id: string) => workers.redis.persist(id)],
    ["for its time to live is a day", (id: string) => workers.redis.expire(id, 86_400)],
  ])("gets a minute, %s", async (_why, change) => {
    await holds("web:1:abc");
    await workers.redis.hset("web:1:abc", "beat", 1);
    await change("web:1:abc");

    expect(await rescuer().look()).toBe(0);

    const ttl = await workers.redis.ttl("web:1:abc");
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(60);
  });

  test.each([
    ["a queue", "queue:default", (key: string) => workers.redis.lpush(key, "job")],
    ["a hash of something else", "web:1:abc", (key: string) => workers.redis.hset(key, "HardJob|p", 1)],
    ["a string", "web:1:abc", (key: string) => workers.redis.set(key, "beat")],
    ["a hash of owners", "tsq:owners", (key: string) => workers.redis.hset(key, "beat", 1)],
  ])(
    "is no heartbeat where an owner bears the name of %s, which lives on without an end",
    async (_what, key, write) => {
      await holds(key);
      invented.push(key);
      await write(key);

      await looks(rescuer({ suspectMs: 0 }), 3);

      expect(await workers.redis.ttl(key)).toBe(-1);
    },
  );

  test("is left as it is when it has less", async () => {
    await holds("web:1:abc");
    await workers.redis.hset("web:1:abc", "beat", 1);
    await workers.redis.expire("web:1:abc", 7);

    await looks(rescuer(), 3);

    expect(await workers.redis.ttl("web:1:abc")).toBeLessThanOrEqual(7);
  });
});

test("a worker whose server has lost everything is known to live as soon as its job is written down again", async () => {
  const { opened, open } = gate();
  const started: string[] = [];
  const job = defineJob("HardJob", async (context) => {
    started.push(context.jid);
    if (context.jid === "long") await opened;
  });
  await pushTexts(workers.redis, [payloadText({ jid: "long" })]);
  const worker = await workers.start({ jobs: [job], concurrency: 2 });
  await eventually(() => expect(started).toEqual(["long"]));
  const one = rescuer({ suspectMs: 0 });

  await workers.redis.flushdb();
  await pushTexts(workers.redis, [payloadText({ jid: "short" })]);
  await eventually(async () => expect(await workers.redis.hlen("tsq:owners")).toBe(1));

  expect(await looks(one, 3)).toBe(0);
  const ttl = await workers.redis.ttl(worker.identity);
  expect(ttl).toBeGreaterThan(0);
  expect(ttl).toBeLessThanOrEqual(60);
  open();
  await eventually(() => expect(worker.running()).toEqual([]));
});

test.each(["fails", "ends well"])(
  "a job that %s in a process that was frozen for more than a day, and was rescued, changes nothing",
  async (fate) => {
    const { opened, open } = gate();
    const started: string[] = [];
    const job = defineJob("HardJob", async (context) => {
      started.push(context.jid);
      await opened;
      if (fate === "fails") throw new Error("late");
    });
    await pushTexts(workers.redis, [payloadText({ jid: "held" })]);
    const worker = await workers.start({ jobs: [job], concurrency: 1 });
    await eventually(() => expect(started).toEqual(["held"]));
    await workers.redis.del(worker.identity);
    const one = rescuer({ suspectMs: 0 });
    await one.look();
    await workers.redis.del(worker.identity);
    expect(await one.look()).toBe(1);
    await workers.redis.rename("queue:default", "queue:elsewhere");
    // A day later the mark of the rescue has expired.
    expect(await workers.redis.del(`tsq:rescued:${worker.identity}~default~0`)).toBe(1);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + DAY_MS });

    open();
    await eventually(() => expect(worker.running()).toEqual([]));

    expect(await workers.redis.exists("retry", "dead", "queue:default")).toBe(0);
    expect(await workers.redis.llen("queue:elsewhere")).toBe(1);
    // It goes on with what comes next, as another owner.
    await pushTexts(workers.redis, [payloadText({ jid: "next" })]);
    await eventually(() => expect(started).toContain("next"));
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
    expect(await workers.redis.hexists("tsq:owners", `${worker.identity}~default~1`)).toBe(1);
  },
);

test("a worker that starts while memory is full takes jobs, and shows itself", async () => {
  const ran: string[] = [];
  const job = defineJob("HardJob", (context) => void ran.push(context.jid));
  await pushTexts(workers.redis, [payloadText({ jid: "one" }), payloadText({ jid: "two" })]);
  await workers.redis.config("SET", "maxmemory", "1");

  const worker = await workers.start({ jobs: [job] });

  await eventually(() => expect(ran.toSorted()).toEqual(["one", "two"]));
  // Nobody takes it for dead.
  expect(await workers.redis.ttl(worker.identity)).toBeGreaterThan(0);
  expect(await looks(rescuer({ suspectMs: 0 }), 3)).toBe(0);
  expect(await workers.redis.sismember("processes", worker.identity)).toBe(1);
  expect(await workers.redis.hget(worker.identity, "info")).toContain(worker.identity);
  expect(workers.messages(50)).toEqual([
    expect.stringMatching(
      /^Redis at \S+ is full \(OOM .* Could not write down what runs; jobs that run go on, /,
    ),
  ]);

  await workers.redis.config("SET", "maxmemory", "0");
  await eventually(() => expect(workers.messages()).toContain("Redis is back: no more OOM"), {
    timeoutMs: 30_000,
  });
});
