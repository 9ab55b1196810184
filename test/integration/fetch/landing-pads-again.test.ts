/** A capsule before its start, and its pads once they are armed or looked at again: none sleeps for ever, no job lands twice. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
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
let tap: CommandTap;
let capsules: Capsule[];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
  await loadScripts(workers.redis, fetchScript);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  proxy = await TcpProxy.listen(server.port);
  tap = new CommandTap(proxy);
  capsules = [];
});
afterEach(async () => {
  for (const capsule of capsules) await capsule.leave();
  await workers.end();
  await proxy.stop();
});
afterAll(() => server.stop());

const idle = async (options: CapsuleOptions = {}): Promise<Capsule> => {
  const one = new Capsule(workers, { port: proxy.port, ...options });
  capsules.push(one);
  return one.idle();
};

test("a capsule whose move has ended without a job waits with the next one, and is woken", async () => {
  const one = await idle({ socketTimeout: 400 });

  await eventually(() => expect(tap.commands("blmove").length).toBeGreaterThan(3));
  await workers.redis.lpush("queue:a", "job");

  await eventually(() => expect(one.texts).toEqual(["job"]));
});

test("a job that has landed, and whose slot is not told yet, does not land again by a new connection", async () => {
  const one = await idle({ concurrency: 10 });
  const [pad = ""] = await workers.connections(" flags=b ");
  const held = hold(one, fetchScript);
  await workers.redis.lpush("queue:a", "job");
  const release = await held;
  tap.reset();

  await workers.redis.client("KILL", "ID", pad);
  // It has looked at the pad, and has had its answer, before it is asked for anything else.
  await eventually(() => expect(tap.commands("lrange")).toHaveLength(1));
  await eventually(async () => expect(await workers.connections(" cmd=lrange ")).toHaveLength(1));
  release();

  await workers.redis.lpush("queue:a", "next");
  await eventually(() => expect(one.texts).toContain("next"));
  expect(one.texts).toEqual(["job", "next"]);
  await eventually(async () =>
    expect(await workers.redis.hvals(`tsq:in-flight:${one.identity}~default~0`)).toEqual(
      expect.arrayContaining(["\na\njob", "\na\nnext"]),
    ),
  );
  expect(await workers.redis.exists("queue:a")).toBe(0);
});

test("a move that was not there yet to be woken is woken then, and not waited for", async () => {
  const one = await idle();
  let asked = 0;
  tap.answer((name, [sub]) =>
    name === "client" && sub === "UNBLOCK" && asked++ === 0 ? ":0\r\n" : undefined,
  );

  await one.fetch.quiet();

  expect(asked).toBe(2);
});

test("a job that is handed back while a move has yet to be woken does not land once more", async () => {
  const one = await idle({ concurrency: 2 });
  await workers.redis.lpush("queue:a", "job");
  await eventually(() => expect(one.texts).toEqual(["job"]));
  // It waits for the next one.
  await eventually(async () => expect(await workers.connections(" flags=b ")).toHaveLength(1));
  let asked = 0;
  tap.answer((name, [sub]) =>
    name === "client" && sub === "UNBLOCK" && asked++ === 0 ? ":0\r\n" : undefined,
  );

  const quiet = one.fetch.quiet();
  await one.fetch.requeue(one.units);

  expect(await workers.redis.lrange("queue:a", 0, -1)).toEqual(["job"]);
  await quiet;
  expect(asked).toBe(2);
});

test("a capsule that has not started asks for nothing", async () => {
  const one = new Capsule(workers, { port: proxy.port });
  capsules.push(one);
  await workers.redis.lpush("queue:a", "job");
  // It opens when it is needed; a connection that is there must not make it ask either.
  await one.fetch.redis.connect();
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  // What it had asked for before would be answered before this.
  await one.fetch.redis.ping();

  expect(tap.commands("evalsha")).toEqual([]);
  await one.fetch.start();
  await eventually(() => expect(one.texts).toEqual(["job"]));
});
