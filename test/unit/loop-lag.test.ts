/** How late the event loop was, as the heartbeat tells it. */
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { LoopLag } from "../support/inside-worker.ts";

const BLOCKED_MS = 500;
// A little longer than between two looks.
const LOOK_MS = 120;

const nobody = new Int32Array(new SharedArrayBuffer(4));

/** A timer that is set behind another one of the same time comes behind it. */
const anotherLook = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LOOK_MS));

test("a loop that stood still has been late by about as long, and once only", async () => {
  const lag = new LoopLag();
  onTestFinished(() => lag.stop());
  let longest = 0;
  const look = (): void => void (longest = Math.max(longest, lag.take()));

  await eventually(async () => {
    // Its first look is behind it, and then the loop stands still.
    await anotherLook();
    Atomics.wait(nobody, 0, 0, BLOCKED_MS);
    await anotherLook();
    look();
    expect(longest).toBeGreaterThan((BLOCKED_MS / 2) * 1_000);
  });

  expect(lag.take()).toBeLessThan(longest);
});
