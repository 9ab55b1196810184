/** A server that is busy while a connection chooses its database: nothing may go to another one, and nothing may end. */
import { Client } from "@tsq/core";
import { expect, onTestFinished, test } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";

test("a push whose database is refused for the moment goes there on the next connection", async () => {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const proxy = await TcpProxy.listen(server.port);
  onTestFinished(() => proxy.stop());
  let refusals = 2;
  new CommandTap(proxy).answer((name) =>
    name === "select" && refusals-- > 0 ? "-BUSY Redis is busy running a script.\r\n" : undefined,
  );
  const client = new Client({ redis: `redis://127.0.0.1:${proxy.port}/3` });
  onTestFinished(() => client.close());

  await client.push({ class: "HardJob", args: [1] });

  const redis = server.client();
  expect(await redis.keys("*")).toEqual([]);
  await redis.select(3);
  expect(await redis.llen("queue:default")).toBe(1);
});
