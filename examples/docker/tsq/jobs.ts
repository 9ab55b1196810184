/**
 * The TypeScript side of jobs that Ruby has too, in `test/support/ruby/jobs.rb`:
 * on a shared queue, whichever worker is free runs the next one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { defineJob } from "tsq";

export const echo = defineJob("EchoJob", {}, async (job, ...args: unknown[]) => {
  job.logger.info({ args }, "echo");
});

export const slow = defineJob("SlowJob", {}, async (job, seconds: number) => {
  await sleep(seconds * 1000, undefined, { signal: job.signal });
});

/** Ruby always raises here and the job goes to the retry set; tsq does what Ruby refused. */
export const failOnceInRuby = defineJob("FailOnceInRubyJob", { retry: 5 }, async (job) => {
  job.logger.info({ attempt: job.attempt }, "done where Ruby said no");
});
