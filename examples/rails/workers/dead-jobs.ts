/** The dead set, walked and retried by code. In Ruby: app/services/dead_jobs.rb. */
import { defineJob } from "tsq";
import { DeadSet } from "tsq/api";

export const retryDeadJobs = defineJob("RetryDeadJobsJob", { queue: "ts_low" }, async (job, name: string) => {
  await using dead = new DeadSet();
  let count = 0;
  for await (const entry of dead) {
    if (entry.displayClass !== name) continue;
    if (await entry.retry()) count += 1;
  }
  job.logger.info({ count }, `retried dead jobs of ${name}`);
});
