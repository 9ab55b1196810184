/** A connection that was lost and is there again: what was written to the earlier one is run once, or not at all. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connect } from "@tsq/core/protocol";
import { Redis } from "ioredis";
import { CommandTap } from "../../support/command-tap.ts";
import { RoughProxy } from "../../support/chaos/rough-proxy.ts";
import { eventually } from "../../support/eventually.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let direct: Redis;
let relay: RoughProxy;

beforeAll(async () => {
  server = await startRedis();
  direct = new Redis(server.url);
});
beforeEach(async () => {
  await direct.flushdb();
  relay = await RoughProxy.listen(server.port);
});
afterAll(async () => {
  direct.disconnect();
  await server.stop();
});

const connections = async (): Promise<readonly string[]> =>
  String(await direct.client("LIST")).match(/^id=\d+/gm) ?? [];

test("a command that was sent again is not run once more when the first one arrives after all", async () => {
  const redis = connect(relay.url, "worker");
  await redis.ping();
  const early = await connections();
  relay.hold((said) => said.includes("incr"));
  const answer = redis.incr("runs");
  await eventually(() => expect(relay.held()).toBe(1));

  relay.hold(() => false);
  relay.loseClients();
  expect(await answer).toBe(1);
  relay.release();
  // The server has ended the earlier connection, so that nothing can come by it.
  await eventually(async () => {
    const now = await connections();
    expect(early.every((id) => now.includes(id))).toBe(false);
  });

  await redis.ping();
  expect(await direct.get("runs")).toBe("1");
  redis.disconnect();
  await relay.stop();
});

test.each([
  ["may neither ask nor end", ["-client|kill", "-client|info"], 0],
  ["may ask, and not end", ["-client|kill"], 1],
])("a connection whose user %s works all the same, and asks no more each time", async (_, less, perLoss) => {
  await direct.acl("SETUSER", "humble", "reset", "on", ">secret", "~*", "+@all", ...less);
  let kills = 0;
  relay.hold((said) => {
    kills += said.split("\r\nkill\r\n").length - 1;
    return false;
  });
  const redis = connect(
    { host: "127.0.0.1", port: relay.port, username: "humble", password: "secret" },
    "worker",
  );
  await redis.ping();

  for (let losses = 1; losses <= 3; losses++) {
    relay.loseClients();
    expect(await redis.incr("runs")).toBe(losses);
    expect(kills).toBe(losses * perLoss);
  }

  redis.disconnect();
  await relay.stop();
});

test("one whose server, or what is before it, does not know how to end connections, asks no more each time either", async () => {
  const proxy = await TcpProxy.listen(server.port);
  const tap = new CommandTap(proxy);
  const isKill = ([, sub = ""]: readonly string[]): boolean => /^kill$/i.test(sub);
  tap.answer((name, args) =>
    name === "client" && isKill([name, ...args]) ? "-ERR unknown subcommand 'KILL'.\r\n" : undefined,
  );
  const redis = connect(proxy.url, "worker");
  await redis.ping();

  for (let losses = 1; losses <= 3; losses++) {
    proxy.cut();
    expect(await redis.incr("runs")).toBe(losses);
    expect(tap.commands("client").filter(isKill)).toHaveLength(losses);
  }

  redis.disconnect();
  await proxy.stop();
  await relay.stop();
});
