import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";
import type { TsqProcess } from "../support/tsq-process.ts";

/** Each beat reads one signal, and comes every ten seconds. */
const BEATS = { timeoutMs: 30_000, everyMs: 100 };

describeInterop(
  "a process is told what to do through Redis",
  (shared) => {
    const READ = `
      process = Sidekiq::ProcessSet.new.find { |process| process.identity == args[0] }
      process && [process.stopping?, process["busy"]]
    `;

    describe("by Ruby: a `tsq work`", () => {
      let worker: TsqProcess;
      let running: string | undefined;
      beforeAll(async () => {
        await shared.clear();
        await shared.eval("SlowJob.set(queue: 'ts', 'x' => 1.0).perform_async(600)");
        [running] = await shared.redis.lrange("queue:ts", 0, -1);
        worker = await shared.startTsqProcess({ queues: ["ts"], timeoutSeconds: 1 });
        await eventually(async () => expect(await shared.runs("started")).toHaveLength(1));
      });
      afterAll(() => worker.kill9());

      test("goes quiet, and goes on with what it runs", async () => {
        // What comes behind the first signal is read at once: going quiet makes a beat.
        await shared.eval(
          "Sidekiq::ProcessSet.new.each { |process| [process.quiet!, process.dump_threads] }",
        );

        await eventually(
          async () => expect(await shared.eval(READ, worker.identity)).toEqual([true, 1]),
          BEATS,
        );
      });

      test("logs what it runs", async () => {
        await eventually(() => expect(worker.output()).toMatch(/"class":"SlowJob".*"msg":"Running"/), BEATS);
      });

      test("stops, exits clean, and has given back what it ran and taken nothing more", async () => {
        await shared.eval("EchoJob.set(queue: 'ts').perform_async('too late')");

        await shared.eval("Sidekiq::ProcessSet.new.each(&:stop!)");

        await eventually(async () => expect(await shared.eval(READ, worker.identity)).toBeNull(), BEATS);
        expect(await worker.exit(), worker.output()).toBe(0);
        expect(await shared.runs()).toEqual([]);
        const [waiting, ...back] = await shared.redis.lrange("queue:ts", 0, -1);
        expect(waiting).toContain("too late");
        expect(back).toEqual([running]);
        expect(await shared.eval("Sidekiq::ProcessSet.new.size")).toBe(0);
      });
    });

    test("by a list in Redis: Ruby goes quiet, then stops", async () => {
      const worker = await shared.startRuby();

      await shared.redis.lpush(`${worker.identity}-signals`, "TSTP");
      await eventually(
        async () => expect(await shared.eval(READ, worker.identity)).toEqual([true, 0]),
        BEATS,
      );
      await shared.redis.lpush(`${worker.identity}-signals`, "TERM");

      await eventually(async () => expect(await shared.eval(READ, worker.identity)).toBeNull(), BEATS);
      expect(await worker.stop(), worker.output()).toBe(0);
    });
  },
  { sideBySide: true, keepsState: true },
);
