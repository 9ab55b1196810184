/** What follows from work on many jobs, as the dashboard and the terminal are told of it. */
import { followsOf } from "@tsq/core/config";
import type { Surroundings } from "@tsq/core/config";
import { describe, expect, test } from "vitest";

const queue = (name: string, more: object = {}) => ({ name, size: 1, latency: 0, paused: false, ...more });
const around = (more: Partial<Surroundings> = {}): Surroundings => ({
  queues: [],
  processes: [{ queues: ["served", "paused", "late"], isQuiet: false }],
  dead: 0,
  deadMost: 100,
  to: "",
  ...more,
});
const found = (queues: Readonly<Record<string, number>>) => {
  const values = Object.entries(queues).map(([value, count]) => ({ value, count }));
  return {
    count: values.reduce((sum, { count }) => sum + count, 0),
    queue: { values, others: 0 },
  };
};

describe.each(["retry", "add_to_queue"] as const)("of %s", (verb) => {
  test("queues that are paused, late, or served by nobody are told of, whichever gets most first", () => {
    const queues = [queue("paused", { paused: true, latency: 99 }), queue("late", { latency: 301 })];

    const follows = followsOf(
      verb,
      [found({ late: 1, paused: 2, served: 9 }), found({ alone: 3, late: 4 })],
      around({ queues }),
    );

    expect(follows).toEqual([
      { kind: "late", queue: "late", count: 5, latency: 301 },
      { kind: "unserved", queue: "alone", count: 3 },
      { kind: "paused", queue: "paused", count: 2 },
    ]);
  });

  test("a queue that quiet processes alone have is served by nobody, and a little behind is none", () => {
    const processes = [
      { queues: ["quiet"], isQuiet: true },
      { queues: ["soon"], isQuiet: false },
    ];
    const queues = [queue("soon", { latency: 300 })];

    expect(followsOf(verb, [found({ quiet: 1, soon: 1 })], around({ processes, queues }))).toEqual([
      { kind: "unserved", queue: "quiet", count: 1 },
    ]);
  });

  test("a queue is late by the goal that was given for it, as everywhere else", () => {
    const queues = [queue("late", { latency: 40 }), queue("served", { latency: 3_000 })];
    const goals = { goal: 3_600, goals: { late: 30 } };

    expect(followsOf(verb, [found({ late: 1, served: 1 })], around({ queues, goals }))).toEqual([
      { kind: "late", queue: "late", count: 1, latency: 40 },
    ]);
  });
});

test("what is killed pushes others out of a dead set that is full by then", () => {
  const dead = (count: number) => followsOf("kill", [found({ alone: 4 })], around({ dead: count }));

  expect(dead(96)).toEqual([{ kind: "trims", most: 100 }]);
  expect(dead(95)).toEqual([]);
});

test("what is moved may go where nobody takes it from, and where it was says nothing", () => {
  const moved = (to: string) => followsOf("move", [found({ alone: 4 })], around({ to }));

  expect(moved("typo")).toEqual([{ kind: "unserved", queue: "typo", count: 4 }]);
  expect(moved("served")).toEqual([]);
  expect(moved("")).toEqual([]);
});

test.each(["delete", "reschedule", "cancel"] as const)(
  "of %s nothing follows beyond what it says",
  (verb) => {
    expect(followsOf(verb, [found({ alone: 4 })], around({ dead: 100, to: "typo" }))).toEqual([]);
  },
);
