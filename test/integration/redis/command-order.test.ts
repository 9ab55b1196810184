/** In which order a worker's commands reach Redis, whatever the caller's options of ioredis say. */
import { connect } from "@tsq/core/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let proxy: TcpProxy;

beforeAll(async () => {
  server = await startRedis();
});
beforeEach(async () => {
  proxy = await TcpProxy.listen(server.port);
});
afterEach(() => proxy.stop());
afterAll(() => server.stop());

test("what counts for the next command stays before it, also with `enableAutoPipelining`", async () => {
  const tap = new CommandTap(proxy);
  const redis = connect({ host: "127.0.0.1", port: proxy.port, enableAutoPipelining: true }, "worker");
  await redis.ping();
  tap.reset();

  await Promise.all([
    redis.get("another"),
    redis.client("CACHING", "YES").catch(() => {}),
    redis.exists("queue:default"),
  ]);
  redis.disconnect();

  const sent = tap.commands("get", "client", "exists").map(([name = "", word = ""]) => `${name} ${word}`);
  expect(sent).toEqual(["get another", "client CACHING", "exists queue:default"]);
});
