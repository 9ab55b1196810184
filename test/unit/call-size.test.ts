import { expect, test } from "vitest";
import { callSize } from "../support/inside-worker.ts";

const size = (free: number, armed?: number) => callSize({ concurrency: 20, lanes: 2, free, armed });

test("while the queues are full a call asks for the share of its lane, and for no more than there is room for", () => {
  expect([size(20), size(10), size(9), size(1)]).toEqual([10, 10, 9, 1]);
});

test("an odd concurrency is shared out so that the lanes fill it together", () => {
  expect(callSize({ concurrency: 5, lanes: 2, free: 5, armed: undefined })).toBe(3);
});

test("nothing is asked for without room, not even when more run than may", () => {
  expect([size(0), size(-1), size(0, 1), size(-1, 1)]).toEqual([0, 0, 0, 0]);
});

test("beside pads that wait a call leaves each of them a slot", () => {
  expect([size(7, 2), size(3, 2), size(2, 1)]).toEqual([5, 1, 1]);
});

test("one slot is asked for however many pads wait, for a queue that has jobs must not wait for them", () => {
  expect([size(2, 2), size(1, 3)]).toEqual([1, 1]);
});

test("after a short reply at most eight are asked for at once", () => {
  expect([size(20, 0), size(10, 2), size(9, 2)]).toEqual([8, 8, 7]);
});
