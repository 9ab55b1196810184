import { expect, test } from "vitest";
import { defineJob } from "tsq";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

const HALF = 5_000;
const SOON = { timeoutMs: 60_000, everyMs: 50 };

describeInterop("a fleet of both languages", (shared) => {
  test("runs each of 10,000 jobs once, whoever pushed it, and counts it once", async () => {
    const job = defineJob("SharedJob", { client: shared.newClient() }, async (_job, number: number) => {
      await sleep(Math.random() * 2);
      await shared.redis
        .multi()
        .hincrby("interop:runs", String(number), 1)
        .hincrby("interop:runners", String(process.pid), 1)
        .exec();
    });
    await using ruby = await shared.startRuby();
    await using otherRuby = await shared.startRuby();
    await using worker = await shared.startTsq({ jobs: [job] });
    await using child = await shared.startTsqProcess({ queues: ["default"] });

    await Promise.all([
      shared.eval(
        "Sidekiq::Client.push_bulk('class' => 'SharedJob', 'args' => (0...args[0]).map { |i| [i] })",
        HALF,
      ),
      job.performBulk(Array.from({ length: HALF }, (_, i) => [HALF + i])),
    ]);

    await eventually(async () => expect(await shared.redis.hlen("interop:runs")).toBe(2 * HALF), SOON);
    const runners = await shared.redis.hgetall("interop:runners");
    expect(
      Object.keys(runners)
        .map(Number)
        .toSorted((one, other) => one - other),
    ).toEqual([process.pid, child.pid, ruby.pid, otherRuby.pid].toSorted((one, other) => one - other));
    await Promise.all([ruby.stop(), otherRuby.stop(), worker.stop(), child.stop()]);
    const runs = Object.values(await shared.redis.hgetall("interop:runs"));
    expect(runs.filter((count) => count !== "1")).toEqual([]);
    expect(runs).toHaveLength(2 * HALF);
    expect(
      await shared.eval(`
        stats = Sidekiq::Stats.new
        [stats.processed, stats.failed, stats.enqueued, stats.retry_size, stats.dead_size, stats.processes_size]
      `),
    ).toEqual([2 * HALF, 0, 0, 0, 0, 0]);
  });
});
