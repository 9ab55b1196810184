/** A Redis as a busy company has it: long sets, a long queue, many processes with what they run. */
import { createHash } from "node:crypto";

const SLICE = 5_000;
const QUEUE_NAMES = ["default", "mailers", "critical", "low", "imports"];
const CLASSES = [
  "Shop::ChargeJob",
  "Shop::ReceiptJob",
  "Mail::DigestJob",
  "ImportContactsJob",
  "Search::ReindexJob",
];
const ERRORS = ["Stripe::CardError", "Net::ReadTimeout", "ActiveRecord::Deadlocked", "TypeError"];

/** @param sizes `retries`, `scheduled`, `dead`, `queued`, `processes`: how many of each */
export const fillBig = async (redis, sizes) => {
  const now = Math.floor(Date.now() / 1_000);
  await fillSet(redis, "retry", sizes.retries, (i) => [now + (i % 86_400), failedText(i, now)]);
  await fillSet(redis, "schedule", sizes.scheduled, (i) => [now + 60 + (i % 864_000), jobText(i, now)]);
  await fillSet(redis, "dead", sizes.dead, (i) => [now - (i % 8_640_000), failedText(i, now)]);
  await redis.sadd("queues", ...QUEUE_NAMES);
  for (let from = 0; from < sizes.queued; from += SLICE) {
    const texts = Array.from({ length: Math.min(SLICE, sizes.queued - from) }, (_, i) =>
      jobText(from + i, now),
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

/** As random as Sidekiq's, which rarely have sixteen digits in a row, and the same in each run. */
export const jidOf = (i) => createHash("sha1").update(String(i)).digest("hex").slice(0, 24);

const jobOf = (i, now) => ({
  retry: true,
  queue: QUEUE_NAMES[i % QUEUE_NAMES.length],
  class: CLASSES[i % CLASSES.length],
  args: [i, "someone@example.com", { plan: "pro", items: [1, 2, 3] }],
  jid: jidOf(i),
  created_at: (now - 3_600) * 1_000,
  enqueued_at: (now - 1_800) * 1_000,
  tags: i % 10 === 0 ? ["eu"] : [],
});

const jobText = (i, now) => JSON.stringify(jobOf(i, now));

const failedText = (i, now) =>
  JSON.stringify({
    ...jobOf(i, now),
    error_class: ERRORS[i % ERRORS.length],
    error_message: `request ${i} to 10.0.${i % 256}.1 was declined`,
    failed_at: (now - 1_700) * 1_000,
    retry_count: i % 20,
    retried_at: (now - 600) * 1_000,
  });

/** Each with two of ten threads at work. */
const fillProcesses = async (redis, count, now) => {
  for (let i = 0; i < count; i++) {
    const identity = `web-${i}:${1_000 + i}:${jidOf(i).slice(-12)}`;
    const info = {
      hostname: `web-${i}`,
      pid: 1_000 + i,
      started_at: now - 7_200,
      tag: "shop",
      concurrency: 10,
      queues: QUEUE_NAMES,
      weights: [Object.fromEntries(QUEUE_NAMES.map((name, place) => [name, place + 1]))],
      labels: [],
      identity,
      version: "8.1.7",
      embedded: false,
    };
    const run = (thread) =>
      JSON.stringify({ queue: "default", payload: jobText(i * 2 + thread, now), run_at: now - (i % 300) });
    await redis
      .pipeline()
      .sadd("processes", identity)
      .hset(identity, {
        info: JSON.stringify(info),
        busy: 2,
        beat: Date.now() / 1_000,
        quiet: "false",
        rss: 250_000,
        rtt_us: 400,
        concurrency: 10,
      })
      .hset(`${identity}:work`, { aaaa: run(0), bbbb: run(1) })
      .exec();
  }
};
