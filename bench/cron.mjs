/**
 * What a look at the cron schedule costs: processor time and round trips of a poll of many entries, of which none is due,
 * a tenth, or all are.
 */
import { Chain } from "../packages/core/dist/index.js";
import { JidSource } from "../packages/core/dist/protocol.js";
import { connect, open } from "../packages/core/dist/redis/connect.js";
import { readDefinition } from "../packages/cron/dist/entry/definition.js";
import { layoutOf } from "../packages/cron/dist/entry/layout.js";
import { saveEntry } from "../packages/cron/dist/entry/save.js";
import { CronPoller } from "../packages/cron/dist/poll/cron-poller.js";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { print, spread, tell } from "./support/report.mjs";
import { column, runRounds } from "./support/rounds.mjs";
import { range } from "./support/statistics.mjs";

const flags = readFlags("Polls of a cron schedule.", {
  entries: { type: "string", text: "entries of the schedule", number: 1_000, quick: 200 },
  polls: { type: "string", text: "polls per run", number: 20, quick: 3 },
});

/** Every entry of so many is due in each minute. */
const CASES = { "none due": Number.POSITIVE_INFINITY, "a tenth due": 10, "all due": 1 };
const START_MS = Date.parse("2030-01-01T09:00:10Z");

const server = await RedisServer.start();
const machine = await describeMachine(server.client);
const redis = connect(server.url, "client");
open(redis);

const contestants = Object.entries(CASES).map(([name, step]) => ({ name, run: () => measure(step) }));
const wanted = contestants.filter(({ name }) => flags.isWanted(name));
const { samples, missing } = await runRounds(wanted, { ...flags, tell });
redis.disconnect();
await server.stop();

async function measure(step) {
  await server.empty();
  const layout = layoutOf(2, "default");
  for (let i = 0; i < flags.entries; i++) {
    // Texts of their own: no two entries share what is computed of them.
    const cron =
      i % step === 0 ? `0-59 * * * * UTC` : `${i % 60} ${i % 24} ${1 + (i % 28)} ${1 + (i % 12)} *`;
    const options = { cron, class: "CronJob", args: [i] };
    await saveEntry(readDefinition(`entry ${i}`, options, "dynamic"), {
      redis,
      layout,
      nowMs: START_MS - 60_000,
    });
  }
  const jids = new JidSource();
  const poller = new CronPoller({
    redis: () => redis,
    client: () => ({ nextJid: () => jids.next(), defaultJobOptions: {} }),
    middleware: new Chain([]),
    registry: { find: () => undefined },
    wire: () => 8,
    identity: "bench:1:0",
    random: Math.random,
    namespaces: ["default"],
    tell: { failed: fail, missed() {}, repaired() {}, twice() {}, fired() {} },
    watch() {},
  });
  // The first one parses the expressions, and the engine compiles the code.
  let nowMs = START_MS;
  for (let i = 0; i < 5; i++) await poller.poll((nowMs += 60_000));
  const before = process.cpuUsage();
  let fired = 0;
  for (let i = 0; i < flags.polls; i++) fired += await poller.poll((nowMs += 60_000));
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1_000 / flags.polls, fired: fired / flags.polls };
}

function fail(key, error) {
  throw new Error(`Expected ${key} to be read.`, { cause: error });
}

const cpu = (name) => range(column(samples.get(name), "cpuMs"));
print(
  {
    bench: "cron",
    machine,
    settings: { entries: flags.entries, polls: flags.polls, rounds: flags.rounds },
    tables: [
      {
        title: "Processor time of a poll",
        columns: ["entries", "ms", "fired"],
        rows: wanted.map(({ name }) => [name, spread(cpu(name)), column(samples.get(name), "fired")[0]]),
      },
    ],
    goals: [
      {
        what: "a poll of which none is due",
        wanted: 20,
        value: cpu("none due")?.median,
        isAtMost: true,
        unit: " ms",
      },
    ],
    missing: Object.fromEntries(missing),
    samples: Object.fromEntries(samples),
  },
  flags,
);
