/** After each test: the name of each slot of each worker in this process is in exactly one place. */
import { afterAll, afterEach, expect } from "vitest";
import { forget, misplaced } from "./slot-names.ts";

// The hooks of a test file come first: by now they have stopped their workers.
afterEach(() => {
  // The first few say it all.
  expect(misplaced().slice(0, 10)).toEqual([]);
});

afterAll(forget);
