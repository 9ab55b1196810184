/** What the data API is told when the answer to a move or a deletion is lost: never that the job was gone when it was ours. */
import { ClaimUnknownError } from "@tsq/core";
import { DeadSet, Queue, RetrySet } from "@tsq/core/api";
import type { SortedEntry } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { killScript, promoteScript } from "../../support/inside-core.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const TEXT = '{"class":"HardJob","queue":"q","args":[],"jid":"0123456789abcdef01234567","retry":true}';

let server: TestRedis;
let redis: Redis;
let proxy: TcpProxy;
let told: unknown[];

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  // A script that is not known is answered before it does anything.
  for (const { lua } of [killScript, promoteScript]) await redis.script("LOAD", lua);
});
beforeEach(async () => {
  told = [];
  await redis.flushdb();
  await redis.zadd("retry", 5, TEXT);
  await redis.lpush("queue:full", TEXT);
  proxy = await TcpProxy.listen(server.port);
});
afterEach(() => proxy.stop());
afterAll(() => server.stop());

const open = () => {
  const url = Object.assign(new URL(server.url), { port: String(proxy.port) }).href;
  const set = new RetrySet({
    redis: url,
    wire: 8,
    deathHandlers: [
      ({ jid }) => {
        told.push(jid);
      },
    ],
  });
  const queue = new Queue("full", { redis: url });
  onTestFinished(async () => void (await Promise.all([set.close(), queue.close()])));
  return { set, queue };
};
const entryOf = async (set: RetrySet): Promise<SortedEntry> => {
  const entry = await set.findJob("0123456789abcdef01234567");
  if (!entry) throw new Error("Expected the job in the retry set, found none.");
  return entry;
};

/**
 * Cuts once, when a command that changes something has passed, or before it does.
 *
 * @param meanwhile what happens between the loss of the answer and that of the connection
 */
const cutAt = (when: "before" | "after", meanwhile: () => Promise<unknown> = async () => {}): void => {
  let isDue = true;
  let isCutting = false;
  proxy.replace((chunk, from) => {
    if (from === "client") {
      if (!isDue || !/evalsha|eval\r|zadd|zrem|lrem|unlink/i.test(chunk.toString("latin1"))) return chunk;
      isDue = false;
      if (when === "after") isCutting = true;
      else setImmediate(() => proxy.cut());
      return when === "after" ? chunk : undefined;
    }
    if (!isCutting) return chunk;
    isCutting = false;
    setImmediate(() => void meanwhile().then(() => proxy.cut()));
    return undefined;
  });
};

type Act = () => Promise<() => Promise<unknown>>;
const onEntry =
  (act: (entry: SortedEntry) => Promise<unknown>): Act =>
  async () => {
    const entry = await entryOf(open().set);
    return () => act(entry);
  };

const acts: readonly [string, Act, done: unknown][] = [
  ["kill()", onEntry((entry) => entry.kill()), true],
  ["retry()", onEntry((entry) => entry.retry()), true],
  ["addToQueue()", onEntry((entry) => entry.addToQueue()), true],
  ["delete()", onEntry((entry) => entry.delete()), true],
  [
    "clear()",
    async () => {
      const { set } = open();
      await set.size();
      return () => set.clear();
    },
    1,
  ],
  [
    "delete() of a queued job",
    async () => {
      const job = await open().queue.findJob("0123456789abcdef01234567");
      if (!job) throw new Error("Expected the job on its queue, found none.");
      return () => job.delete();
    },
    true,
  ],
  [
    "clear() of a queue",
    async () => {
      const { queue } = open();
      await queue.size();
      return () => queue.clear();
    },
    1,
  ],
  [
    "clear() of a queue, of no more than were counted",
    async () => {
      const { queue } = open();
      // The server knows the script then.
      await queue.clear({ count: 0 });
      return () => queue.clear({ count: 1 });
    },
    1,
  ],
];

test.each(acts)("%s that was done and not answered is unknown, and not gone", async (_what, act) => {
  await redis.flushdb();
  await redis.zadd("retry", 5, TEXT);
  await redis.lpush("queue:full", TEXT);
  const run = await act();
  cutAt("after");

  const outcome = await run().catch((error: unknown) => error);

  expect(outcome).toBeInstanceOf(ClaimUnknownError);
  expect(outcome).toHaveProperty("code", "TSQ_CLAIM_UNKNOWN");
  expect(told).toEqual([]);
});

test("clear() of as many as were counted, done and not answered, takes no others when it is sent again", async () => {
  await redis.flushdb();
  await redis.lpush("queue:full", ..."abcdef".split(""));
  const { queue } = open();
  await queue.clear({ count: 0 });
  cutAt("after");

  await expect(queue.clear({ count: 2 })).rejects.toBeInstanceOf(ClaimUnknownError);

  expect(await redis.lrange("queue:full", 0, "-1")).toEqual(["f", "e", "d", "c"]);
});

test("kill() that did not arrive is done when it is sent again, and told", async () => {
  const run = await onEntry((entry) => entry.kill())();
  cutAt("before");

  expect(await run()).toBe(true);

  expect(told).toEqual(["0123456789abcdef01234567"]);
});

test("kill() of a job that is gone is told so when no answer was lost", async () => {
  const entry = await entryOf(open().set);
  await redis.zrem("retry", TEXT);

  expect(await entry.kill()).toBe(false);
});

test("reschedule() that was done and not answered is done when it is sent again", async () => {
  const entry = await entryOf(open().set);
  cutAt("after");

  expect(await entry.reschedule(9)).toBe(true);

  expect(entry.score).toBe(9);
  expect(await redis.zscore("retry", TEXT)).toBe("9");
});

test("reschedule() that was not answered, of a job that went meanwhile, is unknown, and not gone", async () => {
  const entry = await entryOf(open().set);
  cutAt("after", () => redis.zrem("retry", TEXT));

  await expect(entry.reschedule(9)).rejects.toBeInstanceOf(ClaimUnknownError);
});

/** A dead set by the proxy, connected. */
const openDead = async (): Promise<DeadSet> => {
  const url = Object.assign(new URL(server.url), { port: String(proxy.port) }).href;
  const dead = new DeadSet({ redis: url, deathHandlers: [({ jid }) => void told.push(jid)] });
  onTestFinished(() => dead.close());
  await dead.size();
  return dead;
};

test("kill() of a payload that was done and not answered is done when it is sent again, once, and told once", async () => {
  const dead = await openDead();
  cutAt("after");

  await dead.kill(TEXT);

  expect(await redis.zrange("dead", 0, "-1")).toEqual([TEXT]);
  expect(told).toEqual(["0123456789abcdef01234567"]);
});

test("kill() of a payload that was done, when Redis does not come back, is unknown, and told to nobody", async () => {
  const dead = await openDead();
  cutAt("after", async () => proxy.refuse());

  await expect(dead.kill(TEXT)).rejects.toBeInstanceOf(ClaimUnknownError);

  expect(await redis.zrange("dead", 0, "-1")).toEqual([TEXT]);
  expect(told).toEqual([]);
});
