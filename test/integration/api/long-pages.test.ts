/** A page of a thousand entries: no command of Redis reads them all, and each stands on it once. */
import { DeadSet, Queue } from "@tsq/core/api";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { setRedis } from "../../support/empty-redis.ts";
import { payloadText } from "../../support/payload-text.ts";
import { TcpProxy } from "../../support/proxy.ts";

const stage = setRedis();
const COUNT = 1_030;
const jids = Array.from({ length: COUNT }, (_, i) => `j${i}`);

const tapped = async () => {
  const proxy = await TcpProxy.listen(stage.server.port);
  onTestFinished(() => proxy.stop());
  return { tap: new CommandTap(proxy), redis: proxy.url };
};
/** How many entries each command asked for. */
const askedFor = (tap: CommandTap) =>
  tap.commands("zrange", "zrevrange", "lrange").map(([, , first, last]) => Number(last) - Number(first) + 1);

describe.each(["asc", "desc"] as const)("in order %s", (order) => {
  const wanted = (offset: number, limit: number) =>
    (order === "asc" ? jids : jids.toReversed()).slice(offset, offset + limit);

  test.each([
    [0, 1_000],
    [30, 1_000],
    [900, 1_000],
    [7, 150],
  ])("a set is read by hundreds, from place %i on, %i at most", async (offset, limit) => {
    await stage.redis.zadd("dead", ...jids.flatMap((jid, i) => [i, payloadText({ jid })]));
    const { tap, redis } = await tapped();
    const set = new DeadSet({ redis });
    onTestFinished(() => set.close());

    const { total, items } = await set.page({ offset, limit, order });

    expect(total).toBe(COUNT);
    expect(items.map(({ jid }) => jid)).toEqual(wanted(offset, limit));
    expect(Math.max(...askedFor(tap))).toBe(100);
  });

  test("a queue is read by hundreds, with the place of each job", async () => {
    await stage.redis.lpush("queue:low", ...jids.map((jid) => payloadText({ jid })));
    const { tap, redis } = await tapped();
    const queue = new Queue("low", { redis });
    onTestFinished(() => queue.close());

    const { total, items } = await queue.page({ offset: 15, limit: 1_000, order });

    expect(total).toBe(COUNT);
    expect(items.map(({ jid }) => jid)).toEqual(wanted(15, 1_000));
    expect(Math.max(...askedFor(tap))).toBe(100);
  });

  test("an entry that others have moved along between two pieces stands on the page once", async () => {
    const score = order === "asc" ? -1 : COUNT;
    await stage.redis.zadd("dead", ...jids.flatMap((jid, i) => [i, payloadText({ jid })]));
    const redis = stage.redis.duplicate();
    onTestFinished(() => redis.disconnect());
    const pipelines = vi.spyOn(redis, "pipeline");
    pipelines.mockImplementationOnce(() => {
      const chain = stage.redis.pipeline();
      const exec = chain.exec.bind(chain);
      chain.exec = async () => {
        const replies = await exec();
        await stage.redis.zadd("dead", score, payloadText({ jid: "late" }));
        return replies;
      };
      return chain;
    });
    const set = new DeadSet({ redis });

    const { items } = await set.page({ limit: 1_000, order });

    const ids = items.map(({ jid }) => jid);
    expect(pipelines.mock.calls.length).toBe(10);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
