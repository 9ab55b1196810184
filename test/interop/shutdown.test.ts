import { expect, test } from "vitest";
import { defineJob } from "tsq";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

describeInterop("a job that a stop cuts off is run by the other side", (shared) => {
  const started = (count: number): Promise<void> =>
    eventually(async () => expect(await shared.runs("started")).toHaveLength(count));

  test("tsq gives back the bytes that Ruby pushed, to be the next ones taken, and Ruby runs them", async () => {
    let running = 0;
    const aborted: unknown[] = [];
    const slow = defineJob("EchoJob", ({ signal }) => {
      running++;
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          aborted.push((signal.reason as Error).name);
          reject(signal.reason as Error);
        });
      });
    });
    const script = `2.times { |i| Sidekiq::Client.push(
      "class" => "EchoJob", "args" => [i, 2**70, 1.0, [], "é😀\\u2028"], "queue" => "ts", "x" => 1e22
    ) }`;
    await shared.eval(script);
    const pushed = await shared.redis.lrange("queue:ts", 0, -1);
    {
      await using worker = await shared.startTsq({ jobs: [slow], queues: ["ts"], concurrency: 2 });
      await eventually(() => expect(running).toBe(2));
      await worker.quiet();
      await shared.eval(`EchoJob.set(queue: "ts").perform_async("waits")`);
    }

    const [waiting, ...back] = await shared.redis.lrange("queue:ts", 0, -1);
    expect(waiting).toContain("waits");
    expect(back.toSorted()).toEqual(pushed.toSorted());
    expect(aborted).toEqual(["ShutdownError", "ShutdownError"]);
    expect(await shared.eval("[Sidekiq::RetrySet.new.size, Sidekiq::DeadSet.new.size]")).toEqual([0, 0]);

    await using _ruby = await shared.startRuby({ queues: ["ts"], concurrency: 1 });
    await eventually(async () => expect(await shared.runs()).toHaveLength(3));
    const runs = await shared.runs();
    expect(runs[2]?.args).toEqual(["waits"]);
    expect(new Set(runs.slice(0, 2).map(({ args_json }) => args_json))).toEqual(
      new Set([0, 1].map((i) => `[${i},1180591620717411303424,1.0,[],"é😀\u2028"]`)),
    );
    expect(runs.map(({ retry_count }) => retry_count)).toEqual([null, null, null]);
  });

  test("what Ruby gives back tsq runs", async () => {
    const ran: { args: readonly unknown[]; jid: string; attempt: number }[] = [];
    const slow = defineJob("SlowJob", ({ jid, attempt }, ...args: unknown[]) => {
      ran.push({ args, jid, attempt });
    });
    // One thread: for two seconds more, an idle one of Ruby's would take the job right back, and take it along.
    await using ruby = await shared.startRuby({ queues: ["ts"], concurrency: 1, timeoutSeconds: 1 });
    const jid = await shared.eval(`SlowJob.set(queue: "ts").perform_async(600)`);
    await started(1);

    expect(await ruby.stop(), ruby.output()).toBe(0);
    await using _worker = await shared.startTsq({ jobs: [slow], queues: ["ts"] });

    await eventually(() => expect(ran).toEqual([{ args: [600], jid, attempt: 1 }]));
  });
});
