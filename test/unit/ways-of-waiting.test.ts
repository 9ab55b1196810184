/** Which queues have a pad of their own. */
import { ConfigError } from "@tsq/core";
import { expect, test } from "vitest";
import {
  everPadded,
  mayPadAll,
  paddedPlaces,
  watchingBy,
  wayFrom,
  waysSaid,
} from "../support/inside-worker.ts";

const equal = (count: number): readonly number[] => Array.from({ length: count }, () => 1);

test("each has one, unless a way is chosen", () => {
  expect(wayFrom({})).toBe("pads");
  expect(wayFrom({ TSQ_WAITING: "" })).toBe("pads");
  expect(paddedPlaces("pads", equal(5))).toEqual([0, 1, 2, 3, 4]);
});

test("the option chooses, and for tests a variable does, whatever the option says", () => {
  expect(wayFrom({}, "hybrid")).toBe("hybrid");
  expect(wayFrom({ TSQ_WAITING: "polling" }, "hybrid")).toBe("polling");
});

test("where Redis does not tell, each of up to sixteen has one, unless a test wants the watch alone", () => {
  expect([mayPadAll("hybrid", 16), mayPadAll("hybrid", 17)]).toEqual([true, false]);
  expect([mayPadAll("tracking", 5), mayPadAll("polling", 5)]).toEqual([false, false]);
});

test("those are written down that may come to have one: of a hybrid of more than sixteen the two alone", () => {
  const order = (count: number) => ({
    names: equal(count).map((_, i) => `q${i}`),
    shares: equal(count).map((_, i) => (i % 10 === 9 ? 2 : 1)),
  });

  expect(everPadded("hybrid", order(20))).toEqual(["q9", "q19"]);
  expect(everPadded("hybrid", order(16))).toHaveLength(16);
  expect(everPadded("pads", order(20))).toHaveLength(20);
});

test("of a hybrid's up to four, and of more the two heaviest, or the first two", () => {
  expect(paddedPlaces("hybrid", equal(4))).toEqual([0, 1, 2, 3]);
  expect(paddedPlaces("hybrid", [1, 2, 1, 5, 1, 3])).toEqual([3, 5]);
  expect(paddedPlaces("hybrid", equal(5))).toEqual([0, 1]);
});

test("none has one where only the watch is wanted", () => {
  expect(paddedPlaces("tracking", equal(5))).toEqual([]);
  expect(paddedPlaces("polling", equal(1))).toEqual([]);
});

test("a way that there is not is refused", () => {
  expect(() => wayFrom({ TSQ_WAITING: "luck" })).toThrow(ConfigError);
});

const worker = (...counts: number[]) =>
  ({ fetch: "reliable", capsules: counts.map((count) => ({ order: { shares: equal(count) } })) }) as const;

test("a worker says how it waits: a hybrid by pads where each queue has one, and by basic fetch nothing", () => {
  expect(waysSaid("hybrid", worker(5))).toBe("hybrid");
  expect(waysSaid("hybrid", worker(4, 3))).toBe("pads");
  expect(waysSaid("pads", worker(500))).toBe("pads");
  expect(waysSaid("hybrid", { ...worker(5), fetch: "basic" })).toBeUndefined();
});

test("rights to be told and called are wished for only by who has a queue without a pad", () => {
  expect(watchingBy("pads", worker(500))).toBe("no");
  expect(watchingBy("hybrid", worker(4, 4))).toBe("no");
  expect(watchingBy("hybrid", worker(4, 5))).toBe("told");
  expect(watchingBy("tracking", worker(1))).toBe("told");
  expect(watchingBy("polling", worker(1))).toBe("looking");
  expect(watchingBy("tracking", { ...worker(1), fetch: "basic" })).toBe("no");
});
