/** A capsule before its start, and its pads once they are armed or looked at again: none sleeps for ever, no job lands twice. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import type { CapsuleOptions } from "../../support/capsule.ts";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { hold, loadScripts } from "../../support/held-script.ts";
import { fetchScript } from "../../support/inside-core.ts";
import type { ReliableUnit } from "../../support/inside-worker.ts";
import { TcpProxy } from "../../support/proxy.ts";
import type { Link } from "../../support/proxy.ts";
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

test("a job that a late look finds on its pad, and that is in its slot by then, does not land again", async () => {
  const one = await idle({ concurrency: 10 });
  const [pad = ""] = await workers.connections(" flags=b ");
  const held = hold(one, fetchScript);
  await workers.redis.lpush("queue:a", "job");
  const release = await held;
  // The next look is answered at once, and the answer is on its way for longer than the job is on its pad.
  const looks = new Set<Link>();
  const late: [Link, Buffer][] = [];
  proxy.replace((chunk, from, link) => {
    if (from === "client" && chunk.includes("lrange")) looks.add(link);
    if (from === "client" || !looks.has(link)) return chunk;
    late.push([link, chunk]);
    return undefined;
  });
  await workers.redis.client("KILL", "ID", pad);
  await eventually(() => expect(late.map(([, chunk]) => String(chunk))).toEqual(["*1\r\n$3\r\njob\r\n"]));

  release();
  await eventually(() => expect((one.units[0] as ReliableUnit).state).toBe("held"));
  proxy.replace(undefined);
  for (const [link, chunk] of late) link.answer(chunk);

  await workers.redis.lpush("queue:a", "next");
  await eventually(() => expect(one.texts).toContain("next"));
  expect(one.texts).toEqual(["job", "next"]);
});

test("a pad at which Redis lets nobody look for a moment is looked at again, and armed", async () => {
  let refused = 0;
  tap.answer((name) => (name === "lrange" && refused++ === 0 ? "-ERR not now\r\n" : undefined));

  await idle();

  expect(refused).toBeGreaterThan(1);
});

test.each([
  ["may not be woken ends by itself after a second", "-NOPERM User x has no permissions to run this", "1"],
  ["is not woken by a busy server waits for five", "-BUSY Redis is busy running a script", "5"],
])("a move that %s", async (_, refusal, seconds) => {
  tap.answer((name, [sub]) => (name === "client" && sub === "UNBLOCK" ? `${refusal}\r\n` : undefined));

  await idle();

  expect(tap.commands("blmove").map((move) => move.at(-1))).toEqual([seconds]);
  tap.answer(() => undefined);
});

test("a capsule that is full wakes the moves of its other queues: what came by them would have to go back", async () => {
  const one = new Capsule(workers, { port: proxy.port, queues: ["a", "b"] });
  capsules.push(one);
  await one.idle(2);
  tap.reset();

  await workers.redis.lpush("queue:a", "job");

  await eventually(() => expect(one.texts).toEqual(["job"]));
  await eventually(() => expect(tap.commands("client").map(([, sub]) => sub)).toContain("UNBLOCK"));
  await eventually(async () => expect(await workers.connections(" flags=b ")).toEqual([]));
});

test("a capsule that leaves a queue alone wakes the move of that queue, and no other", async () => {
  const one = new Capsule(workers, { port: proxy.port, queues: ["a", "b"] });
  capsules.push(one);
  await one.idle(2);
  tap.reset();

  one.fetch.pause(new Set(["b"]));

  await eventually(async () => expect(await workers.connections(" flags=b ")).toHaveLength(1));
  const [stays] = await workers.connections(" flags=b ");
  const woken = tap.commands("client").flatMap(([, sub, id]) => (sub === "UNBLOCK" ? [id] : []));
  expect(woken).not.toEqual([]);
  expect(woken).not.toContain(stays);
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
  one.fetch.heard();
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  // What it had asked for before would be answered before this.
  await one.fetch.redis.ping();

  expect(tap.commands("evalsha", "hmget")).toEqual([]);
  await one.fetch.start();
  await eventually(() => expect(one.texts).toEqual(["job"]));
});

test("a capsule whose calls have a new connection looks whether the server is an older one, though its move waits on", async () => {
  const one = new Capsule(workers);
  capsules.push(one);
  await one.idle();
  const inFlight = `tsq:in-flight:${one.identity}~default~0`;
  await workers.redis.del(inFlight);

  await workers.redis.client("KILL", "ID", await one.fetch.redis.client("ID"));

  await eventually(async () => expect(await workers.redis.hexists(inFlight, "#0")).toBe(1));
});
