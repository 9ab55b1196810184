import { kill } from "node:process";
import { expect, test } from "vitest";
import { UnknownJobError } from "tsq";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

/** A job of ActiveJob; where that is not installed, one that is wrapped as ActiveJob does it. */
const WELCOME_JOB = `
  module Welcome
    def self.note(jid, args)
      Sidekiq.redis { |redis| redis.rpush("interop:done", JSON.generate({jid: jid, args: args, by: "active job"})) }
    end
  end
  begin
    require "active_job"
    ActiveJob::Base.queue_adapter = :sidekiq
    ActiveJob::Base.logger = nil
    class WelcomeJob < ActiveJob::Base
      def perform(*args) = Welcome.note(provider_job_id, args)
    end
  rescue LoadError
    module ActiveJob
      module QueueAdapters
        class SidekiqAdapter
          class JobWrapper
            include Sidekiq::Job
            def perform(data) = Welcome.note(jid, data["arguments"])
          end
        end
      end
    end
    class WelcomeJob
      def self.set(**) = self
      def self.perform_later(*args)
        data = {"job_class" => name, "arguments" => args}
        Sidekiq::Client.push("class" => "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper",
          "wrapped" => name, "queue" => "ts", "args" => [data])
      end
    end
  end
`;

describeInterop("a job whose class tsq does not know", (shared) => {
  const READ_RETRIES = `Sidekiq::RetrySet.new.map { |job|
    [job.display_class, job.queue, job["retry_count"], job["error_class"], job["error_message"]]
  }.sort`;

  test("is retried as Ruby retries a NameError, and runs once a worker knows it", async () => {
    await shared.eval(WELCOME_JOB);
    await shared.eval("WelcomeJob.set(queue: 'ts').perform_later(7, 'welcome')");
    await shared.eval("EchoJob.set(queue: 'ts').perform_async(2**70, 1.0, [])");

    {
      await using _worker = await shared.startTsq({ jobs: [], queues: ["ts"] });
      await eventually(async () => expect(await shared.redis.zcard("retry")).toBe(2));
    }

    expect(await shared.eval(READ_RETRIES)).toEqual([
      ["EchoJob", "ts", 0, "NameError", new UnknownJobError("EchoJob").message],
      [
        "WelcomeJob",
        "ts",
        0,
        "NameError",
        new UnknownJobError("WelcomeJob", undefined, "defineActiveJob").message,
      ],
    ]);
    expect(await shared.page("/retries")).toMatchObject({ status: 200 });

    await using _ruby = await shared.startRuby({ queues: ["ts"], ruby: WELCOME_JOB });
    await shared.makeDue("retry");

    await eventually(async () => expect(await shared.runs()).toHaveLength(2));
    const runs = (await shared.runs()).toSorted((one, other) => one.by.localeCompare(other.by));
    expect(runs).toMatchObject([
      { by: "active job", args: [7, "welcome"] },
      { by: "ruby", args_json: "[1180591620717411303424,1.0,[]]", retry_count: 0 },
    ]);
    expect(await shared.redis.zcard("retry")).toBe(0);
  });

  test("is kept in the dead set when it is not to be retried", async () => {
    const jid = await shared.eval("EchoJob.set(queue: 'ts', retry: false).perform_async(7)");

    await using _worker = await shared.startTsq({ jobs: [], queues: ["ts"] });

    await eventually(async () => expect(await shared.redis.zcard("dead")).toBe(1));
    expect(
      await shared.eval(
        "Sidekiq::DeadSet.new.map { |job| [job.jid, job.args, job['retry'], job['error_class']] }",
      ),
    ).toEqual([[jid, [7], false, "NameError"]]);
  });
});

describeInterop("a job that Ruby knows, and that a worker of tsq takes from their queue", (shared) => {
  test("is handed back to Ruby, which runs it", async () => {
    await using ruby = await shared.startRuby({ queues: ["ts"], concurrency: 1 });
    const tsq = await shared.startTsq({ jobs: [], queues: ["ts"], unknownJobs: "handBack" });
    // It lives on for a minute, and takes one job at most.
    kill(ruby.pid, "SIGSTOP");

    await shared.eval("4.times { |i| EchoJob.set(queue: 'ts').perform_async(i) }");

    await eventually(async () => expect(await shared.redis.zcard("schedule")).toBeGreaterThanOrEqual(3));
    const handed = (await shared.redis.zrange("schedule", "0", "-1")).map(
      (text) => JSON.parse(text) as object,
    );
    expect(handed.filter((payload) => !("tsq_handed" in payload))).toEqual([]);
    expect(await shared.page("/scheduled")).toMatchObject({ status: 200 });
    await tsq.stop();
    kill(ruby.pid, "SIGCONT");
    await shared.makeDue("schedule");
    await eventually(async () => expect(await shared.runs()).toHaveLength(4));
    expect((await shared.runs()).map(({ by, args }) => [by, args]).toSorted()).toEqual(
      [0, 1, 2, 3].map((i) => ["ruby", [i]]),
    );
    expect(await shared.redis.exists("retry", "dead")).toBe(0);
  });
});
