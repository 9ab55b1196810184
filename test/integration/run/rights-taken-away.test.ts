/** A worker whose user loses a right while it runs: no outcome can be written then, and no job may be lost for it. */
import { defineJob, interrupt, kill, snooze } from "@tsq/core";
import type { RedisOptions } from "@tsq/core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

if (!hasNativeRedis())
  console.warn("Skipped: rights that are taken away, because there is no redis-server on PATH.");

const fails = (): never => {
  throw new Error("no");
};

const ENDS: readonly (readonly [right: string, how: string, end: () => unknown, place: string])[] = [
  ["-zadd", "fails", fails, "retry"],
  ["-zadd", "snoozes", () => snooze(3_600), "schedule"],
  ["-zadd", "is killed", () => kill("no use"), "dead"],
  ["-lpush", "is interrupted", () => interrupt(), "queue:later"],
  ["-hset", "fails", fails, "retry"],
  ["-hset", "is killed", () => kill("no use"), "dead"],
  ["-hset", "is interrupted", () => interrupt(), "queue:later"],
];

describe.runIf(hasNativeRedis())("a right that is taken away from a running worker", () => {
  let server: TestRedis;
  let workers: TestWorkers;

  beforeAll(async () => {
    server = await startRedis({ backend: "native" });
    workers = new TestWorkers(server);
  });
  afterEach(() => workers.end());
  afterAll(() => server.stop());

  const acl = (...rules: string[]): Promise<unknown> => workers.redis.acl("SETUSER", "tsq", ...rules);

  const user = async (): Promise<RedisOptions> => {
    await acl("reset", "on", ">password", "~*", "&*", "+@all");
    return { ...workers.target, username: "tsq", password: "password" };
  };

  /** Every copy of the job in the places where jobs wait. */
  const copies = async (): Promise<readonly string[]> => {
    const places: string[] = [];
    for (const set of ["retry", "schedule", "dead"])
      places.push(...(await workers.redis.zrange(set, "0", "-1")).map(() => set));
    for (const queue of ["queue:later", "queue:default"])
      places.push(...(await workers.redis.lrange(queue, 0, -1)).map(() => queue));
    return places;
  };

  describe.each(["reliable", "basic"] as const)("with %s fetch", (fetch) => {
    test.each(ENDS)(
      "%s keeps a job that %s, and writes it once the right is back",
      async (right, _, end, place) => {
        let begun = 0;
        let go = (): void => {};
        const allowed = new Promise<void>((resolve) => (go = resolve));
        const job = defineJob("HardJob", async () => {
          begun++;
          await allowed;
          return end();
        });
        const redis = await user();
        const worker = await workers.start({ fetch, jobs: [job], redis, queues: ["later"], concurrency: 1 });
        await workers.redis.lpush("queue:later", payloadText({ queue: "later" }));
        await eventually(() => expect(begun).toBe(1));

        await acl(right);
        await workers.redis.acl("LOG", "RESET");
        go();
        // By the basic fetch nothing is refused that needs no hash.
        await eventually(async () => {
          const refusals = (await workers.redis.acl("LOG")) as unknown[];
          expect(refusals.length > 0 || (await copies()).length > 0).toBe(true);
        });
        await acl("+@all");

        // The one that is interrupted is fetched, and interrupted, over and over.
        if (place === "queue:later") await eventually(() => expect(begun).toBeGreaterThan(1));
        else await eventually(async () => expect(await copies()).toEqual([place]));
        await workers.hurried(worker.stop());
        expect(await copies()).toEqual([place]);
      },
    );

    test.each([
      ["fails", fails],
      ["is interrupted", () => interrupt()],
    ])("-zadd -lpush brings a job that %s back to its queue by a stop", async (_, end) => {
      let go = (): void => {};
      let begun = 0;
      const allowed = new Promise<void>((resolve) => (go = resolve));
      const job = defineJob("HardJob", async () => {
        begun++;
        await allowed;
        return end();
      });
      const redis = await user();
      const shutdownTimeoutMs = 100;
      const options = { fetch, jobs: [job], redis, queues: ["later"], concurrency: 1, shutdownTimeoutMs };
      const worker = await workers.start(options);
      await workers.redis.lpush("queue:later", payloadText({ queue: "later" }));
      await eventually(() => expect(begun).toBe(1));
      await acl("-zadd", "-lpush");
      go();
      await eventually(() =>
        expect(workers.messages()).toEqual(expect.arrayContaining([expect.stringContaining("refuses ")])),
      );

      await workers.hurried(worker.stop());

      expect(await copies()).toEqual(["queue:later"]);
    });
  });

  test.each(["-hset", "-hdel"])("%s, and no job is lost that a fetch has popped", async (right) => {
    const ran: unknown[] = [];
    const job = defineJob("HardJob", (_, n: number) => void ran.push(n));
    const worker = await workers.start({ jobs: [job], redis: await user(), concurrency: 3 });
    await pushTexts(workers.redis, [payloadText({ args: [0] })]);
    await eventually(() => expect(ran).toEqual([0]));
    const texts = Array.from({ length: 20 }, (_, i) => payloadText({ jid: `j${i}`, args: [i + 1] }));

    await acl(right);
    await pushTexts(workers.redis, texts);
    await eventually(() =>
      expect(workers.messages()).toEqual(expect.arrayContaining([expect.stringContaining("refuses ")])),
    );
    await acl("+@all");
    await eventually(() => expect(new Set(ran).size).toBe(21));
    await worker.stop();

    expect(await copies()).toEqual([]);
  });
});
