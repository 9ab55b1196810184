/** A wait for a job that a lost connection still had on its way, and that arrives when the worker waits on the next one. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { Capsule } from "../../support/capsule.ts";
import type { CapsuleOptions } from "../../support/capsule.ts";
import { RoughProxy } from "../../support/chaos/rough-proxy.ts";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let relay: RoughProxy;
let capsules: Capsule[];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  relay = await RoughProxy.listen(server.port);
  capsules = [];
});
afterEach(async () => {
  for (const one of capsules) await one.leave();
  await relay.stop();
  await workers.end();
});
afterAll(() => server.stop());

const capsule = (options: CapsuleOptions): Capsule => {
  const made = new Capsule(workers, { way: "pads", ...options });
  capsules.push(made);
  return made;
};

const push = (queue: string, ...jobs: readonly string[]) => workers.redis.lpush(`queue:${queue}`, ...jobs);

test("a move that arrives late, on a connection that is long gone, brings no second job: the server has ended it", async () => {
  relay.hold((said) => said.includes("blmove"));
  const before = new Set(await workers.connections(""));
  const one = capsule({ port: relay.port, concurrency: 2 });
  await one.fetch.start();
  await eventually(() => expect(relay.held()).toBe(1));
  const early = (await workers.connections("")).filter((id) => !before.has(id));

  relay.loseClients();
  relay.hold(() => false);
  await one.untilArmed(1);
  relay.release();
  // It has arrived: the server has ended its connection, or waits there.
  const [pad] = await workers.connections(" flags=b ");
  await eventually(async () => {
    const waits = await workers.connections(" flags=b ");
    const isGone = (await workers.connections("")).filter((id) => early.includes(id)).length < early.length;
    expect(isGone || waits.some((id) => id !== pad)).toBe(true);
  });
  await push("a", "first", "second");
  await eventually(() => expect(one.texts).toContain("second"));
  for (const unit of one.units) unit.acknowledge();

  await eventually(async () => expect(await workers.leftoverJobs()).toBe(0));
  expect(one.texts.toSorted()).toEqual(["first", "second"]);
});

test("where the server may not end connections, it may cost a job: the first will run again, and the second is gone", async () => {
  const front = await TcpProxy.listen(relay.port);
  onTestFinished(() => front.stop());
  new CommandTap(front).answer((name, [sub = ""]) =>
    name === "client" && /^(?:info|kill)$/i.test(sub)
      ? "-NOPERM this user has no permissions to run the command\r\n"
      : undefined,
  );
  relay.hold((said) => said.includes("blmove"));
  const one = capsule({ port: front.port, concurrency: 2 });
  await one.fetch.start();
  await eventually(() => expect(relay.held()).toBe(1));

  relay.loseClients();
  relay.hold(() => false);
  await one.untilArmed(1);
  relay.release();
  await one.untilArmed(2);
  await push("a", "first", "second");

  const pad = `tsq:pad:${one.identity}~default:a`;
  const inFlight = `tsq:in-flight:${one.identity}~default~0`;
  // It runs the one that it was told of first, in the slot of the other.
  await eventually(async () => expect(await workers.redis.hvals(inFlight)).toContain("\na\nsecond"));
  for (const unit of one.units) unit.acknowledge();
  await eventually(async () => expect(await workers.redis.hvals(inFlight)).not.toContain("\na\nsecond"));
  expect(one.texts).toEqual(["first"]);
  expect(await workers.redis.lrange(pad, 0, -1)).toEqual(["first"]);
  expect(await workers.redis.lrange("queue:a", 0, -1)).toEqual([]);
  await workers.redis.del(pad);
});
