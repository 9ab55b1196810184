/**
 * A process that was frozen for longer than its pads stay closed, or than the mark of a rescue stays: it asks what became of
 * it before a pad waits again, and does not believe answers of before.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { hold, holdAnswer, isOf, loadScripts } from "../../support/held-script.ts";
import { fetchScript, recoverScript } from "../../support/inside-core.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { rescuerFor } from "../../support/services.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let proxy: TcpProxy;
let tap: CommandTap;
let one: Capsule;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
  await loadScripts(workers.redis, fetchScript, recoverScript);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  proxy = await TcpProxy.listen(server.port);
  tap = new CommandTap(proxy);
  one = new Capsule(workers, { way: "pads", port: proxy.port, socketTimeout: 2_000, concurrency: 2 });
});
afterEach(async () => {
  vi.useRealTimers();
  await one.leave();
  await workers.end();
  await proxy.stop();
});
afterAll(() => server.stop());

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const pad = (): string => `tsq:pad:${one.identity}~default:a`;

/** It hears and says nothing for so long, is rescued meanwhile, and its pad is open again. */
const sleep = async (ms: number): Promise<void> => {
  proxy.sleep();
  await eventually(async () => expect(await workers.connections(" flags=b ")).toEqual([]));
  await workers.redis.del(one.identity);
  const rescuer = rescuerFor({ redis: workers.target, suspectMs: 0 });
  await rescuer.look();
  await rescuer.look();
  await rescuer.stop();
  expect(await workers.redis.mget(pad())).toEqual(["closed"]);
  expect(await workers.redis.ttl(pad())).toBeLessThanOrEqual(3_600);
  await workers.redis.del(pad());
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() + ms);
};

/** Its two jobs are running. */
const busy = async (): Promise<void> => {
  await one.idle();
  await workers.redis.lpush("queue:a", "long", "short");
  await eventually(() => expect(one.texts.toSorted()).toEqual(["long", "short"]));
  await eventually(async () => expect(await workers.redis.hlen(inFlight(0))).toBe(4));
};
const inFlight = (epoch: number): string => `tsq:in-flight:${one.identity}~default~${epoch}`;
const end = (text: string): void => one.units.find((unit) => unit.text === text)?.acknowledge();
const owners = (): Promise<readonly string[]> => workers.redis.hkeys("tsq:owners");

/** Others have run what it had, and nothing says so any more. */
const sleepForADay = async (): Promise<void> => {
  await sleep(DAY_MS);
  await workers.redis.del("queue:a", `tsq:rescued:${one.identity}~default~0`);
};

/** Its "long" is lost, and Redis knows it as the next owner of nothing. */
const knowsOfItsRescue = async (): Promise<void> => {
  await eventually(() => expect(one.lost.map(({ text }) => text)).toEqual(["long"]));
  await eventually(async () =>
    expect(await workers.redis.hkeys(inFlight(1))).toEqual(expect.arrayContaining(["#0", "#1"])),
  );
  expect(await workers.redis.hlen(inFlight(1))).toBe(2);
  expect(await owners()).toEqual([`${one.identity}~default~1`]);
  expect(await workers.redis.exists("queue:a", inFlight(0))).toBe(0);
};

test("after an hour it makes a call before a move, and has jobs again as its next owner", async () => {
  await one.idle();
  await sleep(HOUR_MS);
  tap.reset();
  const held = hold(one, fetchScript);

  proxy.wake();
  const release = await held;
  expect(tap.commands("blmove")).toEqual([]);
  release();

  await eventually(async () =>
    expect(await workers.redis.hkeys("tsq:owners")).toEqual([`${one.identity}~default~1`]),
  );
  await one.untilArmed(1);
  await workers.redis.lpush("queue:a", "job");
  await eventually(() => expect(one.texts).toEqual(["job"]));
});

test("an answer of before the sleep, which is read first, is no reason for a move without a call before it", async () => {
  await busy();
  const held = holdAnswer(one, isOf(fetchScript));
  end("short");
  const read = await held;
  await sleep(HOUR_MS);
  tap.reset();

  read();

  await eventually(() => expect(tap.commands("blmove", "evalsha")).not.toEqual([]));
  expect(tap.commands("blmove")).toEqual([]);
  proxy.wake();
  await eventually(async () => expect(await owners()).toEqual([`${one.identity}~default~1`]));
  // What its rescue has put back, it takes as anybody does.
  await eventually(() => expect(one.texts.filter((text) => text === "long")).toHaveLength(2));
  expect(one.lost.map(({ text }) => text)).toEqual(["long"]);
});

test("after a day what others have run stays theirs, when a fetch call was answered before", async () => {
  await busy();
  const held = holdAnswer(one, isOf(fetchScript));
  end("short");
  const read = await held;
  await sleepForADay();

  read();
  proxy.wake();

  await knowsOfItsRescue();
});

test.each([
  ["a rescue", (name: string) => name === "exists"],
  ["its recovery by itself", undefined],
])(
  "after a day it stays theirs as well when Redis had answered before what was asked of %s",
  async (_what, isOfName) => {
    await busy();
    const isMeant = isOfName ? ({ name }: { name: string }) => isOfName(name) : isOf(recoverScript);
    const held = holdAnswer(one, isMeant);
    // Redis has lost its data, and hears of them anew.
    await workers.redis.del(inFlight(0));
    end("short");
    const read = await held;
    await sleepForADay();

    read();
    proxy.wake();

    await knowsOfItsRescue();
  },
);
