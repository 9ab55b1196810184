import { expect, test } from "vitest";
import { defineJob, type JsonValue } from "tsq";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";
import type { TsqWorker } from "../support/tsq-worker.ts";

describeInterop(
  "a queue that is paused",
  (shared) => {
    const ran: JsonValue[] = [];
    const push = (queue: string, word: string): Promise<unknown> =>
      shared.eval("EchoJob.set(queue: args[0]).perform_async(args[1])", queue, word);
    const echo = defineJob("EchoJob", (_job, word: JsonValue) => void ran.push(word));

    test("is left alone until it is resumed, while the others go on", async () => {
      ran.length = 0;
      await shared.redis.sadd("paused", "first");
      await push("first", "waits");
      await using worker = await shared.startTsq({ jobs: [echo], queues: ["first", "second", "open"] });
      await push("open", "open 1");
      await eventually(() => expect(ran).toContain("open 1"));
      expect(ran).toEqual(["open 1"]);
      expect(await shared.eval("Sidekiq::Queue.new('first').size")).toBe(1);

      await shared.redis.multi().srem("paused", "first").sadd("paused", "second").exec();
      await nextBeat(worker);

      await eventually(() => expect(ran).toEqual(["open 1", "waits"]));
      await push("second", "waits too");
      await push("first", "resumed");
      await push("open", "open 2");
      await eventually(() => expect(new Set(ran.slice(2))).toEqual(new Set(["resumed", "open 2"])));
      expect(await shared.eval("Sidekiq::Queue.new('second').map { |job| job.args[0] }")).toEqual([
        "waits too",
      ]);
    });
  },
  { sideBySide: true },
);

/** Each beat reads which queues are paused, and comes every ten seconds. */
const nextBeat = (worker: TsqWorker): Promise<void> =>
  new Promise((resolve) => worker.on("beat", () => resolve()));
