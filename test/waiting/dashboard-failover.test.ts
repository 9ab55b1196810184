/** A dashboard whose master becomes a replica without cutting anybody off, while its name leads to another one. */
import { RetrySet } from "tsq/api";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { serveDashboard } from "../support/dashboard.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { TcpProxy } from "../support/proxy.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";

const NOTE = "This Redis is a replica";

let servers: readonly TestRedis[];
let name: TcpProxy;

beforeEach(async () => {
  servers = await Promise.all([startRedis(), startRedis()]);
  const [old] = servers;
  name = await TcpProxy.listen(Number(new URL(old?.url ?? "").port));
  const stopped = servers;
  onTestFinished(async () => {
    await Promise.all([name.stop(), ...stopped.map((server) => server.stop())]);
  });
});

/** The master is one no more, and the name leads to the other. */
const failOver = async (): Promise<void> => {
  const [old, young] = servers;
  name.retarget(Number(new URL(young?.url ?? "").port));
  await young
    ?.client()
    .zadd("retry", 1, JSON.stringify({ class: "A", args: [], jid: "young", queue: "low" }));
  await old?.client().call("REPLICAOF", "127.0.0.1", String(await freePort()));
};

const serve = async () => {
  const dashboard = await serveDashboard({ redis: name.url });
  onTestFinished(() => dashboard.stop());
  return dashboard;
};

test("a change that the old master refuses is done by the new one when it is asked for again", async () => {
  const retries = new RetrySet({ redis: name.url });
  onTestFinished(() => retries.close());
  expect(await retries.size()).toBe(0);

  await failOver();

  await expect(retries.clear()).rejects.toThrow("READONLY");
  expect(await retries.clear()).toBe(1);
  expect(await servers[1]?.client().zcard("retry")).toBe(0);
});

test("a page that only shows comes from the new master, without anybody having changed anything", async () => {
  const dashboard = await serve();
  expect((await dashboard.get("/retries")).text).not.toContain(NOTE);

  await failOver();

  await eventually(async () => {
    const { text } = await dashboard.get("/retries");
    expect({ isNew: text.includes("young"), isOld: text.includes(NOTE) }).toEqual({
      isNew: true,
      isOld: false,
    });
  });
});
