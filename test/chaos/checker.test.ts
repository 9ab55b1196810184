/** The judge is judged first: what it lets pass nobody would see. */
import { describe, expect, test } from "vitest";
import { check } from "../support/chaos/checker.ts";
import { CLEAN, dead, forgot, inOrder, OK, problemsOf, pushed, ran } from "../support/chaos/forged.ts";
import { eventsIn, type HistoryEvent } from "../support/chaos/history.ts";

/** A push whose answer was lost, and the two jobs that came of it: each fails once. */
const SENT_AGAIN: readonly HistoryEvent[] = [
  { kind: "pushing", at: 0, n: 1, id: "j1", plan: { ...OK, fails: 1 } },
  { kind: "outage", at: 5, until: 5, of: "everyone" },
  { kind: "accepted", at: 9, n: 1 },
  ...ran({ from: 10, to: 20, how: "failed" }),
  ...ran({ from: 11, to: 21, how: "failed" }),
  ...ran({ from: 30, to: 40, attempt: 2 }),
  ...ran({ from: 31, to: 41, attempt: 2 }),
];

describe("the checker is content with", () => {
  test("jobs that ran once, failed and ran again, died, and were malformed", () => {
    const events = [
      ...pushed(1, 0),
      ...ran({ n: 1, from: 10, to: 20 }),
      ...pushed(2, 0, { ...OK, fails: 1 }),
      ...ran({ n: 2, from: 10, to: 20, how: "failed" }),
      ...ran({ n: 2, from: 30, to: 40, attempt: 2 }),
      ...pushed(3, 0, { ...OK, fails: 9, retries: 0 }),
      ...ran({ n: 3, from: 10, to: 20, how: "failed" }),
      ...pushed(4, 0, { ...OK, isMalformed: true }),
    ];

    expect(problemsOf(events, dead("j3", "j4"))).toEqual([]);
  });

  test("a poison pill, when jobs of one that lives were brought back often enough", () => {
    const events = [...pushed(1, 0), ...ran({ from: 10, to: 20, how: "failed" })];
    const pill = { ...CLEAN, dead: [{ id: "j1", isPoisonPill: true }] };

    expect(check(inOrder(events), pill, { untoldDeaths: 4 }).problems).toEqual([]);
  });

  test("a job that a killed process had begun and another finished, which it counts", () => {
    const events = [
      ...pushed(1, 0),
      ...ran({ from: 10, pid: 100 }),
      { kind: "killed", at: 15, pid: 100 } as const,
      ...ran({ from: 100, to: 110, pid: 200 }),
    ];

    const verdict = check(inOrder(events), CLEAN);

    expect(verdict).toMatchObject({ problems: [], accepted: 1, runs: 2, done: 1, duplicates: { crash: 1 } });
  });

  test("a job that a process began between the kill and its end", () => {
    const kill: HistoryEvent = { kind: "killed", at: 15, pid: 100 };
    const exit: HistoryEvent = { kind: "exited", at: 40, pid: 100, code: null };
    const both = [...ran({ from: 16, pid: 100 }), ...ran({ from: 100, to: 110, pid: 200 })];
    expect(problemsOf([...pushed(1, 0), kill, exit, ...both])).toEqual([]);
  });

  test("a job that was handed back at the deadline of a stop", () => {
    const events = [
      ...pushed(1, 0),
      ...ran({ from: 10, to: 1_100, how: "aborted" }),
      { kind: "told to stop", at: 50, pid: 100, graceMs: 1_000 } as const,
      { kind: "exited", at: 1_200, pid: 100, code: 0 } as const,
      ...ran({ from: 1_080, to: 1_090, pid: 200 }),
    ];

    expect(problemsOf(events)).toEqual([]);
  });

  test("a job that a thawed process took off its pad after others had run it", () => {
    const events = [
      ...pushed(1, 0),
      { kind: "frozen", at: 5, pid: 100 } as const,
      { kind: "expired", at: 60_005, pid: 100 } as const,
      ...ran({ from: 61_000, to: 61_010, pid: 200 }),
      { kind: "thawed", at: 70_000, pid: 100 } as const,
      ...ran({ from: 70_001, to: 70_011, pid: 100 }),
    ];

    expect(problemsOf(events)).toEqual([]);
  });

  test("two copies of a job whose push was answered into a dead connection, by a Redis that then forgot its number", () => {
    const verdict = check(inOrder([...SENT_AGAIN, ...forgot({ at: 5 })]), CLEAN);

    expect(verdict).toMatchObject({ problems: [], duplicates: { "resent push": 2 } });
  });

  test("a push that a Redis without a disk forgot, which it counts apart", () => {
    const events = [...pushed(1, 0), ...forgot({ at: 500 })];

    expect(check(inOrder(events), CLEAN)).toMatchObject({ problems: [], forgotten: 1 });
  });

  test("a push that was refused, whether its job is there or not", () => {
    const refused = [
      { kind: "pushing", at: 0, n: 1, id: "j1", plan: OK } as const,
      { kind: "refused", at: 5, n: 1, error: "no Redis" } as const,
    ];

    expect(problemsOf(refused)).toEqual([]);
    expect(problemsOf([...refused, ...ran({ from: 10, to: 20 })])).toEqual([]);
  });
});

