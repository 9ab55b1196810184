/** What the doctor says of a Redis that is not as it should be, and that it keeps still while it is: by made-up readings of one. */
import type { FindingKind, Snapshot } from "@tsq/core/api";
import { describe, expect, test } from "vitest";
import { ago, saidOf, WELL } from "../support/doctor-reading.ts";
import type { MadeUp } from "../support/doctor-reading.ts";
import type { Files } from "../support/tsq-command.ts";

type Queue = Snapshot["queues"][number];
type Process = Snapshot["processes"][number];
type Run = Snapshot["running"][number];

const queue = (fields: Partial<Queue>): Partial<Snapshot> => ({
  queues: [{ name: "default", size: 5, latency: 3, isPaused: false, sample: [], ...fields }],
});
const worker = (fields: Partial<Process>): Partial<Snapshot> => ({
  processes: WELL.processes.map((process) => ({ ...process, ...fields })),
});
const runs = (...all: readonly Partial<Run>[]): Partial<Snapshot> => ({
  running: all.map((fields, i) => ({
    identity: "web:1:abc",
    jid: `j${i}`,
    class: "HardJob",
    runAt: ago(700),
    isOverrunning: false,
    ...fields,
  })),
});
const sets = (fields: Partial<Snapshot["sets"]>): Partial<Snapshot> => ({
  sets: { ...WELL.sets, ...fields },
});
const redis = (fields: Partial<Snapshot["redis"]>): Partial<Snapshot> => ({
  redis: { ...WELL.redis, ...fields },
});
const failures = (count: number, secondsAgo: number): Snapshot["failures"] =>
  Array.from({ length: count }, () => ({
    group: "g",
    class: "A",
    error: "E",
    fingerprint: "f",
    at: ago(secondsAgo),
  }));
const usual = new Map([["HardJob", { runs: 10, averageMs: 2_000 }]]);

interface Row extends MadeUp {
  /** Which check says it, of what. */
  readonly says: string;
  /** In which words: what was seen, why it matters and what to do. */
  readonly by: readonly [RegExp, RegExp, RegExp];
  /** What is almost so. */
  readonly still: MadeUp;
}

