import { expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

/** A rescuer looks every ten seconds or so, and believes what it has seen twice. */
const TWO_LOOKS = { timeoutMs: 40_000, everyMs: 100 };

describeInterop(
  "a tsq that is killed",
  (shared) => {
    test("loses no job of Ruby's: another tsq brings them back as they were, and Ruby runs them", async () => {
      await shared.eval(`3.times { |i| SlowJob.set(queue: "ts", "x" => 1.0).perform_async(600 + i) }`);
      const pushed = await shared.redis.lrange("queue:ts", 0, -1);
      const killed = await shared.startTsqProcess({ queues: ["ts"], concurrency: 3 });
      await eventually(async () => expect(await shared.runs("started")).toHaveLength(3));
      await killed.kill9();
      // Its record expires within a minute; then Ruby's list of processes forgets it.
      await shared.redis.del(killed.identity);
      expect(await shared.eval("Sidekiq::ProcessSet.new; Sidekiq::ProcessSet.new.size")).toBe(0);

      await using _rescuer = await shared.startTsq({ jobs: [], queues: ["other"] });

      await eventually(async () => expect(await shared.redis.llen("queue:ts")).toBe(3), TWO_LOOKS);
      const back = await shared.redis.lrange("queue:ts", 0, -1);
      expect(back.toSorted()).toEqual(pushed.toSorted());
      await using _ruby = await shared.startRuby({ queues: ["ts"] });
      await eventually(async () => {
        const byRuby = (await shared.runs("started")).filter(({ by }) => by === "ruby");
        expect(byRuby.map(({ args }) => args[0] as number).toSorted((one, other) => one - other)).toEqual([
          600, 601, 602,
        ]);
      });
    });
  },
  { sideBySide: true },
);
