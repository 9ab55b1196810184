/** Something that is done to many jobs and ends early: what is told of it, and what is written down. */
import { Filter } from "@tsq/core/api";
import type { BulkOptions, BulkReport } from "@tsq/core/api";
import { describe, expect, test } from "vitest";
import { carryOut, paceOf, repairedLines, scopeOf } from "../support/inside-tsq.ts";

const NONE: BulkReport = { done: 0, gone: 0, skipped: 0, unsure: 0, looked: 0, isAborted: false };

const COUNTS = { values: [], others: 0 };

/** A list with so many jobs, and what happens when something is done to them. */
const list = (name: "retry" | "dead", count: number, run: (options: BulkOptions) => Promise<BulkReport>) => {
  const filter = Filter.parse("class:HardJob");
  const asOf = new Date(0);
  const sofar = { count, class: COUNTS, queue: COUNTS, looked: count, total: count, isComplete: true };
  const preview = { ...sofar, asOf, upTo: 0, newest: [], ahead: [] };
  return {
    filter,
    preview,
    jids: new Set<string>(),
    list: {
      place: name,
      name,
      called: `in the ${name} set`,
      preview: async () => preview,
      run: (_verb: unknown, _scope: unknown, options: BulkOptions) => run(options),
    },
  };
};

const all = (count: number) => list("retry", count, async () => ({ ...NONE, done: count }));

const gone = () => new Error("Redis is gone.");

/** @returns what was written down, and how it ended */
const carriedOut = async (found: Parameters<typeof carryOut>[0], stop = new AbortController()) => {
  const written: unknown[] = [];
  const ended = await carryOut(
    found,
    { signal: stop.signal, tell: () => {} },
    {
      verb: "delete",
      did: "deleted",
      to: "",
      total: found.reduce((sum, { preview }) => sum + preview.count, 0),
      only: undefined,
      perSecond: undefined,
      problemOf: (error) => (error as Error).message,
      write: async (done) => void written.push(done),
    },
  ).catch((error: Error) => error);
  return { written, ended };
};

describe("an error in the midst of it", () => {
  test("says how many were done, of all lists, and stands in the audit trail with its own", async () => {
    const broken = list("dead", 10_000, async ({ onProgress }) => {
      onProgress?.({ ...NONE, done: 4_900 });
      throw gone();
    });

    const { written, ended } = await carriedOut([all(100), broken]);

    expect(ended).toMatchObject({
      code: "TSQ_STOPPED",
      message:
        "At least 5,000 of 10,100 jobs were deleted, and then: Redis is gone. Run it again for the rest.",
    });
    expect(written).toMatchObject([
      {
        action: "set.delete",
        subject: "retry",
        count: 100,
        outcome: "done",
        note: "class:HardJob",
        classes: ["HardJob"],
      },
      {
        action: "set.delete",
        subject: "dead",
        count: 4_900,
        outcome: "failed",
        note: "Redis is gone.: class:HardJob",
      },
    ]);
  });

  test("that comes first is told as it is, and written down: of the first hundred nobody knows", async () => {
    const error = gone();

    const { written, ended } = await carriedOut([list("dead", 10, () => Promise.reject(error))]);

    expect(ended).toBe(error);
    expect(written).toMatchObject([{ count: 0, outcome: "failed" }]);
  });
});

test("what somebody else was faster with is done to none, and has not failed", async () => {
  const { written } = await carriedOut([list("retry", 5, async () => NONE)]);

  expect(written).toMatchObject([{ count: 0, outcome: "done" }]);
});

test("what cannot be told from what came since is not said to be gone", async () => {
  const { ended } = await carriedOut([list("retry", 100, async () => ({ ...NONE, done: 84, unsure: 4 }))]);

  expect(ended).toMatchObject([{ done: 84, gone: 12, unsure: 4 }]);
});

