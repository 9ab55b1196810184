import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describeEachRuby } from "../support/each-ruby.ts";
import { hasNativeRedis, startNativeRedis, type NativeRedis } from "../support/native-redis.ts";
import type { Ruby } from "../support/ruby.ts";

describe.runIf(hasNativeRedis())("each generation of Ruby Sidekiq answers", () => {
  let redis: NativeRedis;
  let redisUrl: string;

  beforeAll(async () => {
    redis = await startNativeRedis();
    redisUrl = redis.url;
  });
  afterAll(() => redis.stop());

  describeEachRuby((ruby) => {
    beforeEach(() => ruby.eval("Sidekiq.redis { |redis| redis.flushall }", { redisUrl }));

    const listed = (list: string): Promise<Record<string, unknown>[]> =>
      ruby.eval("Sidekiq.redis { |redis| redis.lrange(args[0], 0, -1) }.map { |line| JSON.parse(line) }", {
        redisUrl,
        args: [list],
      });

    test("it says the version that its folder promises", async () => {
      const version = await ruby.eval("Sidekiq::VERSION", { redisUrl });

      expect(version).toBe(ruby.version);
    });

    test("a script takes arguments and gives back what Ruby made of them", async () => {
      const answer = await ruby.eval("puts 'noise'; args.map { |arg| [arg.class.to_s, arg] }", {
        redisUrl,
        args: [1, 1.5, null, "ü😀", { a: [] }],
      });

      expect(answer).toEqual([
        ["Integer", 1],
        ["Float", 1.5],
        ["NilClass", null],
        ["String", "ü😀"],
        ["Hash", { a: [] }],
      ]);
    });

    test("what a script raises reaches the caller, and the next script runs", async () => {
      await expect(ruby.eval("Sidekiq::Client.push('class' => 'X')", { redisUrl })).rejects.toThrow(
        "ArgumentError: ",
      );

      expect(await ruby.eval("Sidekiq::Stats.new.enqueued", { redisUrl })).toBe(0);
    });

    test.for(pagesOf(ruby))("it renders %s", async (path) => {
      await ruby.eval("EchoJob.perform_async(1); EchoJob.perform_in(60, 'later <b>')", { redisUrl });

      const page = await ruby.page(path, { redisUrl });

      expect(page.status).toBe(200);
      expect(page.body).toContain("</html>");
    });

    test("a button of its Web UI acts", async () => {
      await ruby.eval("EchoJob.perform_async(1)", { redisUrl });

      const answer = await ruby.page("/queues/default", { redisUrl, form: { delete: "Delete" } });

      expect(answer.status).toBe(302);
      expect(await ruby.eval("Sidekiq::Queue.all.size", { redisUrl })).toBe(0);
    });

    test("its worker runs a job, takes no more once quiet, and ends clean", async () => {
      await using worker = await ruby.startWorker({ redisUrl, queues: ["low", "default,2"], concurrency: 2 });
      const jid = await ruby.eval("EchoJob.perform_async(7, 1.0, 'a', [], 12345678901234567)", { redisUrl });
      await expect.poll(() => listed("interop:done"), SOON).toHaveLength(1);

      worker.quiet();
      await expect
        .poll(() => ruby.eval("Sidekiq::ProcessSet.new.map(&:stopping?)", { redisUrl }), SOON)
        .toEqual([true]);
      await ruby.eval("EchoJob.perform_async('too late')", { redisUrl });
      const exitCode = await worker.stop();

      expect(exitCode, worker.output()).toBe(0);
      expect(await listed("interop:done")).toMatchObject([
        {
          jid,
          args_json: '[7,1.0,"a",[],12345678901234567]',
          classes: ["Integer", "Float", "String", "Array", "Integer"],
          retry_count: null,
          by: "ruby",
          pid: worker.pid,
        },
      ]);
      expect(
        await ruby.eval("[Sidekiq::ProcessSet.new.size, Sidekiq::Queue.new.size]", { redisUrl }),
      ).toEqual([0, 1]);
    });

    test("its worker polls at once, and writes retries and the dead set", async () => {
      await using _worker = await ruby.startWorker({ redisUrl });

      await ruby.eval("EchoJob.perform_in(0.2, 1); FailOnceInRubyJob.perform_async; DieJob.perform_async", {
        redisUrl,
      });

      const state =
        "[Sidekiq::RetrySet, Sidekiq::DeadSet].map { |set| set.new.map { |job| job['error_message'] } }";
      await expect
        .poll(() => ruby.eval(state, { redisUrl }), SOON)
        .toEqual([["ruby says no"], ["ruby gives up"]]);
      await expect.poll(() => listed("interop:done"), SOON).toHaveLength(1);
    });

    test("its worker leaves its record and loses its job when killed", async () => {
      await using worker = await ruby.startWorker({ redisUrl });
      await ruby.eval("SlowJob.perform_async(60)", { redisUrl });
      await expect.poll(() => listed("interop:started"), SOON).toHaveLength(1);

      await worker.kill9();

      expect(() => process.kill(worker.pid, 0)).toThrow("ESRCH");
      expect(await ruby.eval("Sidekiq.redis { |redis| redis.smembers('processes') }", { redisUrl })).toEqual([
        worker.identity,
      ]);
      expect(await ruby.eval("Sidekiq::Queue.new.size", { redisUrl })).toBe(0);
    });
  });
});

const SOON = { timeout: 15_000, interval: 20 };

function pagesOf(ruby: Ruby): string[] {
  const pages = ["/", "/busy", "/queues", "/queues/default", "/retries", "/scheduled", "/morgue"];
  return ruby.generation === 6 ? pages : [...pages, "/metrics"];
}
