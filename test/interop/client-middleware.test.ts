import { expect, test } from "vitest";
import { defineJob, type Payload } from "tsq";
import { describeInterop } from "../support/shared-redis.ts";

const YEAR_2100 = 4_102_444_800;

/** What a middleware of Ruby's sees: the keys of each job, in their order. */
const SEEN_BY_RUBY = `
  class SeenJob
    include Sidekiq::Job
    sidekiq_options tags: ["t"]
    def perform(*) = nil
  end
  class Seer
    def call(_class, job, _queue, _pool)
      $seen << job.keys
      yield
    end
  end
  $seen = []
  chained = ->(&block) { Sidekiq.configure_client { |config| config.client_middleware(&block) } }
  chained.call { |chain| chain.add Seer }
  begin
    SeenJob.perform_async(1)
    SeenJob.perform_in(60, 1)
    SeenJob.set(queue: "low").perform_async(1)
    SeenJob.set(custom: 1).perform_async(1)
    Sidekiq::Client.push("class" => "SeenJob", "args" => [1])
    Sidekiq::Client.push("queue" => "ext", "class" => "SeenJob", "args" => [1], "at" => ${YEAR_2100}, "custom" => 1)
    Sidekiq::Client.push_bulk("class" => "SeenJob", "args" => [[1]])
    Sidekiq::Client.push_bulk("class" => "SeenJob", "args" => [[1]], "at" => ${YEAR_2100})
  ensure
    chained.call { |chain| chain.remove Seer }
  end
  $seen
`;

describeInterop("client middleware", (shared) => {
  test("sees the same keys in the same order as in Ruby", async () => {
    const seen: string[][] = [];
    const client = shared.newClient().use((payload: Payload, next) => {
      seen.push(Object.keys(payload));
      return next();
    });
    const job = defineJob("SeenJob", { tags: ["t"], client }, (_job, _n: number) => {});

    await job.performAsync(1);
    await job.performIn(60, 1);
    await job.set({ queue: "low" }).performAsync(1);
    await job.set({ custom: 1 }).performAsync(1);
    await client.push({ class: "SeenJob", args: [1] });
    await client.push({ queue: "ext", class: "SeenJob", args: [1], at: YEAR_2100, custom: 1 });
    await client.pushBulk({ class: "SeenJob", args: [[1]] });
    await client.pushBulk({ class: "SeenJob", args: [[1]], at: YEAR_2100 });

    expect(seen).toEqual(await shared.eval(SEEN_BY_RUBY));
  });
});
