/** Who is told of a job that will not run again, and what: by Ruby's worker, by ours, by Ruby's API and by ours. */
import { beforeAll, expect, test } from "vitest";
import type { RawPayload } from "@tsq/core";
import { defineJob } from "tsq";
import { RetrySet } from "tsq/api";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

/** Its death handler notes the name of a job's case, and whether the job was discarded. */
const DYING = `
  class DyingJob
    include Sidekiq::Job
    if respond_to?(:sidekiq_retry_in)
      sidekiq_retry_in do |_count, error|
        {"discard" => :discard, "kill" => :kill}[error.message[/^\\w+/]] if Sidekiq::VERSION >= "7"
      end
    end
    sidekiq_retries_exhausted { |job, _error| :discard if job["args"].first == "hook" && Sidekiq::VERSION >= "7" }
    def perform(name) = raise(name)
  end
  Sidekiq.configure_server do |config|
    config.death_handlers << ->(job, error) do
      Sidekiq.redis { |redis| redis.rpush("interop:deaths", JSON.generate([job["args"].first, job.key?("discarded_at")])) }
    end
  end
`;

/** Each case's name is its argument. */
const CASES: Readonly<Record<string, object>> = {
  "retry false": { retry: false },
  "dead false": { retry: 0, dead: false },
  exhausted: { retry: 0 },
  hook: { retry: 0 },
  discard: {},
  kill: {},
  "kill, dead false": { dead: false },
};

describeInterop("a death", (shared) => {
  const { generation } = shared.ruby;
  // Before 7 a hook had no say, and up to 7 nobody was told of what a hook discards.
  const cases = Object.entries(CASES).filter(
    ([name]) => generation === 8 || !["hook", "discard", "kill", "kill, dead false"].includes(name),
  );
  const told = new Map<unknown, boolean>();

  beforeAll(async () => {
    await shared.startRuby({ queues: ["ruby"], ruby: DYING });
  });

  const dying = defineJob(
    "DyingJob",
    {
      retryIn: (_count, error) => {
        const { message } = error as Error;
        if (message.startsWith("kill")) return "kill";
        return message === "discard" ? "discard" : undefined;
      },
      retriesExhausted: ({ args }) => (args[0] === "hook" ? "discard" : undefined),
    },
    (_job, name: string) => {
      throw new Error(name);
    },
  );

  test("is told with or without discarded_at as Ruby 8 tells it; earlier Rubies never have it", async () => {
    const push = async (queue: string): Promise<void> => {
      for (const [name, options] of cases) {
        await shared.newClient().push({ queue, class: "DyingJob", args: [name], ...options });
      }
    };
    await push("ruby");
    const byRuby = await eventually(async () => {
      const deaths = (await shared.redis.lrange("interop:deaths", 0, -1)).map(
        (text) => JSON.parse(text) as [string, boolean],
      );
      expect(deaths).toHaveLength(cases.length);
      return new Map(deaths);
    });
    const deathHandlers = [
      (payload: RawPayload) =>
        void told.set((payload["args"] as unknown[])[0], payload["discarded_at"] !== undefined),
    ];
    await using _worker = await shared.startTsq({ jobs: [dying], queues: ["ts"], deathHandlers });
    await push("ts");
    await eventually(() => expect(told.size).toBe(cases.length));

    if (generation === 8) expect(told).toEqual(byRuby);
    else expect([...byRuby.values()]).not.toContain(true);
  });

  test("by a kill is told in the same words, and by a kill of all only if asked", async () => {
    const KILLS = `
      deaths = []
      note = ->(job, error) { deaths << [job["jid"], error.message] }
      config = Sidekiq.respond_to?(:default_configuration) ? Sidekiq.default_configuration : Sidekiq
      config.death_handlers << note
      begin
        Sidekiq::RetrySet.new.find_job("a").kill
        Sidekiq::RetrySet.new.kill_all
      ensure
        config.death_handlers.delete(note)
      end
      deaths
    `;
    const retries = async (): Promise<void> => {
      for (const jid of ["a", "b"]) {
        await shared.redis.zadd(
          "retry",
          4_102_444_800,
          JSON.stringify({ class: "HardJob", args: [], queue: "none", jid, retry: true }),
        );
      }
    };
    await retries();
    const byRuby = await shared.eval(KILLS);
    await retries();
    const deaths: unknown[] = [];
    await using set = new RetrySet({
      redis: shared.url,
      deathHandlers: [(payload, error) => void deaths.push([payload["jid"], (error as Error).message])],
    });

    await (await set.findJob("a"))?.kill();
    await set.killAll();

    expect(deaths).toEqual([["a", "Job killed by API"]]);
    // Before 7.3.5 a kill of all told of each.
    expect(byRuby).toEqual(generation === 8 ? deaths : expect.arrayContaining(deaths));
  });
});
