/** What a stop cannot do without, and a server that refuses it: for how long it is asked again. */
import { afterEach, expect, test, vi } from "vitest";
import { again } from "../support/inside-worker.ts";

afterEach(() => void vi.restoreAllMocks());

/** Refuses so many times, each a second later; counts how often it is asked. */
const refusing = (times: number) => {
  let asked = 0;
  let nowMs = 0;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  const act = (): Promise<string> => {
    nowMs += 1_000;
    return asked++ < times ? Promise.reject(new Error(`no ${asked}`)) : Promise.resolve("done");
  };
  return { act, asked: () => asked };
};

test("what is refused is tried again for two and a half seconds, and its first refusal is told", async () => {
  const told: unknown[] = [];
  const { act, asked } = refusing(Number.POSITIVE_INFINITY);

  await expect(again(act, (error) => told.push(error))).rejects.toThrow("no 3");

  expect(asked()).toBe(3);
  expect(told).toEqual([new Error("no 1")]);
});

test("what is allowed within that time is done, and what nobody refuses is done at once", async () => {
  const told: unknown[] = [];
  const { act, asked } = refusing(2);

  expect(await again(act, (error) => told.push(error))).toBe("done");
  expect(await again(act, (error) => told.push(error))).toBe("done");

  expect(asked()).toBe(4);
  expect(told).toEqual([new Error("no 1")]);
});
