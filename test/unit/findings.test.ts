/** What needs a person, concluded from how things stand. */
import { findingsOf } from "@tsq/core/api";
import type { FindingLimits, Snapshot } from "@tsq/core/api";
import { describe, expect, test } from "vitest";
import { quietSnapshot } from "../support/quiet-snapshot.ts";

const NOW = new Date("2030-01-01T12:00:00Z");
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);

type Queue = Snapshot["queues"][number];
type Process = Snapshot["processes"][number];
type Run = Snapshot["running"][number];

const queue = (fields: Partial<Queue> = {}): Queue => ({
  name: "default",
  size: 5,
  latency: 3,
  isPaused: false,
  sample: [{ name: "HardJob", classes: ["HardJob"], count: 5 }],
  ...fields,
});
const worker = (fields: Partial<Process> = {}): Process => ({
  identity: "web:1:abc",
  isRuby: false,
  queues: ["default"],
  isQuiet: false,
  classes: { names: ["HardJob"], isCut: false },
  concurrency: 2,
  busy: 0,
  beatAt: ago(5),
  ...fields,
});
const run = (fields: Partial<Run> = {}): Run => ({
  identity: "web:1:abc",
  jid: "j1",
  class: "HardJob",
  runAt: ago(700),
  isOverrunning: false,
  ...fields,
});

const WELL: Snapshot = { ...quietSnapshot(NOW), queues: [queue()], processes: [worker()] };

const found = (changes: Partial<Snapshot>, limits?: FindingLimits): readonly string[] =>
  findingsOf({ ...WELL, ...changes }, limits).map(({ level, id }) => `${level} ${id}`);
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

test("nothing is found when all is well, or when nothing is there", () => {
  expect(found({})).toEqual([]);
  expect(found({ queues: [], processes: [] })).toEqual([]);
  expect(found({ queues: [queue({ size: 0, latency: 0, sample: [] })], processes: [] })).toEqual([]);
});

test.each<[string, Partial<Snapshot>]>([
  ["1 job waits in `low`, and no process takes jobs from it.", { queues: [queue({ name: "low", size: 1 })] }],
  ["1 job waits in `default`, which somebody has paused.", { queues: [queue({ size: 1, isPaused: true })] }],
  ["1 job waits, and no process is alive to run jobs.", { queues: [queue({ size: 1 })], processes: [] }],
  [
    "5 jobs wait, and the only process is quiet: it takes no more.",
    { processes: [worker({ isQuiet: true })] },
  ],
  [
    "1 retry or scheduled job has been due for more than two minutes, and not come to a queue yet.",
    sets({ lateRetries: 1 }),
  ],
])("one is spoken of as one: %s", (cause, changes) => {
  expect(findingsOf({ ...WELL, ...changes }).map((finding) => finding.cause)).toEqual([cause]);
});

describe("a queue", () => {
  test.each<[string, Partial<Snapshot>, readonly string[]]>([
    ["that no process takes from", { queues: [queue({ name: "low" })] }, ["critical queue-unserved:low"]],
    ["of a fleet that is quiet", { processes: [worker({ isQuiet: true })] }, ["critical nobody-works"]],
    ["without any process", { processes: [] }, ["critical nobody-works"]],
    [
      "that is paused",
      { queues: [queue({ isPaused: true, latency: 9_999 })] },
      ["note queue-paused:default"],
    ],
    ["that waits too long", { queues: [queue({ latency: 301 })] }, ["warning queue-late:default"]],
    ["that waits far too long", { queues: [queue({ latency: 3_001 })] }, ["critical queue-late:default"]],
    ["that waits as long as it may", { queues: [queue({ latency: 300 })] }, []],
  ])("%s", (_, changes, expected) => {
    expect(found(changes)).toEqual(expected);
  });

  test("has a goal of its own, or that of all", () => {
    const queues = [queue({ latency: 50 }), queue({ name: "__proto__", latency: 50 })];
    const processes = [worker({ queues: ["default", "__proto__"] })];

    expect(found({ queues, processes }, { goals: { default: 40 } })).toEqual(["warning queue-late:default"]);
    expect(found({ queues, processes }, { goal: 40, goals: { default: 60 } })).toEqual([
      "warning queue-late:__proto__",
    ]);
  });
});

