/**
 * Commands beside a Redis of a hundred thousand jobs: in the memory of a small machine, and by questions that keep Redis from others
 * for little.
 */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect } from "vitest";
import { jidOf, payloadOf } from "./failed-jobs.ts";
import { startRedis } from "./redis.ts";
import type { TestRedis } from "./redis.ts";
import { tsq } from "./tsq-command.ts";

export const COUNT = 100_000;

/** One in a thousand. */
const isRare = (n: number): boolean => n % 1_000 === 7;

/** As many payloads, a thousand at a time, with the number of the first. */
export function* payloads(): Generator<readonly [first: number, texts: readonly string[]]> {
  for (let from = 0; from < COUNT; from += 1_000) {
    const texts = Array.from({ length: 1_000 }, (_, i) => {
      const n = from + i;
      const name = isRare(n) ? "RareJob" : "HardJob";
      return payloadOf({ jid: jidOf(n), class: name, message: `order A-${n} was declined` });
    });
    yield [from, texts];
  }
}

export interface LargeShell {
  readonly server: TestRedis;
  readonly redis: Redis;
  /** How many jobs the largest question was about, since the last command began. */
  readonly widest: () => Promise<number>;
  /** What a command prints that ends well and complains of nothing. */
  readonly shown: (...args: readonly string[]) => Promise<string>;
}

/** @param fill puts in what lies there; what it asks is not counted */
export const setLargeShell = (fill: (redis: Redis) => Promise<void>): LargeShell => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    // Its log of slow commands is how a test sees what was asked: of all, from the first on.
    server = await startRedis({ backend: "native", args: ["--slowlog-max-len", "100000"] });
    redis = server.client();
    await fill(redis);
    await redis.config("SET", "slowlog-log-slower-than", "0");
  });
  afterAll(() => server.stop());

  const widest = async (): Promise<number> => {
    const entries = (await redis.slowlog("GET", "-1")) as [number, number, number, string[]][];
    const asked = entries.flatMap(([, , , [name = "", , from, to, ...more]]) => {
      const at = more.findIndex((word) => word.toUpperCase() === "LIMIT");
      if (at >= 0) return Number(more[at + 2]);
      return /range$/i.test(name) && !/byscore/i.test(name) ? Number(to) - Number(from) + 1 : [];
    });
    return Math.max(0, ...asked);
  };

  return {
    get server() {
      return server;
    },
    get redis() {
      return redis;
    },
    widest,
    shown: async (...args) => {
      await redis.slowlog("RESET");
      // The payloads alone are forty, and as objects three times that.
      const env = { REDIS_URL: server.url, COLUMNS: "80", NODE_OPTIONS: "--max-old-space-size=64" };
      const { code, stdout, stderr } = await tsq(args, { env });
      expect([code, stderr]).toEqual([0, ""]);
      expect(await widest()).toBeLessThanOrEqual(1_000);
      return stdout;
    },
  };
};
