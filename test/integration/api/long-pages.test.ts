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

/** A connection by which something happens between the first piece and the second. */
const afterOnePiece = (happens: () => Promise<unknown>) => {
  const redis = stage.redis.duplicate();
  onTestFinished(() => redis.disconnect());
  vi.spyOn(redis, "pipeline").mockImplementationOnce(() => {
    const chain = stage.redis.pipeline();
    const exec = chain.exec.bind(chain);
    chain.exec = async () => {
      const replies = await exec();
      await happens();
      return replies;
    };
    return chain;
  });
  return redis;
};

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

  test.each([1, 150])(
    "entries that %i others have moved along between two pieces stand on the page once",
    async (count) => {
      const score = (i: number) => (order === "asc" ? -1 - i : COUNT + i);
      await stage.redis.zadd("dead", ...jids.flatMap((jid, i) => [i, payloadText({ jid })]));
      const redis = afterOnePiece(async () => {
        const late = Array.from({ length: count }, (_, i) => [score(i), payloadText({ jid: `late${i}` })]);
        await stage.redis.zadd("dead", ...late.flat());
      });
      const set = new DeadSet({ redis });

      const { items } = await set.page({ limit: 1_000, order });

      const ids = items.map(({ jid }) => jid);
      // Of a hundred and fifty the second piece has fifty, and they stand on the page as well.
      expect(ids).toHaveLength(1_000 - Math.min(count, 100));
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  test("an entry that gets another time between two pieces stands on the page once", async () => {
    await stage.redis.zadd("dead", ...jids.flatMap((jid, i) => [i, payloadText({ jid })]));
    const [first = ""] = wanted(0, 1);
    const redis = afterOnePiece(() => stage.redis.zadd("dead", 500.5, payloadText({ jid: first })));
    const set = new DeadSet({ redis });

    const { items } = await set.page({ limit: 1_000, order });

    expect(items.filter(({ jid }) => jid === first)).toHaveLength(1);
  });

  test.each([1, 150])(
    "jobs that %i others have moved along between two pieces stand on the page once, at their places",
    async (count) => {
      await stage.redis.lpush("queue:low", ...jids.map((jid) => payloadText({ jid })));
      const late = Array.from({ length: count }, (_, i) => payloadText({ jid: `late${i}` }));
      const redis = afterOnePiece(() =>
        order === "asc" ? stage.redis.rpush("queue:low", ...late) : stage.redis.lpush("queue:low", ...late),
      );
      const queue = new Queue("low", { redis });

      const { items } = await queue.page({ limit: 1_000, order });

      const ids = items.map(({ jid }) => jid ?? "").filter((jid) => !jid.startsWith("late"));
      // Of a hundred and fifty that came two pieces know a hundred, which are newer than what the first one has read.
      expect(items).toHaveLength(ids.length + Math.max(0, count - 100));
      expect(ids).toEqual(wanted(0, ids.length));
      expect(items).toHaveLength(1_000 - Math.min(count, 100));
      if (order === "desc") {
        const places = items.filter(({ jid }) => !jid?.startsWith("late")).map(({ ahead }) => ahead);
        expect(places).toEqual(ids.map((jid) => jids.indexOf(jid)));
      }
    },
  );

  test("a job that lies on a queue twice stands on the page twice", async () => {
    const twice = [...jids.slice(0, 120), ...jids.slice(0, 120)];
    await stage.redis.lpush("queue:low", ...twice.map((jid) => payloadText({ jid })));
    const queue = new Queue("low", { redis: stage.redis });

    const { items } = await queue.page({ limit: 1_000, order });

    expect(items).toHaveLength(240);
  });
});
