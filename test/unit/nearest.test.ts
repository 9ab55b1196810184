import { nearest } from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";

const KNOWN = ["concurrency", "queue", "queues", "retry", "retry_for", "wait_until", "jid", "at", "dead"];

describe("a name is near the one that was meant", () => {
  test.each([
    ["by a letter that is missing", "concurency", "concurrency"],
    ["by a letter too much", "queuee", "queue"],
    ["by another letter", "retrx", "retry"],
    ["by two letters that are swapped", "retyr", "retry"],
    ["by two slips in a long name", "cuncurency", "concurrency"],
    ["in JavaScript's spelling", "waitUntil", "wait_until"],
    ["in capitals", "Queues", "queues"],
    ["with the nearest of several", "quueues", "queues"],
  ])("%s: %s is %s", (_, name, meant) => {
    expect(nearest(name, KNOWN)).toBe(meant);
  });
});

test.each(["bid", "id", "it", "foo", "tenant", "", "deal", "lead", "deadlines"])(
  "a name that is near none has no nearest: %s",
  (name) => {
    expect(nearest(name, KNOWN)).toBeUndefined();
  },
);

test("a name of a million letters is near none, at once", () => {
  expect(nearest("r".repeat(1_000_000), KNOWN)).toBeUndefined();
});
