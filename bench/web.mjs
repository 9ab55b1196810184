/**
 * What a dashboard costs that many people have open: Redis' processor time while 50 of them poll, how long a page takes
 * while 5 click, and whether its heap stays flat.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { fillBig } from "./support/big-redis.mjs";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { digits, print, tell } from "./support/report.mjs";
import { withNoise } from "./support/rounds.mjs";
import { quantile } from "./support/statistics.mjs";

const flags = readFlags("What a dashboard costs that many people have open.", {
  minutes: { type: "string", text: "how long the viewers poll; 10 are 10,000 polls", number: 2, quick: 0.2 },
  viewers: { type: "string", text: "how many poll", number: 50 },
  retries: { type: "string", text: "entries in the retry set", number: 100_000, quick: 10_000 },
  processes: { type: "string", text: "process records", number: 1_000, quick: 100 },
  clicks: { type: "string", text: "pages that each of five clicks", number: 100, quick: 10 },
});

/** A page asks anew every 5 s: this is a little faster. */
const EVERY_MS = 3_000;
const CLICKERS = 5;
/** Those that are open all day, with what one looks at in them. */
const PAGES = [
  "/",
  "/",
  "/busy",
  "/queues",
  "/queues/default",
  "/retries",
  "/morgue",
  "/scheduled",
  "/metrics",
  "/retries?page=7",
];
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
const dashboard = fork(new URL("support/web-server.mjs", import.meta.url), [redis.url], {
  execArgv: ["--expose-gc"],
});
const [{ port }] = await once(dashboard, "message");

await warmUp();
const clicked = await click();
const polled = await poll();
dashboard.disconnect();
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
  for (let i = 0; i < 20; i++) for (const path of new Set(PAGES)) await open(path);
}

async function memory() {
  dashboard.send("memory");
  const [answer] = await once(dashboard, "message");
  return answer;
}

/** Five who read for half a second, and go on to the next page. */
async function click() {
  tell("five click");
  const paths = [...new Set(PAGES)];
  const times = new Map(paths.map((path) => [path, []]));
  const one = async (start) => {
    await pause((start / CLICKERS) * 500);
    for (let i = 0; i < flags.clicks; i++) {
      const path = paths[(start * 2 + i) % paths.length];
      times.get(path).push(await open(path));
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
  return withNoise(cpus().length, async () => {
    const [startedMs, redisBefore, before] = [performance.now(), await redis.cpuMicros(), await memory()];
    const over = new AbortController();
    const viewer = async (i) => {
      const live = {};
      await pause((i / flags.viewers) * EVERY_MS);
      while (!over.signal.aborted) {
        const tookMs = await open(PAGES[i % PAGES.length], live);
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
      redisShare: (100 * (redisAfter - redisBefore)) / 1e6 / seconds,
      ownShare: (100 * (after.cpuMicros - before.cpuMicros)) / 1e6 / seconds,
      ownCpuMicros: redisAfter - redisBefore + after.cpuMicros - before.cpuMicros,
    };
  });
}

/** By least squares over the second half and the quarter before it: caches fill in the beginning. */
function slopeOf(heap) {
  const late = heap.slice(Math.floor(heap.length / 4));
  const mean = (of) => late.reduce((sum, one) => sum + of(one), 0) / late.length;
  const [x, y] = [mean((one) => one.polls), mean((one) => one.heapMB)];
  const up = late.reduce((sum, one) => sum + (one.polls - x) * (one.heapMB - y), 0);
  const across = late.reduce((sum, one) => sum + (one.polls - x) ** 2, 0);
  return (MEGABYTES_PER * up) / across;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

const all = [...clicked.times.values()].flat();
const slope = slopeOf(polled.heap);
const percent = (share) => `${digits(share)} %`;
print(
  {
    bench: "web",
    machine,
    settings: {
      retries: flags.retries,
      processes: flags.processes,
      viewers: flags.viewers,
      minutes: flags.minutes,
      polls: polled.polls,
    },
    tables: [
      {
        title: "A page, five viewers, warm",
        columns: ["", "p50 ms", "p95 ms", "most ms"],
        rows: [...clicked.times, ["all", all]].map(([path, times]) => [
          path,
          digits(quantile(times, 0.5)),
          digits(quantile(times, 0.95)),
          digits(quantile(times, 1)),
        ]),
      },
      {
        title: `${flags.viewers} viewers, each asking every ${EVERY_MS / 1_000} s`,
        columns: ["", "of a core", "MB heap at first", "at the end", "noise"],
        rows: [
          ["Redis", percent(polled.redisShare), undefined, undefined, percent(100 * polled.noise)],
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
      { what: "Redis, of a core", wanted: 5, value: polled.redisShare, unit: " %", isAtMost: true },
      { what: "p95 of a page", wanted: 50, value: quantile(all, 0.95), unit: " ms", isAtMost: true },
      { what: "heap, by 10,000 polls", wanted: 1, value: slope, unit: " MB", isAtMost: true },
    ],
    samples: { heap: polled.heap, pages: Object.fromEntries(clicked.times) },
  },
  flags,
);
process.exit(0);
