/** What many pages show, read once for all who look. */
import { expect, onTestFinished, test, vi } from "vitest";
import { SharedReading } from "../../support/inside-web.ts";

test("one that is still on its way is for all who ask, however long it takes", async () => {
  const answers: ((value: string) => void)[] = [];
  const reading = new SharedReading(() => new Promise<string>((resolve) => answers.push(resolve)), 0);

  const asked = [reading.now(), reading.now(), reading.now()];
  expect(answers).toHaveLength(1);
  answers[0]?.("first");
  expect(await Promise.all(asked)).toEqual(["first", "first", "first"]);

  const next = reading.now();
  answers[1]?.("second");
  expect(await next).toBe("second");
});

test("one that was forgotten, or has failed, is read anew", async () => {
  let reads = 0;
  const reading = new SharedReading(async () => {
    reads++;
    await Promise.resolve();
    if (reads === 2) throw new Error("away");
    return reads;
  }, 60_000);

  expect(await reading.now()).toBe(1);
  reading.forget();
  await expect(reading.now()).rejects.toThrow("away");
  expect(await reading.now()).toBe(3);
});

test("one that is large is let go when nobody has asked for it for a while", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let [reads, gone] = [0, 0];
  const idle = { afterMs: 60_000, letGo: () => gone++ };
  const reading = new SharedReading(async () => ++reads, 3_600_000, idle);

  await reading.now();
  await vi.advanceTimersByTimeAsync(59_000);
  expect(await reading.now()).toBe(1);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(gone).toBe(0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(gone).toBe(1);

  expect(await reading.now()).toBe(2);
  reading.stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(gone).toBe(1);
});
