/** A job that somebody has found a moment ago is asked for where it was, and one that is looked for in no more than is needed. */
import { Jobs } from "@tsq/core/api";
import type { FoundJob, LastPlace } from "@tsq/core/api";
import { expect, onTestFinished, test } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { setRedis } from "../../support/empty-redis.ts";
import { holdsOnly } from "../../support/held-runs.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { TcpProxy } from "../../support/proxy.ts";

const JID = "0123456789abcdef01234567";

const stage = setRedis();

/** With all that it asks of Redis. */
const tapped = async () => {
  const proxy = await TcpProxy.listen(stage.server.port);
  onTestFinished(() => proxy.stop());
  const tap = new CommandTap(proxy);
  const jobs = new Jobs({ redis: proxy.url });
  onTestFinished(() => jobs.close());
  return { tap, jobs };
};

const found = async (jobs: Jobs): Promise<FoundJob> => {
  const { found: job } = await jobs.find(JID);
  if (!job) throw new Error("Expected the job to be found");
  return job;
};

const lastOf = (job: FoundJob): LastPlace => {
  if (job.place === "running") throw new Error("Expected a job that waits");
  const { bytes } = job.job;
  return job.place === "queue"
    ? { place: job.place, queue: job.job.queue, bytes, ahead: job.ahead }
    : { place: job.place, bytes, score: job.job.score };
};

const others = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => payloadText({ jid: `other-${from + i}` }));

test.each(["retry", "dead", "schedule"])(
  "one in %s is there again, without a look through the sets",
  async (key) => {
    await stage.redis.zadd(key, ...others(150).flatMap((text) => [7, text]), 7, payloadText({ jid: JID }));
    const { tap, jobs } = await tapped();
    const last = lastOf(await found(jobs));
    tap.reset();

    const again = await jobs.again(last);

    expect(again).toMatchObject({ place: last.place, job: { jid: JID, score: 7 } });
    expect(tap.commands("evalsha", "zscan", "lrange", "smembers")).toEqual([]);
    expect(tap.commands("zrangebyscore").length).toBeLessThanOrEqual(2);
    await stage.redis.del(key);
    expect(await jobs.again(last)).toBeUndefined();
  },
);

test("one in a set that has another time by now, or other bytes, is to be looked for", async () => {
  await stage.redis.zadd("retry", 7, payloadText({ jid: JID }));
  const { jobs } = await tapped();
  const last = lastOf(await found(jobs));

  await stage.redis.zadd("retry", 8, payloadText({ jid: JID }));
  expect(await jobs.again(last)).toBeUndefined();
});

test.each([
  ["nobody has touched its queue", 300, () => Promise.resolve()],
  ["others have been pushed", 300, () => stage.redis.lpush("queue:default", ...others(500, 2_000))],
  ["older ones were taken", 100, () => stage.redis.ltrim("queue:default", 0, -201)],
  ["it is the next one", 0, () => stage.redis.ltrim("queue:default", 0, -301)],
  ["younger ones were deleted", 300, () => stage.redis.ltrim("queue:default", 700, -1)],
  ["one was given back", 301, () => stage.redis.rpush("queue:default", ...others(1, 3_000))],
])("one on a queue is there again where %s", async (_, ahead, change) => {
  await pushTexts(stage.redis, [...others(300), payloadText({ jid: JID }), ...others(700, 300)]);
  const { tap, jobs } = await tapped();
  const last = lastOf(await found(jobs));
  await change();
  tap.reset();

  const again = await jobs.again(last);

  expect(again).toMatchObject({ place: "queue", ahead, job: { jid: JID, queue: "default" } });
  expect(tap.commands("lrange").length).toBeLessThanOrEqual(3);
  expect(tap.commands("evalsha", "zscan", "smembers", "sscan")).toEqual([]);
});

test("one that was taken off its queue is not there, and the queue is not read to its end for that", async () => {
  await pushTexts(stage.redis, [...others(9_000), payloadText({ jid: JID })]);
  const { tap, jobs } = await tapped();
  const last = lastOf(await found(jobs));
  await stage.redis.lpop("queue:default");
  tap.reset();

  expect(await jobs.again(last)).toBeUndefined();

  const read = tap.commands("lrange").map(([, , from = "", to = ""]) => Number(to) - Number(from) + 1);
  expect(read.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(6_000);
});

test("the shortest set is looked through first, and the longer ones only if it is in none before", async () => {
  await stage.redis.zadd("retry", ...others(2_000).flatMap((text) => [7, text]));
  await stage.redis.zadd("dead", ...others(300).flatMap((text) => [7, text]), 7, payloadText({ jid: JID }));
  await stage.redis.zadd("schedule", ...others(10).flatMap((text) => [7, text]));
  const { tap, jobs } = await tapped();

  expect((await found(jobs)).place).toBe("dead");

  expect([...new Set(tap.commands("evalsha").map(([, , , key]) => key))]).toEqual(["schedule", "dead"]);
});

test("what is in flight is asked of the owner alone, where somebody has read it of all", async () => {
  const held = payloadText({ jid: JID });
  for (let i = 0; i < 20; i++) await holdsOnly(stage.redis, `host:${i}:abc`, ...others(1, i));
  await holdsOnly(stage.redis, "host:7:abc", held);
  const { tap, jobs } = await tapped();
  const reading = await jobs.inFlight();
  const inFlight = () => Promise.resolve(reading);
  tap.reset();

  expect((await jobs.find(JID, { inFlight })).found).toMatchObject({
    place: "running",
    identity: "host:7:abc",
  });

  const hashes = tap.commands("hgetall").filter(([, key = ""]) => key.startsWith("tsq:in-flight:"));
  expect(hashes).toHaveLength(1);
  await holdsOnly(stage.redis, "host:7:abc");
  await stage.redis.zadd("retry", 7, held);
  expect((await jobs.find(JID, { inFlight })).found?.place).toBe("retry");
});
