/** How a sleeping capsule is woken: a job lands on its pad, and is adopted, or given back. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import type { CapsuleOptions } from "../../support/capsule.ts";
import { RoughProxy } from "../../support/chaos/rough-proxy.ts";
import { eventually } from "../../support/eventually.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { toRetry } from "../../support/moves.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let proxy: TcpProxy;
let capsules: Capsule[];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
  proxy = await TcpProxy.listen(server.port);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  capsules = [];
});
afterEach(async () => {
  // A test that failed may have left it asleep.
  proxy.wake();
  for (const capsule of capsules) await capsule.leave();
  await workers.end();
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

const capsule = (options: CapsuleOptions = {}): Capsule => {
  const made = new Capsule(workers, { way: "pads", ...options });
  capsules.push(made);
  return made;
};

const push = (queue: string, ...jobs: readonly string[]) => workers.redis.lpush(`queue:${queue}`, ...jobs);
const waiting = (queue: string) => workers.redis.lrange(`queue:${queue}`, 0, -1);

describe("a sleeping capsule", () => {
  test("is woken by a job, which is in a slot soon after", async () => {
    const one = await capsule().idle();

    await push("a", "job");

    await eventually(() => expect(one.texts).toEqual(["job"]));
    expect(one.units[0]?.queue).toBe("a");
    await eventually(async () =>
      expect(await workers.redis.hvals(`tsq:in-flight:${one.identity}~default~0`)).toContain("\na\njob"),
    );
    expect(await workers.redis.keys("tsq:pad:*")).toEqual([]);
  });

  test("is woken again and again, by each of its queues", async () => {
    const queues = ["a", "b", "c"];
    const one = await capsule({ queues, concurrency: 5, onUnit: (unit) => unit.acknowledge() }).idle(3);

    for (let i = 0; i < 60; i++) {
      await push(queues[i % 3] ?? "", `job ${i}`);
      await eventually(() => expect(one.units).toHaveLength(i + 1), { everyMs: 1 });
    }

    expect(new Set(one.texts).size).toBe(60);
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
  });

  test("takes several jobs that come at once, not one by one", async () => {
    const one = await capsule({ concurrency: 10 }).idle();

    await push("a", ...Array.from({ length: 10 }, (_, i) => `job ${i}`));

    await eventually(() => expect(one.units).toHaveLength(10));
  });

  test("is one of many that a job wakes, and the jobs are shared", async () => {
    const sleepers = await Promise.all(
      [1, 2, 3].map(async () => {
        const one = capsule({ concurrency: 2, onUnit: (unit) => unit.acknowledge() });
        await one.fetch.start();
        return one;
      }),
    );
    await sleepers[0]?.untilArmed(3);
    const delivered = () => sleepers.reduce((sum, { units }) => sum + units.length, 0);

    for (let i = 0; i < 90; i++) {
      await push("a", `job ${i}`);
      await eventually(() => expect(delivered()).toBe(i + 1), { everyMs: 1 });
    }

    expect(new Set(sleepers.flatMap(({ texts }) => texts)).size).toBe(90);
    expect(Math.min(...sleepers.map(({ units }) => units.length))).toBeGreaterThan(15);
  });
});

describe("a job on a pad", () => {
  test("that finishes before its slot knows of it is gone", async () => {
    const one = await capsule({ onUnit: (unit) => unit.acknowledge() }).idle();

    await push("a", "quick");

    await eventually(() => expect(one.units).toHaveLength(1));
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
    expect(await waiting("a")).toEqual([]);
  });

  test("that fails before its slot knows of it is retried", async () => {
    const one = await capsule({ onUnit: (unit) => void toRetry(unit, "1", "again") }).idle();

    await push("a", "quick");

    await eventually(async () => expect(await workers.redis.zrange("retry", "0", "-1")).toEqual(["again"]));
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
    expect(one.units).toHaveLength(1);
  });

  test("for which there is no room any more is given back, to be the next of its queue", async () => {
    const one = await capsule({ queues: ["a", "b"], concurrency: 1 }).idle(2);

    await workers.redis.multi().lpush("queue:a", "first").lpush("queue:b", "second", "third").exec();

    await eventually(() => expect(one.units).toHaveLength(1));
    const other = one.texts[0] === "first" ? "b" : "a";
    await eventually(async () =>
      expect(await workers.redis.llen(`queue:${other}`)).toBe(other === "b" ? 2 : 1),
    );
    expect((await waiting(other)).at(-1)).toBe(other === "b" ? "second" : "first");

    for (let done = 1; done <= 3; done++) {
      await eventually(() => expect(one.units).toHaveLength(done));
      one.units[done - 1]?.acknowledge();
    }
    expect(new Set(one.texts)).toEqual(new Set(["first", "second", "third"]));
    expect(one.texts.indexOf("second")).toBeLessThan(one.texts.indexOf("third"));
  });

  test("of a queue that is paused is not taken, until it goes on", async () => {
    const one = await capsule({ queues: ["a", "b"], concurrency: 5 }).idle(2);

    one.fetch.pause(new Set(["a"]));
    await one.untilArmed(1);
    await push("a", "paused");
    await push("b", "free");
    await eventually(() => expect(one.texts).toEqual(["free"]));
    expect(await waiting("a")).toEqual(["paused"]);

    one.fetch.pause(new Set());
    await eventually(() => expect(one.texts).toEqual(["free", "paused"]));
  });

  test("waits for no capsule that is quiet", async () => {
    const one = await capsule().idle();

    await one.fetch.quiet();
    await push("a", "job");

    await one.untilArmed(0);
    expect(await waiting("a")).toEqual(["job"]);
    expect(one.units).toEqual([]);
  });
});

describe("while the server does not answer", () => {
  /** A capsule whose connections hang as soon as a job has landed. */
  const hanging = async (): Promise<Capsule> => {
    const one = await capsule({ port: proxy.port, onUnit: () => proxy.sleep() }).idle();
    await push("a", "job");
    await eventually(() => expect(one.units).toHaveLength(1));
    return one;
  };

  test.each([
    { when: "before", isKnown: false },
    { when: "after", isKnown: true },
  ])(
    "a job on a pad can be handed back $when its adoption is asked for, and its end counts no more",
    async ({ isKnown }) => {
      const handBack = (): void => {
        // As a worker that stops does.
        const quiet = one.fetch.quiet();
        requeued = Promise.all([quiet, one.fetch.requeue(one.units)]);
        one.units[0]?.acknowledge();
      };
      const onUnit = (): void => {
        proxy.sleep();
        if (!isKnown) handBack();
      };
      let requeued: Promise<unknown> | undefined;
      const one = await capsule({ port: proxy.port, onUnit }).idle();
      await push("a", "job");
      await eventually(() => expect(one.units).toHaveLength(1));
      if (isKnown) handBack();

      proxy.wake();
      await requeued;

      expect(await waiting("a")).toEqual(["job"]);
      expect(await workers.leftoverJobs()).toBe(0);
    },
  );

  test("a job on a pad that ends is gone, also when everything was deleted meanwhile", async () => {
    const one = await hanging();

    one.units[0]?.acknowledge();
    await workers.redis.flushdb();
    proxy.wake();
    await one.fetch.quiet();

    expect(await waiting("a")).toEqual([]);
    expect(await workers.leftoverJobs()).toBe(0);
  });

  test("a job on a pad whose connection dies is adopted by the next", async () => {
    const one = await hanging();

    proxy.cut();
    proxy.wake();

    await eventually(async () =>
      expect(await workers.redis.hvals(`tsq:in-flight:${one.identity}~default~0`)).toContain("\na\njob"),
    );
    expect(await workers.redis.keys("tsq:pad:*")).toEqual([]);
    expect(one.units).toHaveLength(1);
  });

  test("a job lands where it is seen although the server still waits on a connection that is long gone", async () => {
    const relay = await RoughProxy.listen(server.port);
    const one = await capsule({ port: relay.port }).idle();

    const [long] = await workers.connections(" flags=b ");

    relay.loseClients();
    await eventually(async () => {
      const blocked = await workers.connections(" flags=b ");
      expect(blocked.some((id) => id !== long)).toBe(true);
    });
    await push("a", "first");
    await eventually(() => expect(one.texts).toEqual(["first"]));
    one.units[0]?.acknowledge();
    await push("a", "second");
    await eventually(() => expect(one.texts).toEqual(["first", "second"]));

    one.units[1]?.acknowledge();
    await one.fetch.stop();
    capsules = [];
    await relay.stop();
  });

  test("a job that lands although its answer is lost is found", async () => {
    const one = await capsule({ port: proxy.port }).idle();
    proxy.sleep();

    await push("a", "job");
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(1));
    proxy.cut();
    proxy.wake();

    await eventually(() => expect(one.texts).toEqual(["job"]));
    expect(await waiting("a")).toEqual([]);
  });
});
