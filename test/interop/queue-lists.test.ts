import { expect, test } from "vitest";
import { orderOf } from "../support/queue-order.ts";
import { describeInterop } from "../support/shared-redis.ts";

const LISTS = [
  ["a", "a,2", "b"],
  ["a,2", "a", "b"],
  ["a,2", "b,1", "a,3"],
  ["a,1", "b,1", "a,1"],
  ["b", "a", "b"],
  ["a,0", "b,4"],
];

describeInterop("a list of queues", (shared) => {
  test.skipIf(shared.ruby.generation < 7)(
    "weighs as in Ruby's capsules, which came with Sidekiq 7",
    async () => {
      const theirs = await shared.eval(
        `require "sidekiq/capsule"
      args[0].map do |list|
        capsule = Sidekiq::Capsule.new("test", Sidekiq.default_configuration)
        capsule.queues = list
        names = capsule.queues.uniq
        { names: names, mode: capsule.mode, weights: names.map { |name| capsule.weights[name] },
          shares: names.map { |name| capsule.mode == :strict ? 0 : capsule.queues.count(name) } }
      end`,
        LISTS,
      );

      expect(theirs).toEqual(LISTS.map((list) => orderOf(list)));
    },
  );
});
