/** Work on many jobs that somebody has counted: it is done to those, and to no more. */
import { ConfigError } from "@tsq/core";
import { DeadSet, Queue, RetrySet } from "@tsq/core/api";
import type { JobRecord } from "@tsq/core/api";
import { describe, expect, test } from "vitest";
import { setRedis } from "../../support/empty-redis.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";

const stage = setRedis();
const HOUR_AGO = Date.now() / 1_000 - 3_600;

describe("bulk work", () => {
  test("is done to no more than were counted, when jobs come by a clock that is behind", async () => {
    const { redis } = stage;
    for (const i of [0, 1, 2, 3, 4, 5]) await redis.zadd("dead", HOUR_AGO + i, payloadText({ jid: `j${i}` }));
    const dead = new DeadSet({ redis });
    const { asOf, upTo, ahead, count } = await dead.bulk().preview();
    await redis.zadd("dead", HOUR_AGO - 60, payloadText({ jid: "later" }));

    const { done } = await dead.bulk({ asOf, upTo, ahead, count }).delete();

    expect([count, done]).toEqual([6, 6]);
    expect(await redis.zcard("dead")).toBe(1);
    expect((await redis.zrange("dead", "0", "0"))[0]).toContain('"later"');
  });

  test("is done to both of two entries with the same jid", async () => {
    const { redis } = stage;
    await redis.zadd("dead", 1, payloadText({ jid: "twice", args: [1] }));
    await redis.zadd("dead", 2, payloadText({ jid: "twice", args: [2] }));
    const dead = new DeadSet({ redis });

    const { count } = await dead.bulk().preview();

    expect([count, (await dead.bulk().delete()).done]).toEqual([2, 2]);
  });

  test("reckons the times of a filter from when it was counted", async () => {
    const { redis } = stage;
    const asOf = new Date(Date.now() - 60_000);
    const at = (asOf.getTime() - 7_200_000) / 1_000;
    await redis.zadd(
      "retry",
      String(at - 1),
      payloadText({ jid: "older" }),
      String(at + 1),
      payloadText({ jid: "newer" }),
    );
    const scope = { filter: "after:2h", asOf };

    const { count } = await new RetrySet({ redis }).bulk(scope).preview();

    expect(count).toBe(1);
    expect(await new RetrySet({ redis }).bulk(scope).delete()).toMatchObject({ done: 1, gone: 0 });
  });

  test("is unsure of none on a queue where one has gone, however many others `only` refuses", async () => {
    const { redis } = stage;
    await pushTexts(
      redis,
      Array.from({ length: 20 }, (_, i) => payloadText({ jid: `j${i}` })),
    );
    const only = ({ jid }: JobRecord) => Number(jid?.slice(1)) % 2 === 0;
    const queue = new Queue("default", { redis });
    const { asOf, newest, count } = await queue.bulk().preview({ only });
    await redis.rpop("queue:default");

    const report = await queue.bulk({ asOf, newest, count }).delete({ only });

    expect([count, report]).toMatchObject([10, { done: 9, gone: 0, skipped: 10, unsure: 0 }]);
  });

  test.each([-1, Number.NaN, "3"])("refuses the count %s", (count) => {
    // As JavaScript may give it.
    const bulk = () => new DeadSet(stage).bulk({ count: count as number });

    expect(bulk).toThrow(ConfigError);
  });
});
