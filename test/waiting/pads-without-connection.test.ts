/** A pad that gets no connection, or loses it and gets no other: its queue's jobs are found all the same, while the worker is idle. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Capsule } from "../support/capsule.ts";
import { CommandTap } from "../support/command-tap.ts";
import { eventually } from "../support/eventually.ts";
import { fetchScript } from "../support/inside-core.ts";
import type { Way } from "../support/inside-worker.ts";
import { TcpProxy } from "../support/proxy.ts";
import type { Link } from "../support/proxy.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { named } from "../support/watchers.ts";
import { TestWorkers } from "../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let proxy: TcpProxy;
let tap: CommandTap;
let capsules: Capsule[];
/** Whether a pad may have a connection, by how many have been asked for. */
let mayConnect: (asked: number) => boolean;
let asked: number;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  proxy = await TcpProxy.listen(server.port);
  tap = new CommandTap(proxy);
  capsules = [];
  asked = 0;
  const fenced = new WeakSet<Link>();
  tap.answer((name, [sub = ""], link) => {
    if (name === "client" && sub === "INFO") fenced.add(link);
    // Only who waits for a job asks for both; who listens for its id alone, and the fetch for no id.
    if (name !== "client" || sub !== "ID" || !fenced.has(link) || mayConnect(asked++)) return undefined;
    link.cut();
    return "";
  });
});
afterEach(async () => {
  mayConnect = () => true;
  for (const one of capsules) await one.leave();
  await workers.end();
  await proxy.stop();
});
afterAll(() => server.stop());

const capsule = (way: Way, queues: readonly string[]): Capsule => {
  const made = new Capsule(workers, {
    way,
    queues,
    port: proxy.port,
    concurrency: 2,
    onUnit: (unit) => unit.acknowledge(),
  });
  capsules.push(made);
  return made;
};

/** It is taken, done, and Redis knows. */
const isDone = (one: Capsule, text: string): Promise<unknown> =>
  eventually(async () => {
    expect(one.texts).toContain(text);
    expect(await workers.leftoverJobs()).toBe(0);
  });

const push = (queue: string, text: string): Promise<unknown> => workers.redis.lpush(`queue:${queue}`, text);

describe.each([
  ["pads", ["q0", "q1"]],
  ["hybrid", named(6)],
] as const)("by %s", (way, queues) => {
  test("jobs are found whose pad never gets a connection", async () => {
    mayConnect = () => false;
    const one = capsule(way, queues);
    await one.fetch.start();
    await eventually(() => expect(asked).toBeGreaterThan(2));

    await push("q0", "first");
    await isDone(one, "first");
    await push("q1", "second");
    await isDone(one, "second");
  });

  test("jobs are found whose pad has lost its connection, and come by the pad when it is back", async () => {
    mayConnect = () => true;
    const one = await capsule(way, queues).idle(2);
    mayConnect = () => false;
    const before = asked;
    for (const id of await workers.connections(" flags=b ")) await workers.redis.client("KILL", "ID", id);
    await eventually(() => expect(asked).toBeGreaterThan(before + 2));

    for (const text of ["first", "second", "third"]) {
      await push("q0", text);
      await isDone(one, text);
    }

    mayConnect = () => true;
    await one.untilArmed(2);
    await push("q1", "by the pad");
    await isDone(one, "by the pad");
  });
});

test("the looks name the queues alone whose pads have no connection", async () => {
  let allowed = 1;
  mayConnect = () => allowed-- > 0;
  const one = await capsule("pads", ["q0", "q1"]).idle(1);
  const padded = tap.commands("blmove").at(-1)?.[1];
  tap.reset();

  const calls = (): readonly (readonly string[])[] =>
    tap.commands("evalsha").filter(([, sha1]) => sha1 === fetchScript.sha1);
  await eventually(() => expect(calls().length).toBeGreaterThan(1));

  const other = padded === "queue:q0" ? "queue:q1" : "queue:q0";
  for (const call of calls()) {
    expect(call).toContain(other);
    expect(call).not.toContain(padded);
  }
  expect(one.texts).toEqual([]);
});