/** Every kind that the data API finds by itself: a new one does not compile until it has its row. */
const KINDS: Readonly<Record<FindingKind, Row>> = {
  "nobody-works": {
    snapshot: { processes: [] },
    says: "queue-priorities: error processes",
    by: [/5 jobs wait, and no process is alive/, /nothing runs until/, /start a worker/],
    still: { snapshot: { ...queue({ size: 0 }), processes: [] } },
  },
  "queue-unserved": {
    snapshot: queue({ name: "mailers", size: 1 }),
    says: "queue-priorities: error queue mailers",
    by: [/1 job waits in `mailers`/, /without an error anywhere/, /add `mailers` to the queues/],
    still: { snapshot: queue({ name: "mailers", size: 0 }) },
  },
  "queue-paused": {
    snapshot: queue({ isPaused: true }),
    says: "queue-priorities: note queue default",
    by: [/which somebody has paused/, /until somebody resumes it/, /resume it \(`tsq resume QUEUE`, or/],
    still: { snapshot: queue({ isPaused: true, size: 0 }) },
  },
  "queue-late": {
    snapshot: queue({ latency: 301 }),
    says: "queue-priorities: warning queue default",
    by: [/has waited for 301 s/, /jobs come later than they should/, /add processes or slots/],
    still: { snapshot: queue({ latency: 300 }) },
  },
  "class-unrunnable": {
    snapshot: queue({ sample: [{ name: "Gone", classes: ["Gone"], count: 5 }] }),
    says: "classes: error queue default",
    by: [/Jobs of `Gone` wait in `default`/, /whoever takes such a job fails it/, /has the class/],
    still: { snapshot: queue({ sample: [{ name: "HardJob", classes: ["HardJob"], count: 5 }] }) },
  },
  deaths: {
    snapshot: sets({ deadLastHour: 10, deadLastDay: 12 }),
    says: "retry-strategy: warning set dead",
    by: [/10 jobs have died/, /something has changed/, /look at the errors/],
    still: { snapshot: sets({ deadLastHour: 9, deadLastDay: 9 }) },
  },
  "error-growing": {
    snapshot: { failures: failures(10, 60) },
    says: "retry-strategy: warning errors group:g",
    by: [/`A` fails by `E` more than before/, /something has changed/, /look at the errors/],
    still: { snapshot: { failures: [...failures(10, 60), ...failures(4, 1_000)] } },
  },
  "process-silent": {
    snapshot: worker({ beatAt: ago(30) }),
    says: "fleet: warning process web:1:abc",
    by: [/was last heard of 30 s ago/, /others take it for dead/, /look whether it is alive/],
    still: { snapshot: worker({ beatAt: ago(29) }) },
  },
  "process-stuck": {
    snapshot: { ...worker({ busy: 2 }), ...runs({}, {}) },
    says: "fleet: warning process web:1:abc",
    by: [/All 2 slots of `web:1:abc`/, /it takes nothing more/, /give them a timeout/],
    still: { snapshot: { ...worker({ busy: 2 }), ...runs({}, { runAt: ago(599) }) } },
  },
  "retry-storm": {
    snapshot: sets({ retries: 900, retriesSoon: 500 }),
    says: "retry-strategy: warning set retry",
    by: [/500 retries fall due/, /they fall upon what made them fail/, /a wait with jitter/],
    still: { snapshot: sets({ retries: 900, retriesSoon: 499 }) },
  },
  "nobody-promotes": {
    snapshot: sets({ lateRetries: 3 }),
    says: "fleet: warning set retry",
    by: [/3 retries and scheduled jobs have been due/, /run late, or not at all/, /see that a worker runs/],
    still: { snapshot: sets({ scheduled: 3 }) },
  },
  "job-long": {
    snapshot: { ...runs({}), usual },
    says: "long-jobs: warning running job j0",
    by: [/`HardJob` runs for 700 s; usually it takes 2 s/, /keeps its slot/, /give it a timeout/],
    still: { snapshot: { ...runs({ runAt: ago(60) }), usual } },
  },
  "redis-evicts": {
    snapshot: redis({ evictionPolicy: "allkeys-lru", maxBytes: 1_000 }),
    says: "redis-durability: error",
    by: [/throws keys away/, /a queue that does loses jobs/, /maxmemory-policy noeviction/],
    still: { snapshot: redis({ maxBytes: 1_000 }) },
  },
  "redis-memory": {
    snapshot: redis({ usedBytes: 800, maxBytes: 1_000 }),
    says: "redis-durability: warning",
    by: [/uses 80 % of the memory/, /refuses every push, every cancel/, /raise `maxmemory`/],
    still: { snapshot: redis({ usedBytes: 799, maxBytes: 1_000 }) },
  },
};

const lockOf = (version: string): Files => ({
  "Gemfile.lock": `GEM\n  remote: https://rubygems.org/\n  specs:\n    sidekiq (${version})\n`,
});

/** What the server says of itself, and others of it. */
const SERVERS: Readonly<Record<string, Row>> = {
  "is too old for a Sidekiq that runs": {
    version: "6.2.6",
    versions: ["tsq 0.1.0", "8.0.1"],
    says: "redis-connection: warning",
    by: [/version 6\.2\.6, and Sidekiq 8\.0\.1 needs 7\.0/, /refuses to start/, /upgrade the server first/],
    still: { version: "6.2.6", versions: ["tsq 0.1.0", "7.3.2"] },
  },
  "is too old for the Sidekiq of the project": {
    version: "6.0.16",
    files: lockOf("7.3.2"),
    says: "redis-connection: warning",
    by: [/version 6\.0\.16, and Sidekiq 7\.3\.2 needs 6\.2/, /refuses to start/, /upgrade the server first/],
    still: { version: "6.0.16", files: lockOf("6.5.12") },
  },
  "has hardly any connections left": {
    info: { connected_clients: "81", maxclients: "100" },
    says: "redis-connection: warning",
    by: [/^81 of the 100 connections/, /no further process can push/, /raise `maxclients`/],
    still: { info: { connected_clients: "80", maxclients: "100" } },
  },
  "tells none of its workers of jobs": {
    waiting: ["hybrid", "pads", "hybrid"],
    info: { tracking_clients: "0" },
    says: "redis-connection: warning",
    by: [
      /^2 workers wait by `waiting: hybrid`/,
      /looked at ten times a second/,
      /the log of a worker says why/,
    ],
    still: { waiting: ["hybrid", "pads"], info: { tracking_clients: "1" } },
  },
  "remembers readers that are gone": {
    info: { tracking_total_keys: "400", tracking_total_items: "1008001", tracking_clients: "20" },
    says: "redis-durability: warning",
    by: [
      /1008001 readers of 400 keys .* at least 1000001 are gone: some 55 MB/,
      /only when somebody writes to it/,
      /start a worker by `waiting: hybrid` for the queues that nobody uses/,
    ],
    // Twenty that live may read 400 keys each.
    still: { info: { tracking_total_keys: "400", tracking_total_items: "1008000", tracking_clients: "20" } },
  },
  "writes nothing to a disk, and has no replica": {
    settings: { save: "" },
    says: "redis-durability: warning",
    by: [/writes nothing to a disk/, /all jobs are gone/, /appendonly yes/],
    still: { settings: { save: "" }, info: { connected_slaves: "1" } },
  },
  "writes nothing to a disk, by what it says of its log": {
    settings: { save: "" },
    says: "redis-durability: warning",
    by: [/writes nothing to a disk/, /all jobs are gone/, /appendonly yes/],
    still: { settings: { save: "" }, info: { aof_enabled: "1" } },
  },
  "could not write its file": {
    info: { rdb_last_bgsave_status: "err" },
    says: "redis-durability: error",
    by: [/could not write its data/, /refuses further pushes/, /make room on its disk/],
    still: { info: { rdb_last_bgsave_status: "ok" } },
  },
  "could not write its log of commands": {
    info: { aof_last_write_status: "err" },
    says: "redis-durability: error",
    by: [/could not write its data/, /refuses further pushes/, /make room on its disk/],
    still: { info: { aof_last_write_status: "ok" } },
  },
  "has a replica that is far behind": {
    info: { slave0: "ip=10.0.0.2,port=6379,state=online,offset=1,lag=11" },
    says: "redis-durability: warning",
    by: [
      /replica 10\.0\.0\.2:6379 is `online`, and was last heard of 11 s ago/,
      /lost/,
      /look at its network/,
    ],
    still: { info: { slave0: "ip=10.0.0.2,port=6379,state=online,offset=1,lag=10" } },
  },
  "has a replica that is not there yet": {
    info: { slave0: "ip=10.0.0.2,port=6379,state=wait_bgsave,offset=0,lag=0" },
    says: "redis-durability: warning",
    by: [/is `wait_bgsave`/, /if it takes over now/, /look at its network/],
    still: { info: { slave0: "ip=10.0.0.2,port=6379,state=online,offset=1,lag=0" } },
  },
  "has a clock that is ahead": {
    clock: { aheadMs: 2_100, roundTripMs: 2 },
    says: "redis-durability: warning",
    by: [/the server's clock is 2\.1 s ahead of this machine's/, /early, late or twice/, /NTP/],
    // The answer may have been so long on its way.
    still: { clock: { aheadMs: 2_100, roundTripMs: 300 } },
  },
  "has a clock that is behind": {
    clock: { aheadMs: -2_100, roundTripMs: 2 },
    says: "redis-durability: warning",
    by: [/the server's clock is 2\.1 s behind this machine's/, /early, late or twice/, /NTP/],
    still: { clock: { aheadMs: -1_900, roundTripMs: 2 } },
  },
};

test("the doctor keeps still of a Redis of which nothing needs a person", async () => {
  expect(await saidOf({})).toEqual([]);
});

describe("of what the data API finds, one check says that it is so, why it matters and what to do", () => {
  const rows = Object.entries(KINDS);

  test.each(rows)("%s", async (kind, { says, by, still, ...seen }) => {
    expect(await wordsIn({ says, by, still, ...seen })).toEqual([says]);
    expect(await saidOf(still), kind).toEqual([]);
  });
});

describe("of a server the doctor says that it", () => {
  test.each(Object.entries(SERVERS))("%s", async (_what, row) => {
    expect(await wordsIn(row)).toEqual([row.says]);
    expect(await saidOf(row.still)).toEqual([]);
  });
});

/** What is said, once each of its words is what it should be. */
const wordsIn = async ({ by, ...seen }: Row): Promise<readonly string[]> => {
  const said = await saidOf(seen);
  for (const { words } of said)
    for (const [i, part] of words.split("\n").entries()) expect(part).toMatch(by[i]!);
  return said.map(({ what }) => what);
};
