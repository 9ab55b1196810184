/** A bell by itself: who waits at it hears it again and again, whatever happens to a wait, and leaves its turn to others. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { Bell } from "../../support/inside-worker.ts";
import { outage } from "../../support/outage.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

const KEY = "tsq:watch:a:bell";

let server: TestRedis;
let workers: TestWorkers;
let proxy: TcpProxy;
let tap: CommandTap;
let bells: Bell[];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  proxy = await TcpProxy.listen(server.port);
  tap = new CommandTap(proxy);
  bells = [];
});
afterEach(async () => {
  for (const bell of bells) bell.stop();
  await workers.end();
  await proxy.stop();
});
afterAll(() => server.stop());

/** How often it has rung, and who waits at it. @param told what is found out about Redis */
const waiting = (told = outage()) => {
  let rung = 0;
  const target = { ...workers.target, host: "127.0.0.1", port: proxy.port };
  const bell = new Bell(target, told, (isForUs) => {
    if (isForUs) rung++;
  });
  bells.push(bell);
  /** Asks as often as it takes, as who stands by does. Resolves to the id of its connection, once that waits. */
  const waits = (): Promise<string> =>
    eventually(async () => {
      bell.wait(KEY);
      const [id, ...others] = await workers.connections(" flags=b ");
      expect([id, others]).toEqual([expect.any(String), []]);
      return id ?? "";
    });
  return { bell, waits, rung: () => rung };
};

test("who was called waits again, and is called again", async () => {
  const { waits, rung } = waiting();

  for (const times of [1, 2]) {
    await waits();
    await workers.redis.lpush(KEY, "1");
    await eventually(() => expect(rung()).toBe(times));
  }
});

test("who was refused once waits again, and is called", async () => {
  let refused = 0;
  tap.answer((name) => (name === "brpop" && refused++ === 0 ? "-BUSY Redis is busy\r\n" : undefined));
  const { waits, rung } = waiting();

  await waits();
  await workers.redis.lpush(KEY, "1");

  await eventually(() => expect(rung()).toBe(1));
  expect(refused).toBeGreaterThan(1);
});

test("who leaves has its own wait ended, and nobody's when it does not wait", async () => {
  const { bell, waits } = waiting();
  const asked = vi.spyOn(workers.redis, "client");
  onTestFinished(() => asked.mockRestore());
  const woken = (): readonly unknown[] => {
    const calls: readonly (readonly unknown[])[] = asked.mock.calls;
    return calls.filter(([what]) => what === "UNBLOCK").map(([, id]) => id);
  };

  const id = await waits();
  // It knows its own connection a moment after that waits.
  await eventually(() => {
    bell.leave(workers.redis);
    expect(woken().map(String)).toContain(id);
  });
  await eventually(async () => expect(await workers.connections(" flags=b ")).toEqual([]));
  await eventually(() => {
    asked.mockClear();
    bell.leave(workers.redis);
    expect(woken()).toEqual([]);
  });
});

test("who may not wait is named, and anew by another one when the first has stopped", async () => {
  const failures: Error[] = [];
  const told = outage((error) => failures.push(error));
  tap.answer((name) => (name === "brpop" ? "-NOPERM no permissions to run 'brpop'\r\n" : undefined));

  for (const times of [1, 2]) {
    const { bell } = waiting(told);
    await eventually(() => {
      bell.wait(KEY);
      expect(failures).toHaveLength(times);
    });
    bell.stop();
  }

  expect(failures.map(String)).toEqual(Array(2).fill(expect.stringContaining("'brpop'")));
});
