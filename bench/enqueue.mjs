/** How fast jobs are pushed: one by one, a hundred at a time without waiting for each, and a thousand in one call. */
import { cpus } from "node:os";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { NAMES, peerNamed } from "./support/peers.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, spread, tell, times } from "./support/report.mjs";
import { column, runRounds, withNoise } from "./support/rounds.mjs";
import { range, ratio } from "./support/statistics.mjs";

const flags = readFlags("Pushes jobs: tsq, Ruby Sidekiq, BullMQ, bee-queue.", {
  seconds: { type: "string", text: "how long each way of pushing runs", number: 2, quick: 0.3 },
});

const WAYS = [
  ["single", "one by one, awaited"],
  ["concurrent", "100 concurrent"],
  ["bulk", "bulk of 1,000"],
  ["bigBulk", "bulk of 10,000"],
];

const server = await RedisServer.start();
const machine = await describeMachine(server.client);

const contestants = NAMES.filter(flags.isWanted).map((name) => ({ name, run: () => enqueue(name) }));
const { samples, missing } = await runRounds(contestants, { ...flags, tell });
await server.stop();

async function enqueue(name) {
  const peer = await peerNamed(name);
  if (peer.missing) return { missing: peer.missing };
  await server.empty();
  const client = await peer.boot("enqueue", { redis: server.url, seconds: flags.seconds });
  try {
    return await withNoise(cpus().length, async () => {
      const before = await server.cpuMicros();
      client.order("go");
      const { cpuMicros, ...rates } = await client.next("done");
      return { ...rates, ownCpuMicros: cpuMicros + (await server.cpuMicros()) - before };
    });
  } finally {
    await client.end();
  }
}

const of = (name, way) => column(samples.get(name), way);
const goal = (what, wanted, way, peer) => ({
  what,
  wanted,
  unit: " ×",
  value: ratio(of("tsq", way), of(peer, way))?.median,
});

print(
  {
    bench: "enqueue",
    machine,
    settings: { "seconds each": flags.seconds, rounds: flags.rounds },
    tables: WAYS.map(([way, title]) => ({
      title: `${title}: jobs per second, median [least…most]`,
      columns: ["", "jobs/s", "× Sidekiq 8", "tsq is", "noise %"],
      rows: [...samples]
        // Ruby has no pushes in flight in one thread.
        .filter(([, runs]) => Number.isFinite(runs.find(Boolean)?.[way]))
        .map(([name, runs]) => [
          name,
          spread(range(column(runs, way))),
          times(ratio(of(name, way), of("sidekiq-8", way))),
          times(ratio(of("tsq", way), of(name, way))),
          digits(100 * Math.max(...column(runs, "noise"))),
        ]),
    })),
    goals: [
      goal("awaited, beside Ruby Sidekiq 8", 1.2, "single", "sidekiq-8"),
      goal("100 concurrent, beside BullMQ's add", 3, "concurrent", "bullmq"),
      goal("bulk, beside Ruby Sidekiq 8", 1.5, "bulk", "sidekiq-8"),
      goal("bulk, beside BullMQ's addBulk", 10, "bulk", "bullmq"),
    ],
    missing: Object.fromEntries(missing),
    samples: Object.fromEntries(samples),
  },
  flags,
);
