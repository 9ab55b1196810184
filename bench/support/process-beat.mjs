/** What a process says of itself at a heartbeat, and what it runs: of half of them all ten threads are at work, of the others two. */
import { jidOf, jobOf, QUEUE_NAMES } from "./shop-jobs.mjs";

const THREADS = 10;
const BUSY_OF_OTHERS = 2;
/** Each third thread of a process goes on with the job that it had; the others have one that began since the last heartbeat. */
const GOES_ON = 3;
/** Half of the fleet is of tsq, whose jobs lie in flight from the fetch on. */
const isOwn = (i) => i % 4 < 2;
// None of the jobs that wait or have failed is running.
const FIRST = 100_000_000;

/** The job that a thread has at a heartbeat, counted from 0. */
export const runIdOf = (process, thread, count) =>
  FIRST + (process * THREADS + thread) * 1_000 + (thread % GOES_ON === 0 ? 0 : count % 1_000);

export const beat = (pipeline, i, count, sinceSeconds) => {
  const now = Date.now() / 1_000;
  const identity = `web-${i}:${1_000 + i}:${jidOf(i).slice(-12)}`;
  const info = {
    hostname: `web-${i}`,
    pid: 1_000 + i,
    started_at: sinceSeconds - 7_200,
    tag: "shop",
    concurrency: THREADS,
    queues: QUEUE_NAMES,
    weights: [Object.fromEntries(QUEUE_NAMES.map((name, place) => [name, place + 1]))],
    labels: [],
    identity,
    version: isOwn(i) ? "tsq 0.1.0" : "8.1.7",
    embedded: false,
  };
  const busy = i % 2 === 0 ? THREADS : BUSY_OF_OTHERS;
  const held = {};
  const runs = Array.from({ length: busy }, (_, thread) => {
    const id = runIdOf(i, thread, count);
    const job = jobOf(id, sinceSeconds);
    held[`a${thread}`] = JSON.stringify(job);
    const since = thread % GOES_ON === 0 ? sinceSeconds - (i % 300) : now - (id % 9);
    return [
      `t${thread}`,
      JSON.stringify({ queue: job.queue, payload: JSON.stringify(job), run_at: Math.floor(since) }),
    ];
  });
  pipeline
    .sadd("processes", identity)
    .hset(identity, {
      info: JSON.stringify(info),
      busy,
      beat: now,
      quiet: "false",
      rss: 250_000 + ((i + count) % 1_000),
      rtt_us: 400,
      concurrency: THREADS,
    })
    .expire(identity, 60)
    .del(`${identity}:work`)
    .hset(`${identity}:work`, Object.fromEntries(runs))
    .expire(`${identity}:work`, 60);
  if (!isOwn(i)) return;
  const owner = `${identity}~default~0`;
  pipeline
    .hset("tsq:owners", owner, JSON.stringify(QUEUE_NAMES))
    .del(`tsq:in-flight:${owner}`)
    .hset(`tsq:in-flight:${owner}`, { "#0": count, "#1": 0, ...held });
};
