import { Client, defineJob } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keysOfJobs, queued, queuedTexts } from "../support/jobs-in-redis.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";

let redis: TestRedis;
let client: Client;

beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(() => redis.client().flushdb());
afterEach(() => client.close());
afterAll(() => redis.stop());

const hardJob = () => defineJob("HardJob", { client }, (_job, ..._args: readonly unknown[]) => {});
const keys = () => keysOfJobs(redis.client());

// A client that knows how to spell times writes from a template; one that has yet to look does not.
describe.each([
  ["that has yet to look for Ruby", "auto" as const],
  ["whose times are pinned", 8 as const],
])("a client %s", (_which, wire) => {
  beforeEach(() => {
    client = new Client({ redis: redis.url, wire });
  });

  describe("options of one push", () => {
    test("go on top of the job's own, and unknown ones travel along", async () => {
      const job = defineJob("HardJob", { queue: "low", retry: 5, tags: ["a"], client }, () => {});

      await job.set({ queue: "high", retry: 0, unique_for: 60 }).performAsync();

      expect(await queued(redis.client(), "high")).toMatchObject([
        { queue: "high", retry: 0, tags: ["a"], unique_for: 60 },
      ]);
    });

    test("leave the job itself as it was, and add up", async () => {
      const job = hardJob();
      const low = job.set({ queue: "low" });

      await low.set({ retry: false }).performAsync("both");
      await low.performAsync("low");
      await job.performAsync("default");

      expect(await queued(redis.client(), "low")).toMatchObject([
        { args: ["both"], retry: false },
        { args: ["low"], retry: true },
      ]);
      expect(await queued(redis.client())).toMatchObject([{ args: ["default"], retry: true }]);
    });

    test("that are undefined mean nothing, and hide no default", async () => {
      const unset = { queue: undefined, retry: undefined, tags: undefined } as unknown as { queue?: string };
      const job = defineJob("HardJob", { queue: "low", retry: 5, client }, (_job, _how: string) => {});

      await defineJob("HardJob", { ...unset, client }, (_job, _how: string) => {}).performAsync("defined");
      await client.push({ class: "HardJob", args: ["pushed"], ...unset });
      await client.pushBulk({ class: "HardJob", args: [["bulk"]], ...unset });
      await job.set(unset).performAsync("set");

      expect(await queued(redis.client())).toMatchObject([
        { args: ["defined"], queue: "default", retry: true },
        { args: ["pushed"], queue: "default", retry: true },
        { args: ["bulk"], queue: "default", retry: true },
      ]);
      expect(await queued(redis.client(), "low")).toMatchObject([{ args: ["set"], queue: "low", retry: 5 }]);
      expect(await keys()).toEqual(["queue:default", "queue:low", "queues"]);
    });

    test("that only concern the push stay out of the payload", async () => {
      await client.push({
        class: "HardJob",
        args: [],
        pool: "p",
        wait: 1,
        batch_size: 5,
        spread_interval: 5,
      });
      await hardJob().set({ pool: "p", batch_size: 5 }).performAsync();

      for (const job of await queued(redis.client())) {
        expect(Object.keys(job)).toEqual(
          expect.not.arrayContaining(["pool", "wait", "batch_size", "spread_interval", "client"]),
        );
      }
      expect(await redis.client().llen("queue:default")).toBe(2);
    });

    test("may name the jid", async () => {
      expect(await client.push({ class: "HardJob", args: [], jid: "mine" })).toBe("mine");
      expect(await hardJob().set({ jid: "set" }).performAsync()).toBe("set");

      expect((await queued(redis.client())).map(({ jid }) => jid)).toEqual(["mine", "set"]);
    });
  });

  describe("a job that is pushed again with the times it had", () => {
    const old = { created_at: 1_700_000_000_000, enqueued_at: 1_700_000_000_001 };

    test.each([
      ["alone", () => client.push({ class: "HardJob", args: [], ...old })],
      ["in bulk", () => client.pushBulk({ class: "HardJob", args: [[]], ...old })],
      ["by set()", () => hardJob().set(old).performAsync()],
    ])("keeps when it was made and is enqueued now, each once in its text: %s", async (_how, push) => {
      await push();

      const [text = ""] = await queuedTexts(redis.client());
      expect(text.match(/"created_at":/g)).toHaveLength(1);
      expect(text.match(/"enqueued_at":/g)).toHaveLength(1);
      const [job] = await queued(redis.client());
      expect(job?.created_at).toBe(old.created_at);
      expect(job?.enqueued_at).toBeGreaterThan(old.enqueued_at);
    });

    test("is made now when it was never made", async () => {
      await client.push({ class: "HardJob", args: [], created_at: null });

      expect((await queued(redis.client()))[0]?.created_at).toBeGreaterThan(old.created_at);
    });
  });
});
