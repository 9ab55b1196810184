/** A process that was frozen for longer than its pads stay closed: it asks what became of it before a pad waits again. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { hold, loadScripts } from "../../support/held-script.ts";
import { fetchScript } from "../../support/inside-core.ts";
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
  await loadScripts(workers.redis, fetchScript);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  proxy = await TcpProxy.listen(server.port);
  tap = new CommandTap(proxy);
  one = new Capsule(workers, { way: "pads", port: proxy.port, socketTimeout: 2_000 });
});
afterEach(async () => {
  vi.useRealTimers();
  await one.leave();
  await workers.end();
  await proxy.stop();
});
afterAll(() => server.stop());

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

test("after an hour it makes a call before a move, and has jobs again as its next owner", async () => {
  await one.idle();
  await sleep(3_600_000);
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