describe("the checker catches", () => {
  test("a job that is nowhere", () => {
    expect(problemsOf([...pushed(1, 0), ...ran({ from: 10 })])).toEqual([
      "job 1 (j1) is lost: it ran 1 times, was never done and is nowhere",
    ]);
  });

  test("a job that was pushed long before Redis forgot", () => {
    const events = [...pushed(1, 0), ...forgot({ at: 5_000 })];

    expect(problemsOf(events)[0]).toContain("is lost");
  });

  test("a job that was running when Redis forgot it, and failed later", () => {
    const events = [
      ...pushed(1, 0, { ...OK, fails: 1 }),
      ...ran({ from: 10, to: 900, how: "failed" }),
      ...forgot({ at: 500 }),
    ];

    expect(problemsOf(events)[0]).toContain("is lost");
  });

  test("a job that was let go without a run, before a rollback whose Redis knew of it", () => {
    const events = [...pushed(1, 0), ...forgot({ at: 500, knows: ["j1"] })];

    expect(problemsOf(events)).toEqual(["job 1 (j1) is lost: it ran 0 times, was never done and is nowhere"]);
  });

  test("a job that Redis came back with, and that somebody lost afterwards", () => {
    const events = [
      ...pushed(1, 0, { ...OK, fails: 1 }),
      ...ran({ from: 10, to: 20, how: "failed" }),
      ...forgot({ at: 500, holds: ["j1"] }),
    ];

    expect(problemsOf(events)[0]).toContain("is lost");
  });

  test("a run too many of a job that the Redis which forgot did not bring back", () => {
    const twice = [...pushed(1, 0), ...ran({ from: 10, to: 20 }), ...ran({ from: 600, to: 610, pid: 200 })];

    expect(problemsOf([...twice, ...forgot({ at: 500, knows: ["j1"] })])).toHaveLength(1);
    expect(problemsOf([...twice, ...forgot({ at: 500, knows: ["j1"], holds: ["j1"] })])).toEqual([]);
  });

  test("a failed job that has no next attempt", () => {
    expect(
      problemsOf([...pushed(1, 0, { ...OK, fails: 1 }), ...ran({ from: 10, to: 20, how: "failed" })]),
    ).toEqual(["job 1 (j1) is lost: it ran 1 times, was never done and is nowhere"]);
  });

  test("a run too many that nothing explains", () => {
    const events = [...pushed(1, 0), ...ran({ from: 10, to: 20 }), ...ran({ from: 30, to: 40, pid: 200 })];

    expect(problemsOf(events)).toEqual([
      "job 1 (j1) ran 2 times at attempt 1, and nothing explains 1 of them",
    ]);
  });

  test("two copies of a job whose push was sent again to a Redis that had forgotten nothing", () => {
    expect(problemsOf(SENT_AGAIN)).toEqual([
      "job 1 (j1) ran 2 times at attempt 1, and nothing explains 1 of them",
      "job 1 (j1) ran 2 times at attempt 2, and nothing explains 1 of them",
    ]);
    // Nor does what it forgot at another time.
    expect(problemsOf([...SENT_AGAIN, ...forgot({ at: 50, holds: [] })])).toHaveLength(2);
  });

  test("a run too many whose process died long after it", () => {
    const events = [
      ...pushed(1, 0),
      ...ran({ from: 10, to: 20 }),
      { kind: "killed", at: 5_000, pid: 100 } as const,
      ...ran({ from: 6_000, to: 6_010, pid: 200 }),
    ];

    expect(problemsOf(events)).toHaveLength(1);
  });

  test("a third run, where one death explains two", () => {
    const events = [
      ...pushed(1, 0),
      ...ran({ from: 10 }),
      { kind: "killed", at: 15, pid: 100 } as const,
      ...ran({ from: 100, to: 110, pid: 200 }),
      ...ran({ from: 100, to: 110, pid: 300 }),
    ];

    expect(problemsOf(events)).toEqual([
      "job 1 (j1) ran 3 times at attempt 1, and nothing explains 1 of them",
    ]);
  });

  test("a second run that began before the death that is to explain it", () => {
    const events = [
      ...pushed(1, 0),
      ...ran({ from: 10 }),
      ...ran({ from: 12, to: 20, pid: 200 }),
      { kind: "killed", at: 15, pid: 100 } as const,
    ];

    expect(problemsOf(events)).toHaveLength(1);
  });

  test("a job that a stop handed back before its deadline", () => {
    const events = [
      ...pushed(1, 0),
      ...ran({ from: 10, to: 60 }),
      { kind: "told to stop", at: 50, pid: 100, graceMs: 1_000 } as const,
      { kind: "exited", at: 100, pid: 100, code: 0 } as const,
      ...ran({ from: 200, to: 210, pid: 200 }),
    ];

    expect(problemsOf(events)).toHaveLength(1);
  });

  test("a late retry of a frozen process: two second attempts", () => {
    const events = [
      ...pushed(1, 0, { ...OK, fails: 1 }),
      ...ran({ from: 10, to: 70_010, how: "failed" }),
      { kind: "frozen", at: 15, pid: 100 } as const,
      { kind: "expired", at: 60_015, pid: 100 } as const,
      { kind: "thawed", at: 70_000, pid: 100 } as const,
      ...ran({ from: 61_000, to: 61_010, pid: 200, how: "failed" }),
      ...ran({ from: 80_000, to: 80_010, pid: 200, attempt: 2 }),
      ...ran({ from: 90_000, to: 90_010, pid: 200, attempt: 2 }),
    ];

    expect(problemsOf(events)).toEqual([
      "job 1 (j1) ran 2 times at attempt 2, and nothing explains 1 of them",
    ]);
  });

  test("a job that is done and in the dead set, or twice in the dead set", () => {
    const failing = { ...OK, fails: 9, retries: 0 };
    const failed = [...pushed(1, 0, failing), ...ran({ from: 10, to: 20, how: "failed" })];

    expect(problemsOf([...pushed(1, 0), ...ran({ from: 10, to: 20 })], dead("j1"))).toContain(
      "job 1 (j1) ended 2 times: 1 done, 0 waiting, 1 dead",
    );
    expect(problemsOf(failed, dead("j1", "j1"))).toContain(
      "job 1 (j1) ended 2 times: 0 done, 0 waiting, 2 dead",
    );
  });

  test("a job that died although it was to succeed, and a poison pill after too few deaths", () => {
    const events = [...pushed(1, 0), ...ran({ from: 10, to: 20, how: "failed" })];
    const pill = { ...CLEAN, dead: [{ id: "j1", isPoisonPill: true }] };

    expect(problemsOf(events, dead("j1"))).toEqual(["job 1 (j1) is in the dead set, where it was not to go"]);
    expect(problemsOf(events, pill)).toEqual([
      "job 1 (j1) is a poison pill after fewer deaths than that takes",
    ]);
  });

  test("a second attempt without a failure, and a run before its time", () => {
    const early = { ...OK, dueAt: 500 };

    expect(problemsOf([...pushed(1, 0), ...ran({ from: 10, to: 20, attempt: 2 })])).toEqual([
      "job 1 (j1) made attempt 2 without having failed at the one before",
    ]);
    expect(problemsOf([...pushed(1, 0, early), ...ran({ from: 10, to: 20 })])).toEqual([
      "job 1 (j1) ran 490 ms before it was due",
    ]);
  });

  test("what is left after the drain, and what nobody pushed", () => {
    const left = { ...CLEAN, inFlight: ["j1"] };

    expect(problemsOf(pushed(1, 0), left)).toEqual(["`j1` is left in `inFlight`"]);
    expect(problemsOf([], left)).toContain("Redis holds `j1`, which nobody pushed");
    expect(problemsOf(ran({ n: 9, from: 1, to: 2 }))).toEqual(["job 9 (j9) ran, which nobody pushed so"]);
  });
});

test("runs that fail while Redis is away are counted", () => {
  const events: HistoryEvent[] = [
    ...pushed(1, 0, { ...OK, fails: 1 }),
    ...ran({ from: 10, to: 50, how: "failed" }),
    ...ran({ from: 100, to: 110, attempt: 2 }),
    { kind: "outage", at: 40, until: 60, of: "workers" },
  ];

  expect(check(inOrder(events), CLEAN)).toMatchObject({ problems: [], failedAway: 1 });
});

test("a line that a kill cut off is left out of the history", () => {
  expect(eventsIn('{"kind":"killed","at":1,"pid":2}\n{"kind":"sta')).toEqual([
    { kind: "killed", at: 1, pid: 2 },
  ]);
});
