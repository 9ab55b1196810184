/** How long jobs waited, read again and again by whoever has a page open. */
import { ApiConnection, Waits } from "@tsq/core/api";
import { expect, test } from "vitest";
import { setRedis } from "../../support/empty-redis.ts";

const stage = setRedis();

const MINUTE_MS = 60_000;

test("minutes that do not change any more are read once, those before now each time", async () => {
  const now = new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS + 30_000);
  const read: string[] = [];
  const client = stage.server.client();
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, ...rest) => {
    if (command.name === "hgetall") read.push(String(command.args[0]));
    return send(command, ...rest);
  };
  const waits = new Waits(new ApiConnection({ redis: client }));
  await waits.byQueue(60, now);
  const keys = [...new Set(read)].toSorted();
  // What Ruby's clocks and ours write later, into the oldest and into the newest.
  for (const key of [keys[0], keys.at(-1)])
    await stage.redis.hset(key ?? "", { "mailers|3": 2, "mailers|ms": 60 });
  read.length = 0;

  const again = await waits.byQueue(60, now);

  expect(keys).toHaveLength(60);
  expect(read.length).toBeLessThan(6);
  expect(again.get("mailers")).toMatchObject({ count: 2, averageMs: 30 });
  expect((await new Waits(new ApiConnection({ redis: client })).byQueue(60, now)).get("mailers")?.count).toBe(
    4,
  );
});