describe("a class that nobody can run", () => {
  const other = queue({ sample: [{ name: "Other", classes: ["Wrapper", "Other"], count: 2 }] });

  test("is named, with its queue and a filter", () => {
    const [finding] = findingsOf({ ...WELL, queues: [other] });

    expect(finding).toMatchObject({
      id: "class-unrunnable:default:Other",
      level: "critical",
      evidence: { class: "Other", queue: "default", count: 2 },
      where: { page: "queue", name: "default", filter: "class:Other" },
    });
  });

  test.each<[string, Process]>([
    ["a process of Ruby serves the queue, which does not say", worker({ isRuby: true, classes: undefined })],
    ["a list is cut", worker({ classes: { names: [], isCut: true } })],
    ["a process can run what it wraps", worker({ classes: { names: ["Other"], isCut: false } })],
  ])("is not claimed when %s", (_, process) => {
    expect(found({ queues: [other], processes: [process] })).toEqual([]);
  });
});

test.each([
  [{ lateRetries: 1 }, "retries"],
  [{ lateScheduled: 1 }, "scheduled"],
  [{ lateRetries: 2, lateScheduled: 9 }, "scheduled"],
  [{ lateRetries: 9, lateScheduled: 2 }, "retries"],
])("what nobody enqueues is looked for where it is: %j", (late, page) => {
  const [finding] = findingsOf({ ...WELL, ...sets(late) });

  expect(finding).toMatchObject({ kind: "nobody-promotes", where: { page, filter: "before:2m" } });
});

describe("failures", () => {
  test.each<[string, Partial<Snapshot>, readonly string[]]>([
    ["more deaths than usual", sets({ deadLastHour: 10, deadLastDay: 20 }), ["warning deaths"]],
    ["as many deaths as ever", sets({ deadLastHour: 10, deadLastDay: 240 }), []],
    ["a few deaths", sets({ deadLastHour: 9, deadLastDay: 9 }), []],
    [
      "an error that grows",
      { failures: [...failures(12, 60), ...failures(4, 1_000)] },
      ["warning error-growing:g"],
    ],
    ["an error as before", { failures: [...failures(12, 60), ...failures(5, 1_000)] }, []],
    ["an old error", { failures: failures(50, 2_000) }, []],
    ["retries all at once", sets({ retriesSoon: 500 }), ["warning retry-storm"]],
    [
      "as many retries as a large fleet can bear",
      { ...sets({ retriesSoon: 500 }), processes: [worker({ concurrency: 26 })] },
      [],
    ],
    ["what is due and not enqueued", sets({ lateRetries: 1 }), ["warning nobody-promotes"]],
  ])("%s", (_, changes, expected) => {
    expect(found(changes)).toEqual(expected);
  });
});

describe("what runs", () => {
  const full = worker({ busy: 2 });

  test.each<[string, Partial<Snapshot>, readonly string[]]>([
    [
      "a process that is silent",
      { processes: [worker({ beatAt: ago(30) })] },
      ["warning process-silent:web:1:abc"],
    ],
    [
      "a process that gets nowhere",
      { processes: [full], running: [run(), run({ jid: "j2" })] },
      ["warning process-stuck:web:1:abc"],
    ],
    ["a process with a young job", { processes: [full], running: [run(), run({ runAt: ago(9) })] }, []],
    ["a process with nothing to do beside", { processes: [full], running: [run(), run()], queues: [] }, []],
    [
      "a job far beyond its usual",
      { running: [run()], usual: new Map([["HardJob", { runs: 5, averageMs: 69_000 }]]) },
      ["warning job-long:j1"],
    ],
    [
      "a job within its usual",
      { running: [run()], usual: new Map([["HardJob", { runs: 5, averageMs: 71_000 }]]) },
      [],
    ],
    [
      "a job of which too little is known",
      { running: [run()], usual: new Map([["HardJob", { runs: 4, averageMs: 1 }]]) },
      [],
    ],
    [
      "a job that is ten times as long and short",
      { running: [run({ runAt: ago(50) })], usual: new Map([["HardJob", { runs: 9, averageMs: 1 }]]) },
      [],
    ],
    ["a job beyond its timeout", { running: [run({ isOverrunning: true })] }, ["warning job-long:j1"]],
  ])("%s", (_, changes, expected) => {
    expect(found(changes)).toEqual(expected);
  });
});

