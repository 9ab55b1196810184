/** When a process whose main thread does not answer is relieved of its jobs: not before the time is over, and once. */
import { Redis } from "ioredis";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { eventually } from "../support/eventually.ts";
import { BlockedLoop } from "../support/inside-worker.ts";

const AFTER_MS = 60_000;
// It looks five times in that time.
const LOOK_MS = 12_000;

let nowMs: number;
let told: string[];
let asked: number;
let answers: boolean;
let loop: BlockedLoop;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  nowMs = 1_000_000;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  told = [];
  asked = 0;
  answers = true;
  loop = new BlockedLoop({
    // Nothing is asked of it while it is not known which job blocks: the main thread of a test process cannot be looked into.
    redis: new Redis({ lazyConnect: true }),
    identity: "web:1:abc",
    afterMs: AFTER_MS,
    ask: () => {
      asked++;
      if (answers) loop.here();
    },
    tell: (line) => told.push(line),
  });
});
afterEach(() => {
  loop.stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** The next look, so long after the last one. */
const look = async (passedMs = LOOK_MS): Promise<void> => {
  nowMs += passedMs;
  vi.advanceTimersByTime(LOOK_MS);
  // What a look begins goes on in promises, and loads the inspector the first time.
  await vi.dynamicImportSettled();
};

const BLOCKED = expect.stringMatching(
  /^The event loop has been blocked for 60 s by something that cannot be told.* No job is given back/,
) as string;

test("a process that answers is left alone, however long it runs", async () => {
  for (let looks = 0; looks < 20; looks++) await look();

  expect(asked).toBe(20);
  expect(told).toEqual([]);
});

test("a process that does not answer is left alone for a minute, and then told of once", async () => {
  await look();
  answers = false;
  for (let looks = 0; looks < 4; looks++) await look();
  expect(told).toEqual([]);

  await look();
  await eventually(() => expect(told).toEqual([BLOCKED]));
  for (let looks = 0; looks < 5; looks++) await look();

  expect(told).toHaveLength(1);
});

test("a process that answers in the last moment begins its minute anew", async () => {
  answers = false;
  for (let looks = 0; looks < 4; looks++) await look();
  loop.here();
  for (let looks = 0; looks < 4; looks++) await look();
  expect(told).toEqual([]);

  await look();

  await eventually(() => expect(told).toEqual([BLOCKED]));
});

test("a process that answers while it is being looked into is not told of", async () => {
  answers = false;
  for (let looks = 0; looks < 4; looks++) await look();

  const looking = look();
  nowMs++;
  loop.here();
  await looking;

  expect(told).toEqual([]);
});

test("a process that was frozen as a whole is not blocked when it thaws", async () => {
  answers = false;

  await look(24 * 3_600_000);
  for (let looks = 0; looks < 4; looks++) await look();
  expect(told).toEqual([]);

  await look();

  await eventually(() => expect(told).toEqual([BLOCKED]));
});
