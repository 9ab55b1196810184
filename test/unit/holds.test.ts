import { pino } from "pino";
import { expect, test } from "vitest";
import { BeatReports, Holds } from "../support/inside-worker.ts";
import type { BeatReport } from "../support/inside-worker.ts";

const holding = () => {
  const told: string[][] = [];
  const holds = new Holds();
  holds.applyWith((queues) => told.push([...queues].sort()));
  return { holds, told };
};

test("a queue is left alone until its last holder has released it", () => {
  const { holds, told } = holding();

  const one = holds.hold(["a", "b"]);
  const other = holds.hold(new Set(["b", "c"]));
  one.release();
  other.release();

  expect(told).toEqual([["a", "b"], ["a", "b", "c"], ["b", "c"], []]);
});

test("a release counts once", () => {
  const { holds, told } = holding();
  const one = holds.hold(["a"]);
  holds.hold(["a"]);

  one.release();
  one.release();

  expect(told).toEqual([["a"]]);
});

test("a holder's set may change afterwards, and what it holds does not", () => {
  const { holds, told } = holding();
  const queues = new Set(["a"]);
  holds.hold(queues);

  queues.add("b");
  holds.hold(["c"]);

  expect(told).toEqual([["a"], ["a", "c"]]);
});

test("what is held before there is anybody to tell is told at once", () => {
  const holds = new Holds();
  const told: string[][] = [];
  holds.hold(["early"]);

  holds.applyWith((queues) => told.push([...queues]));

  expect(told).toEqual([["early"]]);
});

test("who comes later is told of what is held, which somebody else was told before", () => {
  const { holds } = holding();
  const told: string[][] = [];
  holds.hold(["a"]);

  holds.applyWith((queues) => told.push([...queues]));

  expect(told).toEqual([["a"]]);
});

test("a paused queue is at no moment open between two beats", () => {
  const { holds, told } = holding();
  const reports = new BeatReports({
    log: pino({ level: "silent" }),
    spelling: { heard: () => {} } as never,
    holds,
    heard: () => {},
    tell: () => {},
    signalled: () => {},
  });
  // The rest of a report is for others.
  const beat = (...paused: string[]): void => reports.take({ paused, rttUs: 0 } as unknown as BeatReport);

  beat("a");
  beat("a");
  beat("a", "b");
  beat();

  expect(told.at(-1)).toEqual([]);
  expect(told.slice(0, -1).every((queues) => queues.includes("a"))).toBe(true);
});
