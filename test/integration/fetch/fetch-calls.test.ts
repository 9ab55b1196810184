/** Which calls a capsule makes: two at once while there are jobs, none that nobody hears, and none that wakes what may wait. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import type { CapsuleOptions } from "../../support/capsule.ts";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { hold, loadScripts } from "../../support/held-script.ts";
import { fetchScript } from "../../support/inside-core.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { withPads } from "../../support/with-way.ts";
import { TestWorkers } from "../../support/worker.ts";

withPads();

let server: TestRedis;
let workers: TestWorkers;
let proxy: TcpProxy;
let capsules: Capsule[];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
  await loadScripts(workers.redis, fetchScript);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  proxy = await TcpProxy.listen(server.port);
  capsules = [];
});
afterEach(async () => {
  for (const capsule of capsules) await capsule.leave();
  await workers.end();
  await proxy.stop();
});
afterAll(() => server.stop());

const capsuleOf = (options: CapsuleOptions): Capsule => {
  const one = new Capsule(workers, options);
  capsules.push(one);
  return one;
};

const jobs = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `job ${i}`);

test("a second call is made while the first has no answer, as long as there are jobs", async () => {
  await workers.redis.lpush("queue:a", ...jobs(10));
  const one = capsuleOf({ concurrency: 4 });
  const held = hold(one, fetchScript);
  await one.fetch.start();
  const release = await held;

  await eventually(() => expect(one.units).toHaveLength(2));
  release();

  await eventually(() => expect(one.units).toHaveLength(4));
});

test("a second call is made while a later one has no answer, as long as all replies have been full", async () => {
  await workers.redis.lpush("queue:a", ...jobs(10));
  const one = capsuleOf({ concurrency: 4 });
  await one.fetch.start();
  await eventually(() => expect(one.units).toHaveLength(4));
  const [first, second, third, fourth] = one.units;

  const held = hold(one, fetchScript);
  first?.acknowledge();
  second?.acknowledge();
  const release = await held;
  third?.acknowledge();
  fourth?.acknowledge();

  await eventually(() => expect(one.units).toHaveLength(6));
  release();
  await eventually(() => expect(one.units).toHaveLength(8));
});

test("a capsule that was idle fills all its slots once many jobs come, though none of them ends", async () => {
  const one = await capsuleOf({ concurrency: 10 }).idle();

  await workers.redis.lpush("queue:a", ...jobs(20));

  await eventually(() => expect(one.units).toHaveLength(10));
});

describe("a recovery begins once no call is on its way whose jobs would look like strangers", () => {
  /** Whether it waits for the call that is held. */
  const waitsFor = async (one: Capsule, release: () => void): Promise<boolean> => {
    const sent = vi.spyOn(one.fetch.redis, "sendCommand");
    const recovery = one.fetch.recover();
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    const isWaiting = sent.mock.calls.length === 0;
    sent.mockRestore();
    release();
    await recovery;
    return isWaiting;
  };

  test("that was never answered", async () => {
    await workers.redis.lpush("queue:a", ...jobs(2));
    const one = capsuleOf({ concurrency: 4 });
    const held = hold(one, fetchScript);
    await one.fetch.start();

    expect(await waitsFor(one, await held)).toBe(true);

    await eventually(() => expect(one.texts.toSorted()).toEqual(jobs(2)));
  });

  test("that was refused before and is sent again", async () => {
    await workers.redis.lpush("queue:a", ...jobs(2));
    const one = capsuleOf({ concurrency: 1 });
    const held = hold(one, fetchScript);
    await one.fetch.start();
    const release = await held;
    // What it has written down of itself is forgotten.
    await workers.redis.del(`tsq:in-flight:${one.identity}~default~0`);
    const again = hold(one, fetchScript);
    release();

    expect(await waitsFor(one, await again)).toBe(true);

    await eventually(() => expect(one.texts).toEqual(["job 0"]));
  });
});

test("a capsule that is disconnected asks for nothing any more", async () => {
  await workers.redis.lpush("queue:a", ...jobs(3));
  const one = new Capsule(workers, { concurrency: 2 });
  await one.fetch.start();
  await eventually(() => expect(one.units).toHaveLength(2));
  const sent = vi.spyOn(one.fetch.redis, "sendCommand");

  one.fetch.disconnect();
  for (const unit of one.units) unit.acknowledge();
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);

  expect(sent).not.toHaveBeenCalled();
  expect(await workers.redis.llen("queue:a")).toBe(1);
  await eventually(async () => expect(await workers.connections()).toEqual([]));
  // A rescuer's, if this process were gone.
  await workers.redis.flushdb();
});

test("a job that ends once its capsule is quiet, just before it stops, is told to Redis before the owner is struck off", async () => {
  await workers.redis.lpush("queue:a", "job");
  const one = new Capsule(workers);
  await one.fetch.start();
  await eventually(() => expect(one.units).toHaveLength(1));
  await one.fetch.quiet();

  one.units[0]?.acknowledge();
  await one.fetch.stop();

  const inFlight = `tsq:in-flight:${one.identity}~default~0`;
  expect(await workers.redis.exists("tsq:owners", inFlight)).toBe(0);
});

test("what refuses calls is told once while it lasts, and anew when it comes again", async () => {
  const one = await capsuleOf({}).idle();
  const inFlight = `tsq:in-flight:${one.identity}~default~0`;

  for (const times of [1, 2]) {
    await workers.redis.rename(inFlight, "kept");
    await workers.redis.set(inFlight, "no hash");
    await workers.redis.lpush("queue:a", "job");
    await eventually(() => expect(one.failures).toHaveLength(times));
    await workers.redis.rename("kept", inFlight);
    one.units.pop()?.acknowledge();
    await one.untilArmed(1);
  }

  expect(one.failures.map(({ message }) => message)).toEqual(
    Array<unknown>(2).fill(expect.stringContaining("WRONGTYPE")),
  );
});

test("a capsule that is not full lets the moves of its other queues wait, and asks for no jobs there", async () => {
  const tap = new CommandTap(proxy);
  const one = capsuleOf({ port: proxy.port, queues: ["a", "b"], concurrency: 10 });
  await one.idle(2);
  tap.reset();

  for (const text of ["first", "second"]) {
    await workers.redis.lpush("queue:a", text);
    await eventually(() => expect(one.texts).toContain(text));
    // Its call has been answered, and both wait again.
    await one.untilArmed(2);
  }

  expect(tap.commands("client").filter(([, what]) => what === "UNBLOCK")).toEqual([]);
  expect(tap.commands("evalsha").filter((words) => words.includes("queue:b"))).toEqual([]);
});
