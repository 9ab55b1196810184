/** What takes long to read, kept for all who look. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { KeptReadings } from "../../support/inside-web.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const kept = () => new KeptReadings<string>({ freshMs: 1_000, usableMs: 1_500, staleMs: 10_000, most: 2 });
const of = (value: string) => () => Promise.resolve(value);
/** As Promise.withResolvers of Node 22. */
const later = () => {
  let resolve: (value: string) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<string>((...given) => ([resolve, reject] = given));
  return { promise, resolve, reject };
};
const never = () => new Promise<string>(() => {});

test("one reading is for all who ask while it is fresh", async () => {
  const readings = kept();

  expect(await Promise.all([readings.get("a", of("1"), 50), readings.get("a", of("2"), 50)])).toEqual([
    "1",
    "1",
  ]);
  vi.advanceTimersByTime(1_600);
  expect(await readings.get("a", of("3"), 50)).toBe("3");
});

test("one that is hardly too old is there at once, and read again for who comes next", async () => {
  const readings = kept();
  await readings.get("a", of("old"), 50);
  const { promise, resolve } = later();

  vi.advanceTimersByTime(1_100);
  expect(await readings.get("a", () => promise, 50)).toBe("old");
  resolve("new");
  await promise;
  expect(await readings.get("a", of("newer"), 50)).toBe("new");
});

test("one that is read for nobody may fail, and is read again", async () => {
  const readings = kept();
  await readings.get("a", of("old"), 50);
  const { promise, reject } = later();

  vi.advanceTimersByTime(1_100);
  expect(await readings.get("a", () => promise, 50)).toBe("old");
  reject(new Error("away"));
  await expect(promise).rejects.toThrow("away");
  vi.advanceTimersByTime(1_000);
  expect(await readings.get("a", of("new"), 50)).toBe("new");
});

test("where a new one takes long that of before is there, until it is too old", async () => {
  const readings = kept();
  await readings.get("a", of("old"), 50);

  vi.advanceTimersByTime(2_000);
  expect(await readings.get("a", never, 1)).toBe("old");
  vi.advanceTimersByTime(10_000);
  expect(await readings.get("a", never, 1)).toBeUndefined();
});

test("a failure is told to who waits, and kept for nobody", async () => {
  const readings = kept();

  await expect(readings.get("a", () => Promise.reject(new Error("away")), 50)).rejects.toThrow("away");
  expect(await readings.get("a", of("there"), 50)).toBe("there");
});

test("no more are kept than there is room for", async () => {
  const readings = kept();
  for (const key of ["a", "b", "c"]) await readings.get(key, of(key), 50);

  expect(await readings.get("c", of("anew"), 50)).toBe("c");
  expect(await readings.get("a", of("anew"), 50)).toBe("anew");
});

test("of more those stay that are asked for", async () => {
  const readings = kept();
  for (const key of ["a", "b", "a", "c"]) await readings.get(key, of(key), 50);

  expect(await readings.get("a", of("anew"), 50)).toBe("a");
  expect(await readings.get("b", of("anew"), 50)).toBe("anew");
});
