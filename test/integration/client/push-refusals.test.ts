/** What a push is told is true: rejected is not there, resolved is there, and what nobody knows is called unknown. */
import { Client, defineJob, PushUnknownError } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { eventually } from "../../support/eventually.ts";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const MANY: [unknown][] = Array.from({ length: 20 }, (_, n) => [n]);

if (!hasNativeRedis())
  console.warn("Skipped: what a refused push is told, because there is no redis-server on PATH.");

describe.runIf(hasNativeRedis())("a push", () => {
  let redis: TestRedis;
  let proxy: TcpProxy;

  beforeAll(async () => {
    redis = await startRedis({ backend: "native" });
    await CommandTap.load(redis.client());
  });
  beforeEach(async () => {
    await redis.client().flushdb();
    proxy = await TcpProxy.listen(redis.port);
  });
  afterEach(() => proxy.stop());
  afterAll(() => redis.stop());

  const open = (url: string): Client => {
    const client = new Client({ redis: url, wire: 8 });
    onTestFinished(() => client.close());
    return client;
  };
  const jobOf = (client: Client) => defineJob("HardJob", { client, queue: "q" }, (_job, _n: unknown) => {});
  const length = () => redis.client().llen("queue:q");
  const told = (push: Promise<unknown>) =>
    push.then(
      () => "resolved" as const,
      (error: Error) => error,
    );
  /** Of a user who may do all but this. */
  const without = async (...commands: string[]): Promise<string> => {
    await redis
      .client()
      .acl("SETUSER", "less", "reset", "on", ">p", "~*", "&*", "+@all", ...commands.map((one) => `-${one}`));
    return `redis://less:p@127.0.0.1:${proxy.port}/0`;
  };
  /** The server hears one push more, and nobody hears the server. */
  const loseAnswer = async (push: () => Promise<unknown>) => {
    const before = await length();
    proxy.replace((chunk, from) => (from === "client" ? chunk : undefined));
    const outcome = told(push());
    await eventually(async () => expect(await length()).toBeGreaterThan(before));
    proxy.refuse();
    proxy.replace(undefined);
    return { outcome };
  };

  test("as a transaction is there, and is told so, when `queues` has become something else", async () => {
    const job = jobOf(open(redis.url));
    for (let i = 0; i < 3; i++) await job.performBulk(MANY);
    await redis.client().set("queues", "x");

    expect(await told(job.performBulk(MANY))).toBe("resolved");

    expect(await length()).toBe(4 * MANY.length);
  });

  test.each([["multi"], ["exec"], ["@transaction"]])(
    "goes by the script when the user has no right to %s",
    async (right) => {
      const job = jobOf(open(await without(right)));

      for (let i = 0; i < 4; i++) await job.performBulk(MANY);

      expect(await length()).toBe(4 * MANY.length);
    },
  );

  test("is unknown when the right to MULTI is taken away while it comes, and goes by the script then", async () => {
    const job = jobOf(open(await without()));
    for (let i = 0; i < 2; i++) await job.performBulk(MANY);
    await redis.client().acl("SETUSER", "less", "-multi");

    expect(await told(job.performBulk(MANY))).toBeInstanceOf(PushUnknownError);
    await redis.client().del("queue:q");
    await job.performBulk(MANY);

    expect(await length()).toBe(MANY.length);
  });

  test.each([["hset"], ["expire"], ["lpush"], ["sadd"], ["type"], ["hget"]])(
    "that is rejected for want of a right is not there: %s",
    async (right) => {
      const job = jobOf(open(await without(right)));

      const outcomes = [await told(job.performBulk(MANY)), await told(job.performAsync(1))];

      for (const outcome of outcomes) {
        expect(outcome).toHaveProperty("code", "TSQ_REDIS_UNUSABLE");
      }
      expect(await length()).toBe(0);
      await redis.client().acl("SETUSER", "less", "+@all");
      await job.performAsync(1);
      expect(await length()).toBe(1);
    },
  );

  test("whose refusal is lost is not taken for done when it is sent again", async () => {
    const job = jobOf(open(await without()));
    await job.performAsync(1);
    await redis.client().acl("SETUSER", "less", "-lpush");
    proxy.replace((chunk, from) => {
      if (from === "client") return chunk;
      proxy.replace(undefined);
      setImmediate(() => proxy.cut());
      return undefined;
    });

    expect(await told(job.performAsync(2))).toBeInstanceOf(PushUnknownError);

    expect(await length()).toBe(1);
  });

  test("of which only a part was taken is unknown", async () => {
    const client = open(await without("zadd"));

    const outcomes = await Promise.all([
      told(jobOf(client).performAsync(1)),
      told(jobOf(client).performIn(60, 2)),
    ]);

    expect(await length()).toBe(1);
    expect(outcomes[0]).toBeInstanceOf(PushUnknownError);
  });

  test.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    ["a key of another type", () => redis.client().set("queue:q", "x"), () => redis.client().del("queue:q")],
    [
      "a full memory",
      async () => {
        await redis.client().flushdb();
        await redis.client().config("SET", "maxmemory", "1");
      },
      () => redis.client().config("SET", "maxmemory", "0"),
    ],
    ["a right that was taken away", () => redis.client().acl("SETUSER", "less", "-type"), async () => {}],
  ])("whose answer was lost is unknown when it meets %s after that", async (_what, spoil, mend) => {
    const job = jobOf(open(await without()));
    await job.performAsync(1);
    const { outcome } = await loseAnswer(() => job.performAsync(2));

    await spoil();
    proxy.accept();

    try {
      expect(await outcome).toBeInstanceOf(PushUnknownError);
    } finally {
      await mend();
    }
  });
});
