import { defineJob } from "@tsq/core";
import type { RedisOptions } from "@tsq/core";
import { redisOptions } from "@tsq/core/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { clientTests } from "../../support/client.ts";
import { keysOfJobs, queued, queuedTexts } from "../../support/jobs-in-redis.ts";

const here = clientTests();

const hardJob = () =>
  defineJob("HardJob", { client: here.client }, (_job, ..._args: readonly unknown[]) => {});
const keys = () => keysOfJobs(here.redis);

describe("a caller's options of ioredis", () => {
  test.each<RedisOptions>([
    { lazyConnect: true, enableOfflineQueue: false },
    { enableAutoPipelining: true, autoResendUnfulfilledCommands: true, maxRetriesPerRequest: 1 },
    { enableReadyCheck: false, stringNumbers: true },
  ])("%j let it push at once, alone and in bulk", async (options) => {
    const client = here.open({ redis: { ...redisOptions(here.url), ...options } });

    await Promise.all([
      client.push({ class: "HardJob", args: [1] }),
      client.push({ class: "HardJob", args: [2] }),
      client.pushBulk({ class: "HardJob", args: [[3], [4]] }),
    ]);

    expect((await queued(here.redis)).map(({ args }) => args).sort()).toEqual([[1], [2], [3], [4]]);
  });
});

// A client that knows how to spell times writes from a template; one that has yet to look does not.
describe.each([
  ["that has yet to look for Ruby", "auto" as const],
  ["whose times are pinned", 8 as const],
])("a client %s", (_which, wire) => {
  beforeEach(() => {
    here.client = here.open({ wire });
  });

  describe("options of one push", () => {
    test("go on top of the job's own, and unknown ones travel along", async () => {
      const job = defineJob(
        "HardJob",
        { queue: "low", retry: 5, tags: ["a"], client: here.client },
        () => {},
      );

      await job.set({ queue: "high", retry: 0, unique_for: 60 }).performAsync();

      expect(await queued(here.redis, "high")).toMatchObject([
        { queue: "high", retry: 0, tags: ["a"], unique_for: 60 },
      ]);
    });

    test("leave the job itself as it was, and add up", async () => {
      const job = hardJob();
      const low = job.set({ queue: "low" });

      await low.set({ retry: false }).performAsync("both");
      await low.performAsync("low");
      await job.performAsync("default");

      expect(await queued(here.redis, "low")).toMatchObject([
        { args: ["both"], retry: false },
        { args: ["low"], retry: true },
      ]);
      expect(await queued(here.redis)).toMatchObject([{ args: ["default"], retry: true }]);
    });

    test("that are undefined mean nothing, and hide no default", async () => {
      const unset = { queue: undefined, retry: undefined, tags: undefined } as unknown as { queue?: string };
      const job = defineJob(
        "HardJob",
        { queue: "low", retry: 5, client: here.client },
        (_job, _how: string) => {},
      );

      await defineJob("HardJob", { ...unset, client: here.client }, (_job, _how: string) => {}).performAsync(
        "defined",
      );
      await here.client.push({ class: "HardJob", args: ["pushed"], ...unset });
      await here.client.pushBulk({ class: "HardJob", args: [["bulk"]], ...unset });
      await job.set(unset).performAsync("set");

      expect(await queued(here.redis)).toMatchObject([
        { args: ["defined"], queue: "default", retry: true },
        { args: ["pushed"], queue: "default", retry: true },
        { args: ["bulk"], queue: "default", retry: true },
      ]);
      expect(await queued(here.redis, "low")).toMatchObject([{ args: ["set"], queue: "low", retry: 5 }]);
      expect(await keys()).toEqual(["queue:default", "queue:low", "queues"]);
    });

    test("that only concern the push stay out of the payload", async () => {
      await here.client.push({
        class: "HardJob",
        args: [],
        pool: "p",
        wait: 1,
        batch_size: 5,
        spread_interval: 5,
      });
      await hardJob().set({ pool: "p", batch_size: 5 }).performAsync();

      for (const job of await queued(here.redis)) {
        expect(Object.keys(job)).toEqual(
          expect.not.arrayContaining(["pool", "wait", "batch_size", "spread_interval", "client"]),
        );
      }
      expect(await here.redis.llen("queue:default")).toBe(2);
    });

    test("may name the jid", async () => {
      expect(await here.client.push({ class: "HardJob", args: [], jid: "mine" })).toBe("mine");
      expect(await hardJob().set({ jid: "set" }).performAsync()).toBe("set");

      expect((await queued(here.redis)).map(({ jid }) => jid)).toEqual(["mine", "set"]);
    });
  });

  describe("a job that is pushed again with the times it had", () => {
    const old = { created_at: 1_700_000_000_000, enqueued_at: 1_700_000_000_001 };

    test.each([
      ["alone", () => here.client.push({ class: "HardJob", args: [], ...old })],
      ["in bulk", () => here.client.pushBulk({ class: "HardJob", args: [[]], ...old })],
      ["by set()", () => hardJob().set(old).performAsync()],
    ])("keeps when it was made and is enqueued now, each once in its text: %s", async (_how, push) => {
      await push();

      const [text = ""] = await queuedTexts(here.redis);
      expect(text.match(/"created_at":/g)).toHaveLength(1);
      expect(text.match(/"enqueued_at":/g)).toHaveLength(1);
      const [job] = await queued(here.redis);
      expect(job?.created_at).toBe(old.created_at);
      expect(job?.enqueued_at).toBeGreaterThan(old.enqueued_at);
    });

    test("is made now when it was never made", async () => {
      await here.client.push({ class: "HardJob", args: [], created_at: null });

      expect((await queued(here.redis))[0]?.created_at).toBeGreaterThan(old.created_at);
    });
  });
});
