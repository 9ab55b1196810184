/** What of a failure's stack is kept in the payload. */
import { defineJob } from "@tsq/core";
import type { RawPayload } from "@tsq/core";
import { unpackBacktrace } from "@tsq/core/protocol";
import type { BacktraceCleaner } from "@tsq/worker";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterEach(() => workers.end());
afterAll(() => server.stop());

const LETTERS = ["a", "b", "c", "d", "e", "f"];
const stack = ["Error: boom", ...LETTERS.map((letter) => `    at /app/${letter}.js:1:1`)];

const failing = defineJob("HardJob", { retryIn: () => 60 }, () => {
  throw Object.assign(new Error("boom"), { stack: stack.join("\n") });
});

const kept = async (
  backtrace: unknown,
  backtraceCleaner?: BacktraceCleaner,
): Promise<readonly string[] | undefined> => {
  await workers.start({ jobs: [failing], ...(backtraceCleaner && { backtraceCleaner }) });
  await pushTexts(workers.redis, [payloadText({ backtrace })]);
  const text = await eventually(async () => {
    const [member] = await workers.redis.zrange("retry", "0", "-1");
    expect(member).toBeDefined();
    return member as string;
  });
  return unpackBacktrace((JSON.parse(text) as RawPayload)["error_backtrace"]);
};

const line = (letter: string): string => `/app/${letter}.js:1:1`;
const noC: BacktraceCleaner = (lines) => lines.filter((one) => !one.includes("/c.js"));

test("without a cleaner all lines are kept", async () => {
  expect(await kept(true)).toEqual(LETTERS.map(line));
});

test("a cleaner says which lines are kept, once for each failure", async () => {
  let calls = 0;

  const lines = await kept(true, (all) => {
    calls++;
    return noC(all);
  });

  expect(lines).toEqual(["a", "b", "d", "e", "f"].map(line));
  expect(calls).toBe(1);
});

test("a number of lines counts those that a cleaner leaves", async () => {
  expect(await kept(3, noC)).toEqual(["a", "b", "d"].map(line));
});

test("a cleaner is not asked for a job that keeps no stack", async () => {
  let calls = 0;

  const lines = await kept(false, (all) => {
    calls++;
    return all;
  });

  expect(lines).toBeUndefined();
  expect(calls).toBe(0);
});

test.each<readonly [how: string, cleaner: () => unknown, says: string]>([
  [
    "that throws",
    () => {
      throw new RangeError("no idea");
    },
    "no idea",
  ],
  ["that answers no lines", () => undefined, "Expected `backtraceCleaner` to answer an array of lines"],
  [
    "that answers a promise",
    () => Promise.resolve([]),
    "Expected `backtraceCleaner` to answer an array of lines",
  ],
])("a cleaner %s is reported, and all lines are kept", async (_, cleaner, says) => {
  // From JavaScript anything can come.
  expect(await kept(true, cleaner as BacktraceCleaner)).toEqual(LETTERS.map(line));

  expect(workers.messages(50)).toEqual(["Error calling backtraceCleaner"]);
  expect(workers.errors.map(({ error }) => String(error))).toEqual([
    "Error: boom",
    expect.stringContaining(says),
  ]);
});

test("a cleaner that is no function is refused", () => {
  expect(() => workers.make({ backtraceCleaner: "app/" as unknown as BacktraceCleaner })).toThrow(
    "`backtraceCleaner` to be a function",
  );
});
