/** All suites are made alike (vitest.config.ts), and CI runs this one as a desk does. */
import { expect, test } from "vitest";

test("a test that fails is not tried again", ({ task }) => {
  expect(task.retry ?? 0).toBe(0);
});
