/** What whoever closes a dashboard waits for. */
import { expect, test } from "vitest";
import { KeptReadings, UnderWay } from "../../support/inside-web.ts";

const later = () => {
  let resolve: (value: string) => void = () => {};
  const promise = new Promise<string>((given) => (resolve = given));
  return { promise, resolve };
};

test("what has begun is waited for, and what begins by then", async () => {
  const underWay = new UnderWay();
  const [first, second] = [later(), later()];
  void underWay.while(first.promise).then(() => underWay.while(second.promise));
  let hasEnded = false;
  const ended = underWay.ended(60_000).then(() => (hasEnded = true));

  first.resolve("");
  await new Promise((resolve) => setImmediate(resolve));
  expect(hasEnded).toBe(false);

  second.resolve("");
  await ended;
});

test("what fails has ended, and what takes too long is left to itself", async () => {
  const underWay = new UnderWay();
  const failed = underWay.while(Promise.reject(new Error("as it does")));
  await expect(failed).rejects.toThrow("as it does");
  void underWay.while(new Promise(() => {}));

  await underWay.ended(1);
});

test("a reading that no page waits for any more is under way", async () => {
  const underWay = new UnderWay();
  const readings = new KeptReadings<string>(
    { freshMs: 1_000, usableMs: 1_500, staleMs: 10_000, most: 2 },
    underWay,
  );
  const { promise, resolve } = later();
  expect(await readings.get("a", () => promise, 1)).toBeUndefined();
  let hasEnded = false;
  const ended = underWay.ended(60_000).then(() => (hasEnded = true));

  await new Promise((given) => setImmediate(given));
  expect(hasEnded).toBe(false);

  resolve("");
  await ended;
});
