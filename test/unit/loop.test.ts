import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Loop } from "../support/inside-worker.ts";
import type { LoopOptions } from "../support/inside-worker.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const looping = (options: Partial<LoopOptions>) => {
  const failures: string[] = [];
  let answered = 0;
  const runs: number[] = [];
  const loop = new Loop({
    name: "tick",
    nextMs: () => 100,
    runOnce: () => runs.push(performance.now()),
    witness: {
      failing: (error) => failures.push(error.message),
      answered: () => answered++,
      ended: () => {},
    },
    isReachable: () => true,
    ...options,
  });
  return { loop, runs, failures, answers: () => answered };
};

/** Its message cannot be had. */
const unreadable = (): Error =>
  Object.defineProperty(new Error(), "message", {
    get: () => {
      throw new Error("no message");
    },
  });

test("a loop runs again and again, as long after each run as it says", async () => {
  const waits = [100, 50, 1_000_000];
  const startedAt = performance.now();
  const { loop, runs } = looping({ firstMs: () => 10, nextMs: async () => waits.shift() as number });

  loop.start();
  await vi.advanceTimersByTimeAsync(1_000);

  expect(runs.map((at) => at - startedAt)).toEqual([10, 110, 160]);
  await loop.stop();
});

test("a loop that says nothing of its first run begins with it", async () => {
  const { loop, runs } = looping({});

  loop.start();
  await vi.advanceTimersByTimeAsync(1);

  expect(runs).toHaveLength(1);
  await loop.stop();
});

test("a run that fails is told, and comes again", async () => {
  let runs = 0;
  const { loop, failures, answers } = looping({
    firstMs: () => 0,
    retryMs: () => 7,
    runOnce: () => {
      if (runs++ === 0) throw new Error("no");
    },
  });

  loop.start();
  await vi.advanceTimersByTimeAsync(6);
  expect([runs, failures]).toEqual([1, ["no"]]);
  await vi.advanceTimersByTimeAsync(2);

  expect([runs, answers()]).toEqual([2, 1]);
  await loop.stop();
});

test.each([undefined, "no", null])("a run may throw %s", async (thrown) => {
  const { loop, failures } = looping({ firstMs: () => 0, runOnce: () => Promise.reject(thrown) });

  loop.start();
  await vi.advanceTimersByTimeAsync(1);

  expect(failures).toEqual([String(thrown)]);
  await loop.stop();
});

test.each<readonly [what: string, thrown: unknown, told: string]>([
  ["what no text can be made of", Object.create(null), "{}"],
  ["a text's own failure", { toString: () => Object.create(null) }, "{}"],
  ["an error that cannot be read", unreadable(), "!!! ERROR MESSAGE THREW AN ERROR !!!"],
])("a run may throw %s, and the next one comes", async (_what, thrown, told) => {
  let runs = 0;
  const { loop, failures } = looping({
    runOnce: () => {
      if (runs++ === 0) throw thrown;
    },
  });

  loop.start();
  await vi.advanceTimersByTimeAsync(5_010);

  expect([runs, failures]).toEqual([2, [expect.stringContaining(told)]]);
  await loop.stop();
});

test("a loop goes on when nobody can be told of a failure", async () => {
  let runs = 0;
  const { loop } = looping({
    witness: {
      failing: () => {
        throw new Error("the log is gone");
      },
      answered: () => {},
      ended: () => {},
    },
    runOnce: () => {
      if (runs++ === 0) throw new Error("no");
    },
  });

  loop.start();
  await vi.advanceTimersByTimeAsync(5_010);

  expect(runs).toBe(2);
  await loop.stop();
});

test.each<readonly [what: string, retryMs: () => unknown, told: string]>([
  [
    "throws",
    () => {
      throw new Error("boom");
    },
    "it threw `boom`",
  ],
  ["rejects", () => Promise.reject(new Error("boom")), "it threw `boom`"],
  [
    "throws what no text can be made of",
    () => {
      throw Object.create(null);
    },
    "it threw `{}`",
  ],
  ["answers NaN", () => Number.NaN, "got `NaN`"],
  ["answers a time before", () => -1, "got `-1`"],
  ["answers what no text can be made of", () => Object.create(null), "got an object"],
])(
  "a loop whose `retryMs` %s is told so beside the failure, once, and tries again in five seconds",
  async (_what, retryMs, told) => {
    let runs = 0;
    const { loop, failures } = looping({
      retryMs: retryMs as () => number,
      runOnce: () => {
        runs++;
        throw new Error("no");
      },
    });

    loop.start();
    await vi.advanceTimersByTimeAsync(4_999);
    expect([runs, failures]).toEqual([
      1,
      [`Expected \`retryMs\` of the loop \`tick\` to answer milliseconds from 0, ${told}.`],
    ]);
    await vi.advanceTimersByTimeAsync(10);

    expect(runs).toBe(2);
    await loop.stop();
  },
);

test.each<readonly [what: string, firstMs: () => unknown, told: string]>([
  ["NaN", () => Number.NaN, "got `NaN`"],
  ["-1", () => -1, "got `-1`"],
  ["a promise", () => Promise.reject(new Error("boom")), "got an object"],
])("a loop whose first run is after %s is not started, and says so", async (_what, firstMs, told) => {
  const { loop, runs } = looping({ firstMs: firstMs as () => number });

  expect(() => loop.start()).toThrow(
    `Expected \`firstMs\` of the loop \`tick\` to answer milliseconds from 0, ${told}.`,
  );

  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs).toEqual([]);
});

test.each([Number.NaN, -1, undefined, "100"])(
  "a next run after %s ms is a failure, and no busy loop",
  async (ms) => {
    let runs = 0;
    const { loop, failures } = looping({
      firstMs: () => 0,
      nextMs: () => ms as number,
      runOnce: () => runs++,
    });

    loop.start();
    await vi.advanceTimersByTimeAsync(4_999);

    expect(runs).toBe(1);
    expect(failures).toEqual([
      `Expected \`nextMs\` of the loop \`tick\` to answer milliseconds from 0, got \`${String(ms)}\`.`,
    ]);
    await loop.stop();
  },
);

test("a stop waits for the run that is under way, and no other comes", async () => {
  let end = (): void => {};
  let runs = 0;
  const { loop } = looping({
    firstMs: () => 0,
    runOnce: () => {
      runs++;
      return new Promise<void>((resolve) => (end = resolve));
    },
  });
  loop.start();
  await vi.advanceTimersByTimeAsync(1);
  let isStopped = false;

  const stop = loop.stop().then(() => (isStopped = true));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(isStopped).toBe(false);
  end();
  await stop;

  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs).toBe(1);
});

test.each([
  ["three seconds for a run that does not end", true, 3_000],
  ["not at all when its server is away", false, 0],
] as const)("a stop waits %s", async (_case, isReachable, ms) => {
  const { loop } = looping({
    firstMs: () => 0,
    runOnce: () => new Promise(() => {}),
    isReachable: () => isReachable,
  });
  loop.start();
  await vi.advanceTimersByTimeAsync(1);
  const startedAt = performance.now();

  const stop = loop.stop();
  await vi.advanceTimersByTimeAsync(ms);
  await stop;

  expect(performance.now() - startedAt).toBe(ms);
});
