import { describe, expect, test } from "vitest";
import { connect } from "@tsq/core/protocol";
import { writeMetrics } from "../support/inside-worker.ts";
import { describeInterop } from "../support/shared-redis.ts";

/** One run of each: below 20 ms, below 30 ms, and of any length. */
const HISTOGRAM = Array.from({ length: 26 }, (_, i) => (i < 2 || i === 25 ? 1 : 0));
const COUNTED = new Map([
  ["Billing::ChargeJob", { processed: 5, failed: 2, ms: 400_030, histogram: HISTOGRAM }],
  ["FailJob", { processed: 1, failed: 1, ms: 0, histogram: HISTOGRAM.map(() => 0) }],
]);

/** Hours, minutes and days of one digit: where the generations' keys differ. */
const INSTANTS = [
  "2026-11-05T08:04:30Z",
  "2026-11-23T16:13:59Z",
  "2026-12-01T00:00:00Z",
  "2026-01-31T23:59:59Z",
];

describeInterop("Ruby finds in its metrics what tsq counted", (shared) => {
  const { generation } = shared.ruby;

  describe.runIf(generation > 6)("at any time of day and month", () => {
    test.for(INSTANTS)("%s", async (instant) => {
      const redis = connect(shared.url, "client");
      await writeMetrics(redis, COUNTED, new Set([generation]), new Date(instant));
      redis.disconnect();

      const found = await shared.eval(
        `
        require "sidekiq/metrics/query"
        query = -> { Sidekiq::Metrics::Query.new(now: Time.parse(args[0])) }
        totals = ->(result) { result.job_results.transform_values { |job| job.totals.values_at("p", "f", "ms") } }
        hist = ->(name) { query.call.for_job(name).job_results[name].hist.values.transpose.map(&:sum) }
        {
          minutes: totals.call(query.call.top_jobs), one: totals.call(query.call.for_job("Billing::ChargeJob")),
          hours: Sidekiq::VERSION.to_i > 7 ? totals.call(query.call.top_jobs(hours: 1)) : nil,
          slowest_first: hist.call("Billing::ChargeJob"), none: hist.call("FailJob").sum,
        }
      `,
        instant,
      );

      const all = { "Billing::ChargeJob": [5, 2, 400_030], FailJob: [1, 1, 0] };
      expect(found).toEqual({
        minutes: all,
        one: { "Billing::ChargeJob": [5, 2, 400_030] },
        hours: generation > 7 ? all : null,
        slowest_first: HISTOGRAM.toReversed(),
        none: 0,
      });
    });
  });
});
