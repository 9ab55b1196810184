/** Processes that have gone without saying goodbye, among what needs a person. */
import { findingsOf } from "@tsq/core/api";
import type { Snapshot } from "@tsq/core/api";
import { expect, test } from "vitest";
import { quietSnapshot } from "../support/quiet-snapshot.ts";

const NOW = new Date("2030-01-01T12:00:00Z");
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);

const findings = (lost: NonNullable<Snapshot["lost"]>) => findingsOf({ ...quietSnapshot(NOW), lost });

test("one that is known to have beaten is told with since when, one of Ruby without", () => {
  const found = findings([
    { identity: "web:2:def", beatAt: ago(1_900) },
    { identity: "ruby:3:aa", beatAt: undefined },
  ]);

  expect(found.map(({ level, id }) => `${level} ${id}`)).toEqual([
    "warning process-silent:ruby:3:aa",
    "warning process-silent:web:2:def",
  ]);
  expect(found.map(({ cause }) => cause)).toEqual([
    "`ruby:3:aa` has no heartbeat any more: it has died, is cut off, or its clock is wrong.",
    "`web:2:def` was last heard of 1900 s ago: it has died, is cut off, or its clock is wrong.",
  ]);
});

test("one that has begun between two questions is none of them", () => {
  expect(findings([{ identity: "web:2:def", beatAt: ago(1) }])).toEqual([]);
});
