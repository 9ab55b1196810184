/** Messages that lead to no job, and how soon the next one is followed. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { InVain } from "../support/inside-worker.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

const round = (inVain: InVain): void => {
  inVain.told();
  inVain.looks();
};
const tired = (): InVain => {
  const inVain = new InVain();
  for (let i = 0; i < 5; i++) round(inVain);
  return inVain;
};

test("the first few are followed at once", () => {
  const inVain = new InVain();
  for (let i = 0; i < 4; i++) round(inVain);

  expect(inVain.dueInMs).toBe(0);
});

test("after more of them there is a look in a tenth of a second, as where nothing is told", () => {
  const inVain = tired();
  inVain.told();
  expect(inVain.dueInMs).toBe(100);

  vi.advanceTimersByTime(99);
  expect(inVain.dueInMs).toBe(1);
  vi.advanceTimersByTime(1);

  expect(inVain.dueInMs).toBe(0);
  round(inVain);
  expect(inVain.dueInMs).toBe(100);
});

test("a job that is taken makes good for all", () => {
  const inVain = tired();

  inVain.over();
  round(inVain);

  expect(inVain.dueInMs).toBe(0);
});

test("what comes a while after the last look is followed at once", () => {
  const inVain = tired();
  vi.advanceTimersByTime(101);

  inVain.told();

  expect(inVain.dueInMs).toBe(0);
});

test("looks of which nobody was told are none in vain", () => {
  const inVain = new InVain();

  for (let i = 0; i < 20; i++) inVain.looks();

  expect(inVain.dueInMs).toBe(0);
});