test("what was met and could be done to none of them has failed, as on the dashboard", async () => {
  const { written } = await carriedOut([list("retry", 5, async () => ({ ...NONE, gone: 5 }))]);

  expect(written).toMatchObject([{ count: 0, outcome: "failed", note: "5 gone or refused: class:HardJob" }]);
});

describe("Ctrl-C", () => {
  test("in the last hundred leaves nothing undone, and is no error", async () => {
    const stop = new AbortController();
    const last = list("dead", 5, async () => {
      stop.abort();
      return { ...NONE, done: 3, gone: 1, skipped: 1, isAborted: true };
    });

    const { written, ended } = await carriedOut([last], stop);

    expect(ended).toMatchObject([{ done: 3, gone: 1, skipped: 1 }]);
    expect(written).toMatchObject([{ outcome: "done", note: "class:HardJob" }]);
  });

  test("before the first was done writes nothing", async () => {
    const stop = new AbortController();
    const first = list("retry", 5, async () => {
      stop.abort();
      return { ...NONE, isAborted: true };
    });

    const { written } = await carriedOut([first], stop);

    expect(written).toEqual([]);
  });

  test("at the end of a list leaves the next one alone, and writes nothing about it", async () => {
    const stop = new AbortController();
    const first = list("retry", 5, async () => {
      stop.abort();
      return { ...NONE, done: 5, isAborted: true };
    });

    const { written, ended } = await carriedOut([first, all(7)], stop);

    expect(ended).toMatchObject({ message: "Stopped after 5 of 12. Run it again for the rest." });
    expect(written).toMatchObject([{ count: 5, outcome: "done" }]);
  });
});

test.each([
  [{ done: 1, gone: 0, skipped: 0, unsure: 0 }, ["1 job was moved to a\\x1bb."]],
  [
    { done: 1_200, gone: 1_000, skipped: 2, unsure: 5 },
    [
      "1,200 jobs were moved to a\\x1bb.",
      "1,000 had gone already: somebody else has moved them.",
      "At most 5 left alone: nobody can tell them from what came since. Run it again for those.",
      "2 left alone: no jobs. Delete or kill them.",
    ],
  ],
])("of %o each number that there is has its sentence", (report, lines) => {
  expect(repairedLines("moved to a\u001bb", report)).toEqual(lines);
});

test("a jid that is named twice is looked for once, however far apart it stands", () => {
  const jids = Array.from({ length: 50 }, (_, i) => `jid${i}`);

  const { filters } = scopeOf("delete", [...jids, "jid0"], {}, { usual: ["dead"] });

  expect(filters.map(({ terms }) => terms.length)).toEqual([50]);
});

test("a pace that is too fast is refused with how fast it may be", () => {
  expect(() => paceOf("1e7")).toThrow(
    "Expected --per-second to be a number above 0, at most 1000000, got `1e7`. Write --per-second 50.",
  );
});

test("of work on many queues a hundred have an entry each in the trail, and the others one together, however it ends", async () => {
  const onQueue = (i: number, count: number, run: (options: BulkOptions) => Promise<BulkReport>) => {
    const one = list("dead", count, run);
    return { ...one, list: { ...one.list, place: "queue" as const, name: `q${i}` } };
  };
  const done = Array.from({ length: 105 }, (_, i) => onQueue(i, 2, async () => ({ ...NONE, done: 2 })));
  const broken = onQueue(105, 9, async () => Promise.reject(gone()));
  const set = list("retry", 1, async () => ({ ...NONE, done: 1 }));

  const { written } = await carriedOut([...done, set, broken]);

  expect(written).toHaveLength(103);
  expect(written.slice(98)).toMatchObject([
    { action: "queue.clear", subject: "q98", count: 2, outcome: "done" },
    { action: "queue.clear", subject: "q99", count: 2, outcome: "done" },
    { action: "set.delete", subject: "retry", count: 1, outcome: "done" },
    { action: "queue.clear", subject: "5 queues", count: 10, outcome: "done", note: "class:HardJob" },
    { action: "queue.clear", subject: "q105", count: 0, outcome: "failed" },
  ]);
});
