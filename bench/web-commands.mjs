/**
 * For how long one command of the dashboard holds Redis, over sets of 100,000 and a queue of 1,000,000: each page, and
 * repairs of all that a filter finds, with what SLOWLOG and LATENCY say of their commands.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fillBig } from "./support/big-redis.mjs";
import { readFlags } from "./support/flags.mjs";
import { describeMachine } from "./support/machine.mjs";
import { RedisServer } from "./support/redis-server.mjs";
import { jidOf } from "./support/shop-jobs.mjs";
import { digits, print, tell } from "./support/report.mjs";

const flags = readFlags("For how long one command of the dashboard holds Redis.", {
  entries: { type: "string", text: "entries in each set", number: 100_000, quick: 5_000 },
  queued: { type: "string", text: "jobs in the queue", number: 1_000_000, quick: 20_000 },
  processes: { type: "string", text: "process records", number: 1_000, quick: 50 },
  times: { type: "string", text: "how often each page is asked for", number: 10, quick: 2 },
});

const LIMIT_MICROS = 5_000;
const PAGES = [
  "/",
  "/busy",
  "/queues",
  "/queues/default",
  "/queues/default?page=2000",
  "/queues/default?q=class:ImportContactsJob",
  "/retries",
  "/retries?page=1000",
  "/retries?q=error:TypeError",
  "/retries?q=request+99999",
  "/scheduled",
  "/scheduled?q=queue:mailers",
  "/morgue",
  "/morgue?q=tag:eu",
  "/errors",
  "/search?q=request+9999",
  "/search?q=class:Shop::ChargeJob",
  `/jobs/${jidOf(50_000)}`,
  "/jobs/ffffffffffffffffffffffff",
  "/metrics",
  "/audit",
  "/stats",
];
/** Each a part of what is there, by questions as a person answers them. */
const REPAIRS = [
  "/retries/all/retry?q=class:ImportContactsJob",
  "/retries/all/kill?q=class:Shop::ReceiptJob",
  "/retries/all/delete?q=class:Mail::DigestJob",
  "/scheduled/all/add_to_queue?q=class:ImportContactsJob",
  "/morgue/all/retry?q=class:ImportContactsJob",
  "/morgue/all/delete",
  "/queues/default/all/move?q=4242",
  "/queues/default/all/delete?q=7373",
];

const redis = await RedisServer.start();
const machine = await describeMachine(redis.client);
tell("filling");
await fillBig(redis.client, {
  retries: flags.entries,
  scheduled: flags.entries,
  dead: flags.entries,
  queued: flags.queued,
  processes: flags.processes,
});
await redis.client.config("SET", "slowlog-log-slower-than", "1000");
await redis.client.config("SET", "slowlog-max-len", "100000");
const dashboard = fork(new URL("support/web-server.mjs", import.meta.url), [redis.url], {
  execArgv: ["--expose-gc"],
});
const [{ port }] = await once(dashboard, "message");
const origin = `http://127.0.0.1:${port}`;

for (const path of PAGES) await open(path);
const rows = [];
for (const path of PAGES) rows.push(await watched(path, () => repeated(path)));
for (const path of REPAIRS) rows.push(await watched(path, () => repair(path)));
tell(undefined);
dashboard.disconnect();
await redis.stop();

async function open(path) {
  const response = await fetch(origin + path, { headers: { accept: "text/html" } });
  const text = await response.text();
  if (response.status !== 200 && response.status !== 404)
    throw new Error(`Expected ${path} to be a page, got ${response.status}.`);
  return text;
}

async function repeated(path) {
  for (let i = 0; i < flags.times; i++) await open(path);
}

/** Asks, says yes, and waits for the end. */
async function repair(path) {
  const question = await open(path);
  const form = new URLSearchParams(
    [...question.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value.replaceAll("&amp;", "&"),
    ]),
  );
  const typed = / pattern="(\d+)"/.exec(question)?.[1];
  if (typed) form.set("typed", typed);
  if (path.includes("/move")) form.set("to", "low");
  const answer = await fetch(origin + path.split("?")[0], {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", origin, "sec-fetch-site": "same-origin" },
    body: form,
  });
  if (answer.status !== 302)
    throw new Error(`Expected ${path} to begin, got ${answer.status}: ${await answer.text()}`);
  const place = answer.headers.get("location");
  while (place.includes("/bulk/") && /name="cancel"/.test(await open(place.replace(origin, ""))))
    await sleep(500);
}

/** What its commands cost Redis. */
async function watched(path, work) {
  tell(path);
  await redis.client.slowlog("RESET");
  await redis.client.config("RESETSTAT");
  const startedMs = performance.now();
  await work();
  const seconds = (performance.now() - startedMs) / 1_000;
  const stats = await redis.client.info("commandstats");
  const slow = await redis.client.slowlog("GET", 100_000);
  const commands = [...stats.matchAll(/:calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
  const worst = slow.toSorted((a, b) => b[2] - a[2])[0];
  return {
    path,
    seconds,
    commands,
    over: slow.filter(([, , micros]) => micros > LIMIT_MICROS).length,
    worst: worst?.[2] ?? 0,
    what: worst ? worst[3].slice(0, 2).join(" ").slice(0, 40) : "under 1 ms",
  };
}

const sum = (of) => rows.reduce((total, row) => total + of(row), 0);
const most = rows.toSorted((a, b) => b.worst - a.worst)[0];
print(
  {
    bench: "web-commands",
    machine,
    settings: {
      entries: flags.entries,
      queued: flags.queued,
      processes: flags.processes,
      commands: sum(({ commands }) => commands),
    },
    tables: [
      {
        title: `Each page ${flags.times} times, each repair once`,
        columns: ["", "s in all", "commands", "slowest ms", "it was", "above 5 ms"],
        rows: rows.map(({ path, seconds, commands, worst, what, over }) => [
          path,
          digits(seconds),
          String(commands),
          digits(worst / 1_000),
          what,
          String(over),
        ]),
      },
    ],
    goals: [
      { what: "the slowest command", wanted: 5, value: most.worst / 1_000, unit: " ms", isAtMost: true },
      {
        what: "commands above 5 ms",
        wanted: 0.1,
        value: (100 * sum(({ over }) => over)) / sum(({ commands }) => commands),
        unit: " %",
        isAtMost: true,
      },
    ],
    samples: { rows },
  },
  flags,
);
process.exit(0);
