/**
 * For how long one call of lua/core/fetch.lua keeps Redis from serving others, by the number of queues that it names.
 * Microseconds are Redis' own count. No build is needed: the file itself is measured.
 */
import { readFileSync } from "node:fs";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, spread, tell, times } from "./support/report.mjs";
import { column, runRounds } from "./support/rounds.mjs";
import { range, ratio } from "./support/statistics.mjs";
import { payloadOf } from "./support/workload.mjs";

const flags = readFlags("Calls the fetch script with 1, 16, 100 and 500 queues.", {
  calls: { type: "string", text: "calls per run", number: 200, quick: 20 },
  beside: { type: "string", text: "another fetch.lua, such as an older one, to call in the same rounds" },
});

const COUNTS = [1, 16, 100, 500];
const ORDERS = { strict: () => 0, weighted: (queue) => 1 + (queue % 3) };
// An idle worker asks for one job, one with concurrency 50 for 25.
const WANTED = [1, 25];
const FILLED = {
  none: () => [],
  last: (queues) => [queues - 1],
  all: (queues) => Array.from({ length: queues }, (_, i) => i),
};
const IN_FLIGHT = "tsq:in-flight:bench:1:0~default~0";

/** A script is sent without its header. */
const sourceOf = (file) => readFileSync(file, "utf8").split("\n]]\n").at(-1);

const server = await RedisServer.start();
const machine = await describeMachine(server.client);
const scripts = { now: sourceOf(new URL("../lua/core/fetch.lua", import.meta.url)) };
if (flags.beside) scripts.beside = sourceOf(flags.beside);

const cases = COUNTS.flatMap((queues) =>
  Object.keys(ORDERS).flatMap((order) =>
    Object.keys(FILLED).flatMap((filled) => WANTED.map((wanted) => ({ queues, order, filled, wanted }))),
  ),
).map((one) => ({ ...one, name: `${one.queues} ${one.order}, ${one.filled} filled, ${one.wanted} wanted` }));

const contestants = cases.flatMap((one) =>
  Object.entries(scripts).map(([which, source]) => ({
    name: `${one.name} (${which})`,
    run: () => measure(source, one),
  })),
);
const wanted = contestants.filter(({ name }) => flags.isWanted(name));
const { samples, missing } = await runRounds(wanted, { ...flags, tell });
await server.stop();

/** A script of before the calls named the other lane's last one has no place for it. */
function callOf(source, seq) {
  return source.includes("#ARGV > 7") ? ["#0", seq, -1] : ["#0", seq];
}

async function measure(source, { queues, order, filled, wanted }) {
  const { client } = server;
  await server.empty();
  const sha1 = await client.script("LOAD", source);
  await client.hset(IN_FLIGHT, "#0", 0);
  for (const queue of FILLED[filled](queues)) {
    // Enough that none runs dry, however the shares fall.
    const jobs =
      filled === "all" ? Math.ceil((4 * flags.calls * wanted) / queues) + wanted : flags.calls * wanted;
    const payload = payloadOf(1, `q${queue}`);
    await client.lpush(`queue:q${queue}`, ...Array(jobs).fill(payload));
  }
  const names = Array.from({ length: queues }, (_, i) => `queue:q${i}`);
  const weights = names.map((_, i) => ORDERS[order](i));
  const slots = Array.from({ length: wanted }, (_, i) => i.toString(36).padStart(2, "0")).join("");
  await client.config("RESETSTAT");
  for (let seq = 1; seq <= flags.calls; seq++) {
    const args = [...callOf(source, seq), slots, "", wanted, Math.random(), ...weights];
    await client.evalsha(sha1, queues + 1, IN_FLIGHT, ...names, ...args);
  }
  const stats = await client.info("commandstats");
  return { micros: Number(/^cmdstat_evalsha:.*usec_per_call=([\d.]+)/m.exec(stats)?.[1]) };
}

const of = (one, which) => column(samples.get(`${one.name} (${which})`), "micros");
const shown = cases.filter(({ name }) => samples.has(`${name} (now)`));
const medianOf = (queues, filled, count) => {
  const one = cases.find(
    (each) =>
      each.queues === queues && each.order === "weighted" && each.filled === filled && each.wanted === count,
  );
  return range(of(one, "now")).median;
};

print(
  {
    bench: "fetch-script",
    machine,
    settings: { calls: flags.calls, rounds: flags.rounds },
    tables: [
      {
        title: "Microseconds of Redis per call, median [least…most]",
        columns: [
          "queues, order, which hold jobs",
          "µs",
          ...(flags.beside ? ["beside", "now / beside"] : []),
        ],
        rows: shown.map((one) => [
          one.name,
          spread(range(of(one, "now"))),
          ...(flags.beside
            ? [digits(range(of(one, "beside")).median), times(ratio(of(one, "now"), of(one, "beside")))]
            : []),
        ]),
      },
    ],
    goals: [
      {
        what: "500 weighted queues, nothing there",
        wanted: 2_000,
        unit: " µs",
        isAtMost: true,
        value: medianOf(500, "none", 1),
      },
      {
        what: "500 weighted queues, one holds jobs",
        wanted: 2_000,
        unit: " µs",
        isAtMost: true,
        value: medianOf(500, "last", 1),
      },
      {
        what: "500 queues beside 100, nothing there",
        wanted: 7,
        unit: " ×",
        isAtMost: true,
        value: medianOf(500, "none", 1) / medianOf(100, "none", 1),
      },
    ],
    missing: Object.fromEntries(missing),
    samples: Object.fromEntries(samples),
  },
  flags,
);
