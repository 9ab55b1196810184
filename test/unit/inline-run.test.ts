/** A job runs in one way, whoever runs it. */
import { Client, Job } from "@tsq/core";
import type { JobContext } from "@tsq/core";
import { expect, test } from "vitest";

/** Nothing runs by it that is not inline. */
const client = new Client({ redis: "redis://127.0.0.1:1/0" });

class TracedJob extends Job<[number]> {
  readonly seen: unknown[] = [];

  override run(job: JobContext): unknown {
    this.seen.push("begun");
    return super.run(job);
  }
}

test("performInline runs the run() of a subclass, as a worker does, with the options of set() too", async () => {
  const job: TracedJob = new TracedJob("TracedJob", { client }, (_, id) => job.seen.push(id));

  await job.performInline(7);
  await job.set({ queue: "low" }).performInline(8);

  expect(job.seen).toEqual(["begun", 7, "begun", 8]);
});
