/** Who is told of a job that ActiveJob is done with, and in which order: by Ruby's `after_discard` and by ours. */
import { beforeAll, expect, test } from "vitest";
import type { RawPayload } from "@tsq/core";
import { defineActiveJob } from "tsq";
import type { ActiveJobContext } from "tsq";
import { ACTIVE_JOBS } from "../support/active-job-classes.ts";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

/** Each case's name is its argument, and the name of the error that it raises. */
const CASES = [
  "IOError",
  "ArgumentError",
  "KeyError",
  "EncodingError",
  "ZeroDivisionError",
  "NameError",
  "EOFError",
];

const DISCARDED = `${ACTIVE_JOBS}
  class DiscardedAj < NotedJob
    # As Sidekiq does in a Rails app.
    include Sidekiq::Job::Options unless respond_to?(:sidekiq_options)
    sidekiq_options retry: 0
    def self.tell(name, event, error)
      Sidekiq.redis { |redis| redis.rpush("interop:told", JSON.generate([name, event, error.message])) }
    end
    def tell(event, error) = self.class.tell(arguments.first, event, error)

    rescue_from(ZeroDivisionError) { |error| tell("rescue_from", error) }
    retry_on(ArgumentError, attempts: 1) { |job, error| job.tell("retry_on", error) }
    retry_on(KeyError, attempts: 1)
    retry_on(EncodingError, attempts: 2, wait: 0)
    discard_on(IOError) { |job, error| job.tell("discard_on", error) }
    discard_on(EOFError)
    if respond_to?(:after_discard)
      after_discard { |job, error| job.tell("first", error) }
      after_discard do |job, error|
        job.tell("second", error)
        raise "told" if error.is_a?(EOFError)
      end
      after_discard { |job, error| job.tell("third", error) }
    end
    def perform(name) = raise(Object.const_get(name), "no")
  end
  Sidekiq.configure_server do |config|
    config.death_handlers << ->(job, error) do
      DiscardedAj.tell(job.dig("args", 0, "arguments", 0), "death handler", error)
    end
  end
`;

type Told = readonly [name: unknown, event: string, message: string];

describeInterop("a job that ActiveJob is done with", (shared) => {
  const hasDiscards = shared.ruby.generation > 6;
  beforeAll(async () => {
    await shared.eval(DISCARDED);
    await shared.startRuby({ queues: ["ruby"], ruby: DISCARDED });
  });

  const eventsOf = (told: readonly Told[]): ReadonlyMap<unknown, readonly string[]> =>
    new Map(
      CASES.map((name) => [
        name,
        told.filter(([of]) => of === name).map(([, event, message]) => `${event}: ${message}`),
      ]),
    );

  test("is told as Ruby tells it, the same callbacks in the same order, and death handlers last", async ({
    skip,
  }) => {
    if (!hasDiscards)
      skip(`Rails has after_discard from 7.1 on, and Sidekiq ${shared.ruby.version} runs 6.1 here`);
    const told: Told[] = [];
    const tell = (event: string) => (job: ActiveJobContext, error: unknown) =>
      void told.push([job.arguments[0], event, (error as Error).message]);
    const second = tell("second");
    const job = defineActiveJob(
      "DiscardedAj",
      {
        rescueFrom: [{ error: "ZeroDivisionError", with: tell("rescue_from") }],
        retryOn: [
          { error: "ArgumentError", attempts: 1, afterLast: tell("retry_on") },
          { error: "KeyError", attempts: 1 },
          { error: "EncodingError", attempts: 2, wait: 0 },
        ],
        discardOn: [{ error: "IOError", with: tell("discard_on") }, "EOFError"],
        afterDiscard: [
          tell("first"),
          (running, error) => {
            second(running, error);
            if ((error as Error).name === "EOFError") throw new Error("told");
          },
          tell("third"),
        ],
      },
      (_, name: string) => {
        throw Object.assign(new Error("no"), { name });
      },
    );
    const deathHandlers = [
      ({ args }: RawPayload, error: unknown) => {
        const [envelope] = args as readonly { readonly arguments: readonly unknown[] }[];
        told.push([envelope?.arguments[0], "death handler", (error as Error).message]);
      },
    ];
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"], deathHandlers });

    for (const queue of ["ruby", "ts"])
      await shared.eval(
        `args[1].each { |name| DiscardedAj.set(queue: args[0]).perform_later(name) }`,
        queue,
        CASES,
      );

    // What ends last: one that dies after its callbacks, and one that runs twice.
    const areOver = (all: readonly Told[]): void => {
      const last = all.filter(([, event]) => event === "death handler").map(([name]) => name);
      expect(last.toSorted()).toEqual(["EOFError", "KeyError", "EncodingError", "NameError"].toSorted());
      for (const name of ["IOError", "ArgumentError"]) expect(eventsOf(all).get(name)).toHaveLength(4);
      expect(eventsOf(all).get("ZeroDivisionError")).toHaveLength(1);
    };
    const byRuby = await eventually(async () => {
      const lines = await shared.redis.lrange("interop:told", 0, -1);
      const all = lines.map((line) => JSON.parse(line) as Told);
      areOver(all);
      return all;
    });
    await eventually(() => areOver(told));
    expect(eventsOf(told)).toEqual(eventsOf(byRuby));
    expect(eventsOf(told).get("IOError")).toEqual(["discard_on: no", "first: no", "second: no", "third: no"]);
    expect(eventsOf(told).get("EOFError")).toEqual([
      "first: no",
      "second: no",
      "third: no",
      "death handler: told",
    ]);
  });
});
