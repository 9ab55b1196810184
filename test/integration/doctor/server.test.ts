/** What `tsq doctor` says of a server: the checks redis-connection and redis-durability. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { beats, diagnose, examined, NO_REDIS, told } from "../../support/doctor.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushall());

const withPath = (path: string): string => Object.assign(new URL(server.url), { pathname: path }).href;

describe("redis-connection", () => {
  test("keeps still of a server that serves", async () => {
    await beats(redis);

    expect(await told("redis-connection", { url: server.url })).toEqual([]);
  });

  test("says that nobody answers, and that no other check has looked", async () => {
    const [found] = await diagnose("redis-connection", { url: NO_REDIS });

    expect(found).toMatchObject({ level: "error", saw: expect.stringMatching(/^Cannot reach Redis at /) });
    expect(await examined("redis-durability", { url: NO_REDIS })).toMatchObject({
      looked: [],
      notLooked: [{ check: "redis-durability", reason: "Redis cannot be used" }],
    });
  });

  test("never shows a password", async () => {
    const url = server.url.replace("redis://", "redis://ada:s3cret@");

    const examination = await examined("redis-connection", { url });

    expect(examination.findings[0]?.saw).toContain("refuses the password");
    expect(JSON.stringify(examination)).not.toContain("s3cret");
  });

  test("says that Sidekiq is at work in another database", async () => {
    await beats(redis);

    const [found] = await told("redis-connection", { url: withPath("/3") });

    expect(found).toBe(
      "error No Sidekiq process is in database 3, and some are in database 0 of the same server.",
    );
  });

  test("keeps still of a database that nobody works in anywhere", async () => {
    await redis.lpush("queue:default", "{}");

    expect(await told("redis-connection", { url: withPath("/3") })).toEqual([]);
  });
});

describe("redis-durability", () => {
  /** For the time of a test. */
  const setting = async (name: string, value: string, look: () => Promise<void>): Promise<void> => {
    const [, before = ""] = await redis.config("GET", name);
    await redis.config("SET", name, value);
    try {
      await look();
    } finally {
      await redis.config("SET", name, before);
    }
  };

  test("keeps still of a server that writes to its disk", async () => {
    await setting("save", "3600 1", async () => {
      expect(await told("redis-durability", { url: server.url })).toEqual([]);
    });
  });

  test("says that jobs may be evicted", async () => {
    await setting("save", "3600 1", () =>
      setting("maxmemory-policy", "allkeys-lru", () =>
        setting("maxmemory", "100mb", async () => {
          expect(await told("redis-durability", { url: server.url })).toEqual([
            expect.stringMatching(/^error Redis throws keys away .*allkeys-lru/),
          ]);
        }),
      ),
    );
  });

  test("says that nothing is written to a disk", async () => {
    await setting("save", "", async () => {
      expect(await told("redis-durability", { url: server.url })).toEqual([
        expect.stringMatching(/^warning The server writes nothing to a disk/),
      ]);
    });
  });

  test("says whose clock is ahead", async () => {
    await beats(redis, { identity: "fast:1:a", beat: Date.now() / 1_000 + 3_600 });
    await beats(redis, { identity: "right:1:a" });

    await setting("save", "3600 1", async () => {
      const found = await told("redis-durability", { url: server.url });

      expect(found).toEqual([
        expect.stringMatching(/^warning Clocks differ: the clock of `fast` is 3\d{3}\.\d s ahead/),
      ]);
    });
  });
});
