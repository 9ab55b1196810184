import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineJob, remoteJob } from "tsq";
import { VERSION } from "@tsq/worker";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";
import type { TsqWorker } from "../support/tsq-worker.ts";

/** A beat comes every ten seconds. */
const BEAT = { timeoutMs: 30_000, everyMs: 100 };

const fails = (): never => {
  throw new RangeError("tsq says no");
};

describeInterop(
  "Ruby sees what tsq does",
  (shared) => {
    const { generation } = shared.ruby;
    let worker: TsqWorker;
    let heldJid: string;
    let release = (): void => {};

    beforeAll(async () => {
      await shared.startRuby({ queues: ["ruby"], concurrency: 3 });
      heldJid = await shared.eval(`
        Sidekiq::Client.push("class" => "HeldJob", "args" => [2**70, 1.0, []], "queue" => "critical", "tags" => ["eu"])
      `);
      const client = shared.newClient();
      const end = new Promise<void>((resolve) => (release = resolve));
      const held = defineJob("HeldJob", () => end);
      const echo = defineJob("EchoJob", { queue: "low", client }, (_job, ms: number) => {
        const until = performance.now() + ms;
        while (performance.now() < until);
      });
      const retried = defineJob("RetriedJob", { queue: "low", client, tags: ["late"] }, fails);
      const dies = defineJob("DiesJob", { queue: "slow", retry: 0, client }, fails);
      const waits = remoteJob<[string]>("WaitsJob", { client });
      worker = await shared.startTsq({
        jobs: [held, echo, retried, dies],
        queues: ["critical,3", "low,1"],
        concurrency: 7,
        capsules: { slow: { concurrency: 2, queues: ["slow"] } },
        tag: "shop",
        labels: ["blue"],
      });
      await echo.performBulk([[25], [25], [50]]);
      await retried.performAsync();
      await dies.performAsync();
      await waits.performAsync("first");
      await waits.performAsync("second");
      await waits.performIn(3_600, "later");
      // A beat writes both, and an early one may have come before the jobs were done.
      const written = async (): Promise<unknown> => [
        await shared.redis.get("stat:processed"),
        await shared.redis.hget(worker.identity, "busy"),
      ];
      await eventually(async () => expect(await written()).toEqual(["5", "1"]), BEAT);
    });
    afterAll(async () => {
      release();
      await worker.stop();
    });

    test("in its statistics", async () => {
      const stats = await shared.eval(`
        stats = Sidekiq::Stats.new
        history = Sidekiq::Stats::History.new(2)
        {
          processed: stats.processed, failed: stats.failed, enqueued: stats.enqueued, scheduled: stats.scheduled_size,
          retries: stats.retry_size, dead: stats.dead_size, processes: stats.processes_size, workers: stats.workers_size,
          latency: stats.default_queue_latency.between?(0, 120), queues: Sidekiq::Stats.new.queues["default"],
          days: [history.processed.values.sum, history.failed.values.sum],
        }
      `);

      expect(stats).toEqual({
        processed: 5,
        failed: 2,
        enqueued: 2,
        scheduled: 1,
        retries: 1,
        dead: 1,
        processes: 2,
        workers: 1,
        latency: true,
        queues: 2,
        days: [5, 2],
      });
    });

    test("in its queues and sets", async () => {
      const found = await shared.eval(`{
        queues: Sidekiq::Queue.all.map { |queue| [queue.name, queue.size] }.to_h,
        waiting: Sidekiq::Queue.new.map { |job| [job.klass, job.args, job.queue] },
        scheduled: Sidekiq::ScheduledSet.new.map { |job| [job.klass, job.args, (job.at - Time.now).round(-2)] },
        retries: Sidekiq::RetrySet.new.map { |job| [job.klass, job["error_class"], job["tags"]] },
        dead: Sidekiq::DeadSet.new.map { |job| [job.klass, job["error_message"], job.queue] },
      }`);

      expect(found).toEqual({
        queues: { critical: 0, default: 2, low: 0, slow: 0 },
        waiting: [
          ["WaitsJob", ["second"], "default"],
          ["WaitsJob", ["first"], "default"],
        ],
        scheduled: [["WaitsJob", ["later"], 3_600]],
        retries: [["RetriedJob", "RangeError", ["late"]]],
        dead: [["DiesJob", "tsq says no", "slow"]],
      });
    });

    test("in its list of processes", async () => {
      const found = await shared.eval(
        `
        process = Sidekiq::ProcessSet.new.find { |process| process.identity == args[0] }
        {
          concurrency: process["concurrency"], total: Sidekiq::ProcessSet.new.total_concurrency,
          queues: process.queues.sort, busy: process["busy"], tag: process.tag, labels: process.labels,
          version: process["version"], hostname: process["hostname"], pid: process["pid"], quiet: process.stopping?,
          recent: [process["started_at"], process["beat"]].map { |time| (Time.now - Time.at(time)).between?(-1, 120) },
          measured: [process["rss"], process["rtt_us"]].all?(&:positive?), embedded: process["embedded"],
        }
      `,
        worker.identity,
      );

      expect(found).toEqual({
        concurrency: 9,
        total: 12,
        queues: ["critical", "low", "slow"],
        busy: 1,
        tag: "shop",
        labels: ["tsq", "blue"],
        version: `tsq ${VERSION}`,
        hostname: worker.identity.split(":")[0],
        pid: process.pid,
        quiet: false,
        recent: [true, true],
        measured: true,
        embedded: false,
      });
    });

    test.runIf(generation > 6)("in the weights of its queues", async () => {
      const weights = await shared.eval(
        "Sidekiq::ProcessSet.new.find { |process| process.identity == args[0] }.weights",
        worker.identity,
      );

      // 7 lists its capsules, 8 makes one of them.
      expect([weights].flat().reduce((all: object, some) => Object.assign(all, some), {})).toEqual({
        critical: 3,
        low: 1,
        slow: 0,
      });
    });

    test("in its list of running jobs", async () => {
      const found = await shared.eval(`
        Sidekiq::Workers.new.map do |process, thread, work|
          job = work.respond_to?(:job) ? work.job : Sidekiq::JobRecord.new(work["payload"])
          run_at = work.respond_to?(:run_at) ? work.run_at : Time.at(work["run_at"])
          queue = work.respond_to?(:queue) ? work.queue : work["queue"]
          [process, thread.empty?, job.jid, job.klass, job.args == [2**70, 1.0, []], job.tags, queue, (Time.now - run_at).between?(0, 120)]
        end
      `);

      expect(found).toEqual([[worker.identity, false, heldJid, "HeldJob", true, ["eu"], "critical", true]]);
    });

    describe("on its page", () => {
      const pages: readonly (readonly [string, () => readonly string[]])[] = [
        ["/", () => ["Processed"]],
        [
          "/busy",
          () => [`value="${worker.identity}"`, "shop", "blue", heldJid, "HeldJob", "1180591620717411303424"],
        ],
        ["/queues", () => ["queues/critical", "queues/default", "queues/slow"]],
        ["/queues/default", () => ["WaitsJob", "first", "second"]],
        ["/retries", () => ["RetriedJob", "RangeError: tsq says no"]],
        ["/scheduled", () => ["WaitsJob", "later"]],
        ["/morgue", () => ["DiesJob", "RangeError: tsq says no"]],
        ...(generation === 6 ? [] : [["/metrics", () => ["EchoJob", "RetriedJob", "DiesJob"]] as const]),
        ...(generation === 6 ? [] : [["/metrics/EchoJob", () => ["EchoJob"]] as const]),
      ];

      test.for(pages)("%s", async ([path, parts]) => {
        const page = await shared.page(path);

        expect(page.status).toBe(200);
        for (const part of parts()) expect(page.body).toContain(part);
      });

      test("/busy, with its threads, how many are busy, and its version", async () => {
        const { body } = await shared.page("/busy");

        const row = body.split("<tr>").find((text) => text.includes(worker.identity));
        const cells = row?.split("<td").map((cell) => cell.replaceAll(/<[^>]*>|^[^>]*>/g, "").trim());
        expect(cells?.slice(4, 6)).toEqual(["9", "1"]);
        if (generation > 6) expect(row).toContain(`tsq ${VERSION}`);
      });

      test.for(["retries", "scheduled", "morgue"])("of one job, found by its link on /%s", async (list) => {
        const { body } = await shared.page(`/${list}`);
        const [, key] = new RegExp(`/${list}/([\\d.]+-[0-9a-f]{24})`).exec(body) ?? [];

        const page = await shared.page(`/${list}/${key}`);

        expect(page).toMatchObject({ status: 200, body: expect.stringContaining(key?.slice(-24) ?? "") });
      });
    });

    test.runIf(generation > 6)("in its metrics", async () => {
      const found = await shared.eval(`
        require "sidekiq/metrics/query"
        totals = ->(result) { result.job_results.transform_values { |job| job.totals.values_at("p", "f") } }
        echo = Sidekiq::Metrics::Query.new.for_job("EchoJob").job_results["EchoJob"]
        slowest_first = echo.hist.values.transpose.map(&:sum)
        {
          hour: totals.(Sidekiq::Metrics::Query.new.top_jobs),
          ms: echo.totals["ms"].between?(100, 10_000),
          histogram: [slowest_first.size, slowest_first.sum, slowest_first.last],
        }
      `);

      expect(found).toEqual({
        hour: { EchoJob: [3, 0], RetriedJob: [1, 1], DiesJob: [1, 1] },
        ms: true,
        // None took less than 20 ms.
        histogram: [26, 3, 0],
      });
    });

    test.runIf(generation > 7)("in its metrics of days", async () => {
      const found = await shared.eval(
        "Sidekiq::Metrics::Query.new.top_jobs(hours: 1).job_results.transform_values { |job| job.totals.values_at('p', 'f') }",
      );

      expect(found).toEqual({ EchoJob: [3, 0], RetriedJob: [1, 1], DiesJob: [1, 1] });
    });

    test("that it takes no more jobs, and then that it is gone", async () => {
      const read = `
        process = Sidekiq::ProcessSet.new.find { |process| process.identity == args[0] }
        [process&.stopping?, Sidekiq::Workers.new.count, Sidekiq::Stats.new.processes_size]
      `;
      await worker.quiet();
      await eventually(async () => expect(await shared.eval(read, worker.identity)).toEqual([true, 1, 2]));
      expect((await shared.page("/busy")).body).toContain(">quiet<");

      release();
      await worker.stop();

      expect(await shared.eval(read, worker.identity)).toEqual([null, 0, 1]);
      expect(await shared.eval("[Sidekiq::Stats.new.processed, Sidekiq::Stats.new.failed]")).toEqual([6, 2]);
    });
  },
  { sideBySide: true, keepsState: true },
);
