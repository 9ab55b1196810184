import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineJob, remoteJob } from "tsq";
import { eventually } from "../support/eventually.ts";
import { hasNativeRedis, startNativeRedis, type NativeRedis } from "../support/native-redis.ts";
import { GENERATIONS, rubies } from "../support/ruby.ts";
import { SharedRedis } from "../support/shared-redis.ts";
import type { TsqWorker } from "../support/tsq-worker.ts";

/** A beat comes every ten seconds. */
const BEAT = { timeoutMs: 30_000, everyMs: 100 };
const isRunnable = hasNativeRedis() && rubies().length === GENERATIONS.length;

describe.runIf(isRunnable)("with every generation of Ruby on one Redis", () => {
  let server: NativeRedis;
  let worker: TsqWorker;
  const all = rubies().map((ruby) => new SharedRedis(ruby, () => `redis://127.0.0.1:${server.port}/0`));
  const [first] = all as [SharedRedis];

  beforeAll(async () => {
    server = await startNativeRedis();
    await Promise.all(all.map((shared) => shared.startRuby({ queues: ["ruby"] })));
    const client = first.newClient();
    const counted = defineJob("CountedJob", { queue: "ts", client }, () => {});
    worker = await first.startTsq({ jobs: [counted], queues: ["ts"] });
    await counted.performBulk([[], [], []]);
    await remoteJob("WaitingJob", { queue: "waiting", client }).performAsync();
    await eventually(async () => expect(await first.redis.get("stat:processed")).toBe("3"), BEAT);
  });
  afterAll(async () => {
    await worker?.stop();
    await Promise.all(all.map(async (shared) => [await shared.close(), await shared.ruby.stopAll()]));
    await server?.stop();
  });

  describe.for(all.map((shared) => [shared.ruby.version, shared] as const))(
    "Ruby Sidekiq %s",
    ([, shared]) => {
      test("reads when tsq pushed", async () => {
        const read = `
        queue = Sidekiq::Queue.new("waiting")
        [queue.latency, Time.now - queue.first.created_at, Time.now - queue.first.enqueued_at].map { |age| age.between?(-1, 120) }
      `;

        expect(await shared.eval(read)).toEqual([true, true, true]);
      });

      test("lists tsq among the processes", async () => {
        const identities = await shared.eval("Sidekiq::ProcessSet.new.map(&:identity)");

        expect(identities).toHaveLength(1 + GENERATIONS.length);
        expect(identities).toContain(worker.identity);
      });

      test.runIf(shared.ruby.generation > 6)("finds tsq's metrics where it looks for its own", async () => {
        const read = `
        require "sidekiq/metrics/query"
        Sidekiq::Metrics::Query.new.top_jobs.job_results.transform_values { |job| job.totals.values_at("p", "f") }
      `;

        await eventually(async () => expect(await shared.eval(read)).toEqual({ CountedJob: [3, 0] }));
      });
    },
  );
});
