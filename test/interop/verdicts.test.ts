import { beforeAll, expect, test } from "vitest";
import { defineJob, interrupt, kill, snooze } from "tsq";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";
import type { TsqWorker } from "../support/tsq-worker.ts";

describeInterop("a run that tsq ends by a verdict", (shared) => {
  beforeAll(async () => {
    await shared.startRuby({ queues: ["ruby"] });
  });

  test("snooze: Ruby shows it as scheduled, promotes it, and it is the same job", async () => {
    const jid = await shared.eval(
      `Sidekiq::Client.push("class" => "LaterJob", "queue" => "ts", "args" => [1.0, {}])`,
    );
    const runs: string[] = [];
    const later = defineJob("LaterJob", (job) => (runs.push(job.jid) === 1 ? snooze(3_600) : undefined));
    await using _worker = await shared.startTsq({ jobs: [later], queues: ["ts"] });

    await eventually(async () => expect(await shared.redis.zcard("schedule")).toBe(1));
    expect(
      await shared.eval(`
        job = Sidekiq::ScheduledSet.new.first
        [job.jid, job.klass, job.queue, job.args, (job.at - Time.now).between?(3500, 3601)]
      `),
    ).toEqual([jid, "LaterJob", "ts", [1, {}], true]);
    await shared.makeDue("schedule");

    await eventually(() => expect(runs).toEqual([jid, jid]));
  });

  test("interrupt: Ruby runs what it leaves in the queue", async () => {
    const jid = await shared.eval(`EchoJob.set(queue: "ts").perform_async(1.0, [])`);
    let runs = 0;
    // The first run can begin before `startTsq` has returned the worker.
    const started: Promise<TsqWorker> = shared.startTsq({
      jobs: [
        defineJob("EchoJob", async () => {
          runs += 1;
          await (await started).quiet();
          return interrupt();
        }),
      ],
      queues: ["ts"],
    });
    await using worker = await started;
    await eventually(() => expect(runs).toBe(1));
    await eventually(async () => expect(await shared.redis.llen("queue:ts")).toBe(1));
    await worker.stop();

    await shared.redis.lmove("queue:ts", "queue:ruby", "RIGHT", "LEFT");

    await eventually(async () => expect(await shared.runs()).toMatchObject([{ jid, args_json: "[1.0,[]]" }]));
  });

  test("kill: Ruby shows it as dead, with its reason", async () => {
    const jid = await shared.eval(`DieJob.set(queue: "ts").perform_async(1)`);
    await using _worker = await shared.startTsq({
      jobs: [defineJob("DieJob", () => kill("no such account"))],
      queues: ["ts"],
    });

    await eventually(async () => expect(await shared.redis.zcard("dead")).toBe(1));

    expect(
      await shared.eval(`
        job = Sidekiq::DeadSet.new.first
        [job.jid, job.klass, job["retry_count"], job["error_class"], job["error_message"]]
      `),
    ).toEqual([jid, "DieJob", 0, "JobKilledError", "no such account"]);
  });
});
