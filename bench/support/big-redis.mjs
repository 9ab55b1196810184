/** A Redis as a busy company has it: long sets, a long queue, many processes with what they run. */
import { beat } from "./process-beat.mjs";
import { FIRST_IDS, jobOf, jobText, QUEUE_NAMES } from "./shop-jobs.mjs";

const SLICE = 5_000;
const ERRORS = ["Stripe::CardError", "Net::ReadTimeout", "ActiveRecord::Deadlocked", "TypeError"];

/** @param sizes `retries`, `scheduled`, `dead`, `queued`, `processes`: how many of each */
export const fillBig = async (redis, sizes) => {
  const now = Math.floor(Date.now() / 1_000);
  await fillSet(redis, "retry", sizes.retries, (i) => [now + (i % 86_400), failedText(i, now)]);
  await fillSet(redis, "schedule", sizes.scheduled, (i) => [
    now + 60 + (i % 864_000),
    jobText(FIRST_IDS.schedule + i, now),
  ]);
  await fillSet(redis, "dead", sizes.dead, (i) => [
    now - (i % 8_640_000),
    failedText(FIRST_IDS.dead + i, now),
  ]);
  await redis.sadd("queues", ...QUEUE_NAMES);
  for (let from = 0; from < sizes.queued; from += SLICE) {
    const texts = Array.from({ length: Math.min(SLICE, sizes.queued - from) }, (_, i) =>
      jobText(FIRST_IDS.queue + from + i, now),
    );
    await redis.lpush("queue:default", ...texts);
  }
  await fillProcesses(redis, sizes.processes, now);
  await redis.mset("stat:processed", 123_456_789, "stat:failed", 1_234_567);
};

const fillSet = async (redis, key, count, entryOf) => {
  for (let from = 0; from < count; from += SLICE) {
    const entries = Array.from({ length: Math.min(SLICE, count - from) }, (_, i) => entryOf(from + i));
    await redis.zadd(key, ...entries.flat());
  }
};

const failedText = (i, now) =>
  JSON.stringify({
    ...jobOf(i, now),
    error_class: ERRORS[i % ERRORS.length],
    error_message: `request ${i} to 10.0.${i % 256}.1 was declined`,
    failed_at: (now - 1_700) * 1_000,
    retry_count: i % 20,
    retried_at: (now - 600) * 1_000,
  });

const fillProcesses = async (redis, count, now) => {
  for (let i = 0; i < count; i++) {
    const pipeline = redis.pipeline();
    beat(pipeline, i, 0, now);
    await pipeline.exec();
  }
};
