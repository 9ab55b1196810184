/** A capsule that waits at all its queues goes on waiting, whatever ends meanwhile. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { withPads } from "../../support/with-way.ts";
import { TestWorkers } from "../../support/worker.ts";

withPads();

let server: TestRedis;
let workers: TestWorkers;
let proxy: TcpProxy;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  proxy = await TcpProxy.listen(server.port);
});
afterEach(async () => {
  await workers.end();
  await proxy.stop();
});
afterAll(() => server.stop());

test("a job ends while all queues are waited at: they are waited at again and again, and the next job comes", async () => {
  const tap = new CommandTap(proxy);
  const one = new Capsule(workers, { port: proxy.port, concurrency: 2, socketTimeout: 400 });
  const moves = (): number => tap.commands("blmove").length;
  try {
    await one.idle();
    await workers.redis.lpush("queue:a", "first");
    await eventually(() => expect(one.texts).toEqual(["first"]));
    // Its call has been answered, and the next job is waited for.
    await one.untilArmed(1);

    one.units[0]?.acknowledge();
    await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));

    // A move ends by itself after half of the time that Redis may be silent.
    const ended = moves();
    await eventually(() => expect(moves()).toBeGreaterThan(ended + 2), { timeoutMs: 15_000 });
    await workers.redis.lpush("queue:a", "second");
    await eventually(() => expect(one.texts).toEqual(["first", "second"]));
  } finally {
    await one.leave();
  }
});
