/** Work on many jobs that breaks off: what was done of the hundred on its way is told. */
import { ApiConnection, Queue, RetrySet } from "@tsq/core/api";
import type { BulkOptions, BulkReport } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { payloadText } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await redis.flushdb();
  for (let i = 0; i < 105; i++) {
    const text = payloadText({ jid: `j${i}.`, enqueued_at: 1_700_000_000_000 });
    await redis.zadd("retry", i, text);
    await redis.lpush("queue:q", text);
  }
});

/** A connection on which whatever is done to the job with this jid fails, and on which it is only looked at as ever. */
const brokenAt = (jid: string): ApiConnection => {
  const client = server.client();
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, ...rest) => {
    const isDeed = /^(?:zrem|evalsha|eval|lrem)$/.test(command.name);
    if (!isDeed || !command.args.some((arg) => String(arg).includes(jid))) return send(command, ...rest);
    command.reject(new Error("the network is gone"));
    return command.promise;
  };
  return new ApiConnection({ redis: client });
};

const works: [string, (api: ApiConnection, options: BulkOptions) => Promise<BulkReport>, number][] = [
  ["deleted from a set", (api, options) => new RetrySet(api).bulk().delete(options), 104],
  // From the lowest score on: the first hundred is the one that breaks off.
  ["killed in a set", (api, options) => new RetrySet(api).bulk().kill(options), 99],
  ["moved in a set", (api, options) => new RetrySet(api).bulk().move("low", options), 104],
  // From its new end, one after the other.
  ["deleted from a queue", (api, options) => new Queue("q", api).bulk().delete(options), 102],
  ["killed on a queue", (api, options) => new Queue("q", api).bulk().kill(options), 102],
];

test.each(works)("jobs that are %s", async (_, work, count) => {
  const told: number[] = [];

  const outcome = work(brokenAt("j2."), { onProgress: ({ done }) => told.push(done) });

  await expect(outcome).rejects.toThrow("the network is gone");
  expect(told.at(-1)).toBe(count);
});

describe("on a queue what is left is gone through by the marks that were told last, and nothing that came since", () => {
  const keptAt = [880, 870, 300];

  test.each([
    ["of all", "", 900],
    ["of what a filter means", "class:HardJob", 897],
  ])("%s", async (_, filter, count) => {
    const texts = Array.from({ length: 900 }, (__, i) =>
      payloadText({ jid: `k${i}.`, queue: "long", class: keptAt.includes(i) ? "Kept" : "HardJob" }),
    );
    await redis.lpush("queue:long", ...texts);
    const long = (api: ApiConnection, newest?: readonly string[]) =>
      new Queue("long", api).bulk({ filter, newest });
    const api = new ApiConnection({ redis });
    const { newest } = await long(api).preview();
    let told: BulkReport | undefined;
    const broken = long(brokenAt("k400."), newest).delete({ onProgress: (report) => (told = report) });
    await expect(broken).rejects.toThrow("the network is gone");
    await redis.lpush("queue:long", payloadText({ jid: "later", queue: "long" }));

    const rest = await long(api, told?.newest).delete();

    expect(rest).toMatchObject({ unsure: 0, isAborted: false });
    expect((told?.done ?? 0) + rest.done).toBe(count);
    const left = (await redis.lrange("queue:long", 0, -1)).map(
      (text) => (JSON.parse(text) as { jid: string }).jid,
    );
    expect(left).toEqual(["later", ...(filter === "" ? [] : keptAt.map((i) => `k${i}.`))]);
  });
});

test("all of a set: told after each hundred, and before it rejects", async () => {
  const told: number[] = [];

  const outcome = new RetrySet(brokenAt("j102.")).killAll({ onProgress: (count) => told.push(count) });

  await expect(outcome).rejects.toThrow("the network is gone");
  expect(told).toEqual([100, 104]);
});
