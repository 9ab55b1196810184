/** Readers of queues that Redis remembers: when it is made to forget them, and how many at once. */
import type { Redis } from "@tsq/core/protocol";
import { expect, test } from "vitest";
import { forgetReaders } from "../support/inside-worker.ts";

const KEYS = Array.from({ length: 25 }, (_, i) => `queue:q${i}`);

/** The queues of each call, at a server that says so. */
const forgottenAt = async (stats: string): Promise<readonly (readonly string[])[]> => {
  const calls: string[][] = [];
  const redis = {
    info: () => Promise.resolve(stats),
    evalsha: (_sha: string, count: number, ...rest: string[]) => {
      calls.push(rest.slice(0, count));
      return Promise.resolve(count);
    },
  };
  await forgetReaders(redis as unknown as Redis, KEYS);
  return calls;
};

test("more than a hundred of each queue are many, and are forgotten of ten queues at once", async () => {
  expect(await forgottenAt("tracking_total_items:2501\r\n")).toEqual([
    KEYS.slice(0, 10),
    KEYS.slice(10, 20),
    KEYS.slice(20),
  ]);
});

test.each(["tracking_total_items:2500\r\n", "", "# Stats\r\ntracking_total_items:\r\n"])(
  "fewer are left, and so are those of which the server says nothing: %j",
  async (stats) => {
    expect(await forgottenAt(stats)).toEqual([]);
  },
);
