/**
 * What a dashboard costs that many people have open: Redis' processor time while 50 of them poll, how long a page takes
 * while 5 click, and whether its heap stays flat. The fleet that it shows is at work: half of it is full, and each second a
 * tenth of the processes say anew what they run.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { fillBig } from "./support/big-redis.mjs";
import { fillCompany } from "./support/busy-company.mjs";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, tell } from "./support/report.mjs";
import { withNoise } from "./support/rounds.mjs";
import { randomOf, shuffled } from "./support/shuffle.mjs";
import { quantile, slopeOf } from "./support/statistics.mjs";
import { measuredOf, OPEN, PAGES, pathsOver, slowestOf } from "./support/web-pages.mjs";

const flags = readFlags(
  "What a dashboard costs that many people have open: its pages beside a fleet at work, half of it full.",
  {
    minutes: {
      type: "string",
      text: "how long the viewers poll; 10 are 10,000 polls",
      number: 2,
      quick: 0.2,
    },
    viewers: { type: "string", text: "how many poll", number: 50 },
    retries: { type: "string", text: "entries in the retry set", number: 100_000, quick: 10_000 },
    processes: {
      type: "string",
      text: "process records, of which a tenth beats each second with new runs",
      number: 1_000,
      quick: 100,
    },
    clicks: {
      type: "string",
      text: "pages that each of five clicks, all of them again and again, in another order each time",
      number: 200,
      quick: 42,
    },
    entries: { type: "string", text: "entries of the cron schedule", number: 100, quick: 30 },
  },
);

/** A page asks anew every 5 s: this is a little faster. */
const EVERY_MS = 3_000;
const CLICKERS = 5;
const ONE_BY_ONE = 5;
const HEAP_SAMPLES = 12;
const MEGABYTES_PER = 10_000;

const redis = await RedisServer.start();
const machine = await describeMachine(redis.client);
tell("filling");
const others = Math.round(flags.retries / 10);
await fillBig(redis.client, {
  retries: flags.retries,
  scheduled: others,
  dead: others,
  queued: flags.retries,
  processes: flags.processes,
});
await fillCompany(redis.client, redis.url, {
  entries: flags.entries,
  audited: Math.round(flags.retries / 100),
});
const since = String(Math.floor(Date.now() / 1_000));
const fleet = fork(new URL("support/beating-fleet.mjs", import.meta.url), [
  redis.url,
  String(flags.processes),
  since,
]);
await once(fleet, "message");
const dashboard = fork(new URL("support/web-server.mjs", import.meta.url), [redis.url], {
  execArgv: ["--expose-gc"],
});
const [{ port }] = await once(dashboard, "message");

const pathOf = pathsOver(flags.retries);
await warmUp();
const own = await processorTimes();
const clicked = await click();
const polled = await poll();
dashboard.disconnect();
fleet.disconnect();
await once(fleet, "exit");
await redis.stop();

/** Resolves to how long it took, in milliseconds, until its last byte. */
async function open(path, live) {
  const startedMs = performance.now();
  const headers = {
    accept: "text/html",
    ...(live && { "x-tsq-live": "1" }),
    ...(live?.etag && { "if-none-match": live.etag }),
  };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  await response.arrayBuffer();
  if (response.status !== 200 && response.status !== 304)
    throw new Error(`Expected ${path} to be 200, got ${response.status}.`);
  if (live) live.etag = response.headers.get("etag") ?? undefined;
  return performance.now() - startedMs;
}

/** Until the compilers have seen each page some times. */
async function warmUp() {
  for (let i = 0; i < (flags.quick ? 5 : 20); i++) for (const one of PAGES) await open(pathOf(one));
}

/** What a page takes of the dashboard's processor, which a busy machine does not change: milliseconds, one after the other. */
async function processorTimes() {
  tell("one by one");
  const times = new Map();
  for (const one of PAGES) {
    const before = await ask("cpu");
    for (let i = 0; i < ONE_BY_ONE; i++) await open(pathOf(one));
    times.set(one.name, ((await ask("cpu")).cpuMicros - before.cpuMicros) / 1_000 / ONE_BY_ONE);
  }
  return times;
}

function memory() {
  return ask("memory");
}

async function ask(what) {
  dashboard.send(what);
  const [answer] = await once(dashboard, "message");
  return answer;
}

/** Five who read for half a second, and go on to the next page: in orders of their own, so that none meets always the same ones. */
async function click() {
  tell("five click");
  const times = new Map(PAGES.map(({ name }) => [name, []]));
  const one = async (start) => {
    await pause((start / CLICKERS) * 500);
    const random = randomOf(start + 1);
    let round = [];
    for (let i = 0; i < flags.clicks; i++) {
      if (round.length === 0) round = shuffled(PAGES, random);
      const next = round.pop();
      times.get(next.name).push(await open(pathOf(next)));
      await pause(500);
    }
  };
  const { noise } = await withNoise(cpus().length, async () => {
    const before = await memory();
    const serverCpu = await redis.cpuMicros();
    await Promise.all(Array.from({ length: CLICKERS }, (_, i) => one(i)));
    const after = await memory();
    return { ownCpuMicros: after.cpuMicros - before.cpuMicros + (await redis.cpuMicros()) - serverCpu };
  });
  return { times, noise };
}

