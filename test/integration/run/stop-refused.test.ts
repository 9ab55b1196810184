/** A server that refuses a command on the way down: the worker says so, goes on, and leaves nothing behind. */
import { defineJob } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { withPads } from "../../support/with-way.ts";
import { TestWorkers } from "../../support/worker.ts";

// It is counted what a stop sends, and a watch has calls of its own.
withPads();

let server: TestRedis;
let workers: TestWorkers;
let proxy: TcpProxy;
let tap: CommandTap;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(async () => {
  await workers.redis.flushdb();
  proxy = await TcpProxy.listen(server.port);
  tap = new CommandTap(proxy);
});
afterEach(async () => {
  tap.answer(() => undefined);
  await workers.end();
  await proxy.stop();
});
afterAll(() => server.stop());

const HINDERED = /^A command on the way down failed/;

const untilAborted = ({ signal }: JobContext): Promise<void> =>
  new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));

/** What a stop must not leave. */
const left = async (): Promise<readonly string[]> => [
  ...(await workers.leftovers()),
  ...(await workers.redis.smembers("processes")),
];

/** Refuses the first command of each of these names, from now on. */
const refuseOnce = (reply: string, ...names: string[]): void => {
  const refused = new Set<string>();
  tap.answer((name, [sub = ""]) => {
    const full = name === "client" ? `client ${sub.toLowerCase()}` : name;
    if (!names.includes(full) || refused.has(full)) return undefined;
    refused.add(full);
    return `-${reply}\r\n`;
  });
};

describe.each([
  ["busy", "BUSY Redis is busy running a script."],
  ["forbidden", "NOPERM this user has no permissions to run the command"],
])("a command that is %s", (_, reply) => {
  test.each([
    ["the waking of what waits", ["client unblock"]],
    ["the handing back", ["evalsha"]],
    ["the look at what is left", ["exists"]],
    ["the striking off", ["hdel"]],
    ["the last heartbeat", ["srem", "unlink"]],
    ["each of them", ["client unblock", "evalsha", "exists", "hdel"]],
  ])("at %s keeps no worker from its stop, and leaves nothing", async (_what, names) => {
    const text = payloadText();
    await pushTexts(workers.redis, [text]);
    const worker = await workers.start({
      jobs: [defineJob("HardJob", untilAborted)],
      redis: { ...workers.target, host: "127.0.0.1", port: proxy.port },
      shutdownTimeoutMs: 0,
    });
    await eventually(() => expect(worker.running()).toHaveLength(1));
    await workers.untilWaiting();

    refuseOnce(reply, ...names);
    await worker.stop();

    expect(await workers.redis.lrange("queue:default", 0, -1), JSON.stringify(workers.log)).toEqual([text]);
    expect(await left(), JSON.stringify(workers.log)).toEqual([]);
    expect(workers.messages(50).filter((line) => !HINDERED.test(line))).toEqual([]);
    expect(workers.messages(50).length).toBeGreaterThan(0);
  });
});
