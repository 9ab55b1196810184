/**
 * Whether a worker's memory stays flat: through the jobs of an hour, and through payloads of a megabyte. And what
 * a queued job costs Redis, beside its peers.
 */
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { NAMES, peerNamed } from "./support/peers.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, tell } from "./support/report.mjs";
import { median } from "./support/statistics.mjs";
import { argsOf, fillQueues } from "./support/workload.mjs";

const flags = readFlags("Memory of a worker that runs on and on, and of queued jobs.", {
  jobs: {
    type: "string",
    text: "jobs of the loop: an hour of a thousand per second",
    number: 3_600_000,
    quick: 60_000,
  },
  "large-jobs": { type: "string", text: "jobs of 1 MB", number: 6_000, quick: 90 },
  queued: { type: "string", text: "jobs on a queue", number: 100_000, quick: 10_000 },
});

const CONCURRENCY = 50;
/** So often the resident set is read. */
const STEPS = 30;
const MEGABYTE = 2 ** 20;
/** A heap breathes: a tenth more is not a leak, and a leak is more than that after so many jobs. */
const FLAT_WITHIN = 1.1;
const SAME_WITHIN = 1.02;

const server = await RedisServer.start();
const machine = await describeMachine(server.client);
const tsq = await peerNamed("tsq");

const loops = [];
if (flags.isWanted("loop")) {
  loops.push({
    name: `${flags.jobs.toLocaleString("en-US")} small jobs`,
    ...(await hold(flags.jobs, fillQueues)),
  });
}
if (flags.isWanted("large")) {
  loops.push({
    name: `${flags["large-jobs"].toLocaleString("en-US")} jobs of 1 MB`,
    ...(await hold(flags["large-jobs"], fillLarge)),
  });
}
const queued = [];
const missing = {};
for (const name of NAMES.filter(flags.isWanted)) {
  const peer = await peerNamed(name);
  if (peer.missing) missing[name] = peer.missing;
  else queued.push({ name, bytes: await bytesPerJob(name, peer) });
}
await server.stop();

/** A worker through `jobs` jobs, in steps, its resident set read after each. */
async function hold(jobs, fill) {
  await server.empty();
  const step = Math.round(jobs / STEPS);
  const worker = await tsq.boot("hold", { redis: server.url, jobs: step, concurrency: CONCURRENCY });
  worker.order("go");
  const atStart = (await worker.next("held")).rssMB;
  const rss = [];
  while (rss.length < STEPS) {
    tell(`${fill === fillLarge ? "1 MB jobs" : "small jobs"}: step ${rss.length + 1}/${STEPS}`);
    await fill(server.client, step);
    rss.push((await worker.next("held")).rssMB);
  }
  tell(undefined);
  await worker.end();
  const third = STEPS / 3;
  const [early, late] = [median(rss.slice(third, 2 * third)), median(rss.slice(2 * third))];
  return { atStart, early, late, most: Math.max(...rss), growth: late / early, rss };
}

async function fillLarge(redis, jobs) {
  const filling = "x".repeat(MEGABYTE);
  for (let number = 0; number < jobs; number++) {
    const [, ...args] = argsOf(number);
    const job = {
      class: "HardJob",
      queue: "default",
      retry: true,
      args: [filling, ...args],
      jid: `large${number}`,
    };
    await redis.lpush("queue:default", JSON.stringify(job));
  }
}

/** Pushed by the peer's own client in bulk: its payloads, its keys. On a server that has nothing behind it. */
async function bytesPerJob(name, peer) {
  tell(`${flags.queued} queued jobs of ${name}`);
  const fresh = await RedisServer.start();
  const before = await fresh.dataBytes();
  const client = await peer.boot("fill", { redis: fresh.url, jobs: flags.queued });
  client.order("go");
  await client.next("done");
  await client.end();
  const bytes = (await fresh.dataBytes()) - before;
  await fresh.stop();
  tell(undefined);
  return bytes / flags.queued;
}

const bytesOf = (wanted) => queued.find(({ name }) => name === wanted)?.bytes;

print(
  {
    bench: "memory",
    machine,
    settings: { concurrency: CONCURRENCY, "queued jobs": flags.queued },
    tables: [
      {
        title: `Resident set of a worker, MB; read ${STEPS} times, medians of the middle and of the last third`,
        columns: ["", "at start", "middle", "last", "most", "last / middle"],
        rows: loops.map(({ name, atStart, early, late, most, growth }) => [
          name,
          ...[atStart, early, late, most, growth].map(digits),
        ]),
      },
      {
        title: "Redis memory per queued job",
        columns: ["", "bytes", "× Sidekiq 8"],
        rows: queued.map(({ name, bytes }) => [name, digits(bytes), digits(bytes / bytesOf("sidekiq-8"))]),
      },
    ],
    goals: [
      ...loops.map(({ name, growth }) => ({
        what: `flat through ${name}`,
        wanted: FLAT_WITHIN,
        value: growth,
        isAtMost: true,
      })),
      {
        what: "memory of a queued job, beside Ruby Sidekiq 8",
        wanted: SAME_WITHIN,
        unit: " ×",
        value: bytesOf("tsq") / bytesOf("sidekiq-8"),
        isAtMost: true,
      },
    ],
    missing,
    samples: { loops, queued },
  },
  flags,
);