/** Fifty whose pages are open: the shares of a core that Redis and the dashboard take, and the heap, piece by piece. */
async function poll() {
  const totalMs = flags.minutes * 60_000;
  const heap = [];
  let polls = 0;
  tell("nobody looks");
  const fleetShare = await shareOfFleet();
  return withNoise(cpus().length, async () => {
    const [startedMs, redisBefore, before] = [performance.now(), await redis.cpuMicros(), await memory()];
    const over = new AbortController();
    const viewer = async (i) => {
      const live = {};
      await pause((i / flags.viewers) * EVERY_MS);
      while (!over.signal.aborted) {
        const tookMs = await open(OPEN[i % OPEN.length], live);
        polls += 1;
        await pause(EVERY_MS - Math.min(EVERY_MS, tookMs));
      }
    };
    const viewers = Array.from({ length: flags.viewers }, (_, i) => viewer(i));
    for (let i = 1; i <= HEAP_SAMPLES; i++) {
      tell(`${flags.viewers} poll: ${i}/${HEAP_SAMPLES}`);
      await pause(startedMs + (i / HEAP_SAMPLES) * totalMs - performance.now());
      heap.push({ polls, heapMB: (await memory()).heapMB });
    }
    over.abort();
    const seconds = (performance.now() - startedMs) / 1_000;
    const [redisAfter, after] = [await redis.cpuMicros(), await memory()];
    await Promise.all(viewers);
    tell(undefined);
    return {
      polls,
      heap,
      fleetShare,
      redisShare: (100 * (redisAfter - redisBefore)) / 1e6 / seconds,
      ownShare: (100 * (after.cpuMicros - before.cpuMicros)) / 1e6 / seconds,
      ownCpuMicros: redisAfter - redisBefore + after.cpuMicros - before.cpuMicros,
    };
  });
}

/** What Redis takes for the heartbeats alone, which are there whether somebody looks or not. */
async function shareOfFleet() {
  const [startedMs, before] = [performance.now(), await redis.cpuMicros()];
  await pause(flags.quick ? 5_000 : 20_000);
  return (100 * ((await redis.cpuMicros()) - before)) / 1e6 / ((performance.now() - startedMs) / 1_000);
}

/** Over the second half and the quarter before it: caches fill in the beginning. */
function growthOf(heap) {
  const late = heap.slice(Math.floor(heap.length / 4));
  return MEGABYTES_PER * slopeOf(late.map(({ polls, heapMB }) => [polls, heapMB]));
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

const measured = measuredOf(clicked.times);
const pages = measured.filter(({ isLook }) => !isLook);
const slowest = slowestOf(pages);
const slowestLook = slowestOf(measured.filter(({ isLook }) => isLook));
const above = pages.filter(({ p95, mostMs }) => p95 > mostMs);
const forViewers = polled.redisShare - polled.fleetShare;
const slope = growthOf(polled.heap);
const percent = (share) => `${digits(share)} %`;
print(
  {
    bench: "web",
    machine,
    settings: {
      retries: flags.retries,
      processes: flags.processes,
      viewers: flags.viewers,
      entries: flags.entries,
      minutes: flags.minutes,
      polls: polled.polls,
    },
    tables: [
      {
        title: "A page, five viewers, warm",
        columns: ["", "of a core, ms", "opened", "p50 ms", "p95 ms", "most ms", "p95 at most"],
        rows: measured.map(({ name, times, p95, mostMs }) => [
          name,
          digits(own.get(name)),
          String(times.length),
          digits(quantile(times, 0.5)),
          digits(p95),
          digits(quantile(times, 1)),
          `${p95 <= mostMs ? "✔" : "✘"} ${digits(mostMs)}`,
        ]),
      },
      {
        title: `${flags.viewers} viewers, each asking every ${EVERY_MS / 1_000} s`,
        columns: ["", "of a core", "MB heap at first", "at the end", "noise"],
        rows: [
          ["Redis, for the fleet alone", percent(polled.fleetShare), undefined, undefined, undefined],
          ["Redis, for both", percent(polled.redisShare), undefined, undefined, percent(100 * polled.noise)],
          [
            "the dashboard",
            percent(polled.ownShare),
            digits(polled.heap[0].heapMB),
            digits(polled.heap.at(-1).heapMB),
            undefined,
          ],
        ],
      },
    ],
    goals: [
      { what: "Redis for the viewers, of a core", wanted: 5, value: forViewers, unit: " %", isAtMost: true },
      {
        what: `p95 of the slowest page, ${slowest.name}`,
        wanted: slowest.mostMs,
        value: slowest.p95,
        unit: " ms",
        isAtMost: true,
      },
      {
        what: `pages whose p95 is above ${slowest.mostMs} ms, of ${pages.length}`,
        wanted: 0,
        value: above.length,
        isAtMost: true,
      },
      {
        what: `p95 of the slower look through everything, ${slowestLook.name}`,
        wanted: slowestLook.mostMs,
        value: slowestLook.p95,
        unit: " ms",
        isAtMost: true,
      },
      { what: "heap, by 10,000 polls", wanted: 1, value: slope, unit: " MB", isAtMost: true },
    ],
    samples: {
      heap: polled.heap,
      processor: Object.fromEntries(own),
      pages: Object.fromEntries(clicked.times),
    },
  },
  flags,
);
process.exit(0);
