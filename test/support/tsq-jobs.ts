/**
 * The jobs that tsq's side of the interop suite runs in processes of its own: each the twin of one in ruby/jobs.rb,
 * and leaves in Redis what that leaves.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { defineJob, type JobContext, type JsonValue } from "tsq";

const redis = new Redis(process.env["REDIS_URL"] ?? "");

const note = async (list: "started" | "done", job: JobContext, args: readonly JsonValue[]): Promise<void> => {
  await redis.rpush(`interop:${list}`, JSON.stringify({ jid: job.jid, args, by: "tsq", pid: process.pid }));
};

export const echoJob = defineJob("EchoJob", (job, ...args: JsonValue[]) => note("done", job, args));

export const slowJob = defineJob("SlowJob", async (job, seconds: number) => {
  await note("started", job, [seconds]);
  await sleep(seconds * 1_000, undefined, { signal: job.signal });
  await note("done", job, [seconds]);
});

// Long enough for another process to take the next one.
export const sharedJob = defineJob("SharedJob", async (_job, number: number) => {
  await sleep(Math.random() * 2);
  await redis
    .multi()
    .hincrby("interop:runs", String(number), 1)
    .hincrby("interop:runners", String(process.pid), 1)
    .exec();
});
