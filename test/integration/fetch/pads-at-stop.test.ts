/** A worker that stops while the connection of a pad is lost, and a move that arrives when nobody knows the pad any more. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import { RoughProxy } from "../../support/chaos/rough-proxy.ts";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { closeScript } from "../../support/inside-core.ts";
import type { Way } from "../../support/inside-worker.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { rescuerFor } from "../../support/services.ts";
import { named } from "../../support/watchers.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let relay: RoughProxy;
let front: TcpProxy;
let tap: CommandTap;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  relay = await RoughProxy.listen(server.port);
  front = await TcpProxy.listen(relay.port);
  tap = new CommandTap(front);
});
afterEach(async () => {
  relay.release();
  await front.stop();
  await relay.stop();
  await workers.end();
});
afterAll(() => server.stop());

const capsule = (way: Way = "pads", queues: readonly string[] = ["a"]): Capsule =>
  new Capsule(workers, { way, queues, port: front.port });

const isMove = (said: string): boolean => said.includes("blmove");
const waiting = (): Promise<readonly string[]> => workers.redis.lrange("queue:a", 0, -1);
const owners = (): Promise<readonly string[]> => workers.redis.hkeys("tsq:owners");
const padOf = ({ identity }: Capsule, queue = "a"): string => `tsq:pad:${identity}~default:${queue}`;

/** The connections of such pads are lost, and no new one is answered; the server knows of neither. */
const losePads = async (count = 1, isMeant = isMove): Promise<void> => {
  // What a connection says first.
  relay.hold((said) => said.includes("setinfo"));
  relay.loseClients(isMeant);
  await eventually(() => expect(relay.held()).toBeGreaterThanOrEqual(count));
};

/** Its move waits at the server, or is kept by the network, and its connection is lost. */
const lost = async (where: "server" | "network"): Promise<Capsule> => {
  const one = capsule();
  if (where === "server") {
    await one.idle();
    await losePads();
    return one;
  }
  relay.hold(isMove);
  await one.fetch.start();
  await eventually(() => expect(relay.held()).toBe(1));
  relay.hold((said) => said.includes("setinfo"));
  relay.loseClients(isMove);
  await eventually(() => expect(relay.held()).toBe(2));
  return one;
};

/** It is dead, and what it left is brought back; how many jobs. */
const rescue = async ({ identity }: Capsule): Promise<number> => {
  await workers.redis.del(identity);
  const rescuer = rescuerFor({ redis: workers.target, suspectMs: 0 });
  try {
    return (await rescuer.look()) + (await rescuer.look());
  } finally {
    await rescuer.stop();
  }
};

test.each(["server", "network"] as const)(
  "a move that the %s still has when the worker is gone takes no job",
  async (where) => {
    const one = await lost(where);

    await one.fetch.stop();
    // What is kept of its new connection goes with it, and arrives no more.
    await eventually(() => expect(relay.held()).toBe(where === "network" ? 1 : 0));
    relay.release();
    if (where === "network")
      await eventually(async () => expect(await workers.connections(" flags=b ")).toHaveLength(1));
    await workers.redis.lpush("queue:a", "job");

    await eventually(async () => expect(await workers.connections(" flags=b ")).toEqual([]));
    expect(await waiting()).toEqual(["job"]);
    expect(await owners()).toEqual([]);
  },
);

test("a move takes no job either that was lost before the pad was back, where the server may not end connections", async () => {
  tap.answer((name, [sub = ""]) =>
    name === "client" && /^(?:info|kill)$/i.test(sub)
      ? "-NOPERM this user has no permissions to run the command\r\n"
      : undefined,
  );
  relay.hold(isMove);
  const one = capsule();
  await one.fetch.start();
  await eventually(() => expect(relay.held()).toBe(1));
  relay.loseClients(isMove);
  relay.hold(() => false);
  await one.untilArmed(1);

  await one.fetch.stop();
  await eventually(async () => expect(await workers.connections(" flags=b ")).toEqual([]));
  relay.release();
  await eventually(async () => expect(await workers.connections(" flags=b ")).toHaveLength(1));
  await workers.redis.lpush("queue:a", "job");

  await eventually(async () => expect(await workers.connections(" flags=b ")).toEqual([]));
  expect(await waiting()).toEqual(["job"]);
});

test("each pad whose connection is lost is closed, and no other; by hybrid as well", async () => {
  const one = capsule("hybrid", named(6));
  await one.idle(2);
  await losePads(1, (said) => isMove(said) && said.includes("queue:q0"));

  await one.fetch.stop();

  const closed = padOf(one, "q0");
  expect(await workers.redis.keys("tsq:pad:*")).toEqual([closed]);
  expect(await workers.redis.mget(closed)).toEqual(["closed"]);
  expect(await workers.redis.ttl(closed)).toBeGreaterThan(0);
  expect(await workers.redis.ttl(closed)).toBeLessThanOrEqual(3_600);
  // And no list of names leads there.
  expect(await workers.redis.exists("queues", "processes", "tsq:owners")).toBe(0);
});

test("a pad whose connection was lost and is there again leaves nothing at a stop: the server has ended the earlier one", async () => {
  const one = await capsule().idle();
  const [first] = await workers.connections(" flags=b ");
  relay.loseClients(isMove);
  await eventually(async () => {
    const blocked = await workers.connections(" flags=b ");
    expect(blocked).toHaveLength(1);
    expect(blocked).not.toContain(first);
  });

  await one.fetch.stop();

  expect(await workers.redis.keys("tsq:pad:*")).toEqual([]);
});

test("pads are closed also when the memory is full", async () => {
  const one = await lost("server");
  await workers.redis.config("SET", "maxmemory", "1");
  onTestFinished(async () => void (await workers.redis.config("SET", "maxmemory", "0")));

  await one.fetch.stop();

  expect(await workers.redis.mget(padOf(one))).toEqual(["closed"]);
  expect(await owners()).toEqual([]);
});

test("a job that has landed by a lost connection stays, and its owner, for a rescuer", async () => {
  const one = await lost("server");
  await workers.redis.lpush("queue:a", "job");
  await eventually(async () => expect(await workers.redis.lrange(padOf(one), 0, -1)).toEqual(["job"]));

  await one.fetch.stop();

  expect(await owners()).toEqual([`${one.identity}~default~0`]);
  expect(await rescue(one)).toBe(1);
  expect(await waiting()).toEqual(["job"]);
});

test("pads that Redis refuses to close are left to a rescuer with their owner", async () => {
  const one = await lost("server");
  tap.answer((name, [sha1]) =>
    name === "evalsha" && sha1 === closeScript.sha1 ? "-BUSY Redis is busy running a script.\r\n" : undefined,
  );

  await expect(one.fetch.stop()).rejects.toThrow("BUSY");
  one.fetch.disconnect();

  expect(one.hindrances).toEqual([expect.objectContaining({ message: expect.stringContaining("BUSY") })]);
  expect(await owners()).toEqual([`${one.identity}~default~0`]);
  await rescue(one);
  expect(await owners()).toEqual([]);
  expect(await workers.redis.mget(padOf(one))).toEqual(["closed"]);
});