test("of a fleet that is full each run is looked at once, and what has just begun is not asked what it is", () => {
  const [processes, looks, asked] = [50, new Map<string, number>(), new Set<string>()];
  const busy = (identity: string, slot: number, runAt: Date): Run => ({
    get identity() {
      looks.set(`${identity} ${slot}`, (looks.get(`${identity} ${slot}`) ?? 0) + 1);
      return identity;
    },
    jid: `${identity} ${slot}`,
    get class() {
      asked.add(`${identity} ${slot}`);
      return "HardJob";
    },
    runAt,
    isOverrunning: false,
  });
  const identities = Array.from({ length: processes }, (_, i) => `web-${i}:1:abc`);
  const running = identities.flatMap((one) => [busy(one, 0, ago(700)), busy(one, 1, ago(59))]);

  expect(found({ processes: identities.map((identity) => worker({ identity, busy: 2 })), running })).toEqual(
    [],
  );
  expect(looks.size).toBe(2 * processes);
  expect(Math.max(...looks.values())).toBeLessThan(5);
  expect([...asked]).toEqual(identities.map((one) => `${one} 0`));
});

describe("a Redis", () => {
  test.each<[string, Partial<Snapshot>, readonly string[]]>([
    [
      "that throws keys away",
      redis({ evictionPolicy: "allkeys-lru", maxBytes: 1_000 }),
      ["critical redis-evicts"],
    ],
    ["that would, had it a limit", redis({ evictionPolicy: "allkeys-lru" }), ["note redis-evicts"]],
    ["that is nearly full", redis({ usedBytes: 80, maxBytes: 100 }), ["warning redis-memory"]],
    ["that is full", redis({ usedBytes: 95, maxBytes: 100 }), ["critical redis-memory"]],
    ["that says nothing of itself", redis({ evictionPolicy: "", usedBytes: 0 }), []],
  ])("%s", (_, changes, expected) => {
    expect(found(changes)).toEqual(expected);
  });
});

test("a Redis that is full is said to be so, and not that it will be", () => {
  const causeAt = (usedBytes: number, evictionPolicy = "noeviction") =>
    findingsOf({ ...WELL, ...redis({ usedBytes, maxBytes: 100, evictionPolicy }) }).find(
      ({ kind }) => kind === "redis-memory",
    )?.cause;

  expect(causeAt(99)).toMatch(/uses 99 % of the memory it may: when it is full no job/);
  expect(causeAt(100)).toMatch(/^Redis is full: .* no job can be pushed or cancelled now\.$/);
  // It throws keys away instead.
  expect(causeAt(100, "allkeys-lru")).toMatch(/uses 100 % of the memory it may: when it is full no job/);
});

test("the most urgent comes first", () => {
  const queues = [queue({ isPaused: true }), queue({ name: "low" })];

  expect(found({ queues, ...sets({ lateRetries: 1 }) })).toEqual([
    "critical queue-unserved:low",
    "warning nobody-promotes",
    "note queue-paused:default",
  ]);
});

test.each([{ goal: 0 }, { goals: { a: "5" } }, { deaths: -1 }, { gaol: 5 }])(
  "the limits %j are refused",
  (limits) => {
    // From JavaScript anything can come.
    expect(() => findingsOf(WELL, limits as FindingLimits)).toThrow(
      expect.objectContaining({ code: "TSQ_CONFIG" }),
    );
  },
);
