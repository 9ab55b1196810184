/** Jobs that run on and on, of a class of which too few have ended to say what is usual. */
import { findingsOf } from "@tsq/core/api";
import type { Finding, FindingLimits, Snapshot } from "@tsq/core/api";
import { expect, test } from "vitest";
import { needs } from "../support/inside-web.ts";
import { quietSnapshot } from "../support/quiet-snapshot.ts";
import { frameOf } from "../support/web-frame.ts";

const NOW = new Date("2030-01-01T12:00:00Z");

const found = (seconds: number, own: Partial<Snapshot> = {}, limits?: FindingLimits): readonly Finding[] => {
  const runAt = new Date(NOW.getTime() - seconds * 1_000);
  const running = [{ identity: "web:1:a", jid: "j1", class: "HungJob", runAt, isOverrunning: false }];
  return findingsOf({ ...quietSnapshot(NOW), running, ...own }, limits);
};
const ids = (list: readonly Finding[]) => list.map(({ id }) => id);

test("one that has run for half an hour is told, and one that has not is none", () => {
  expect(ids(found(1_801))).toEqual(["job-long:j1"]);
  expect(found(1_800)).toEqual([]);
  expect(found(1_801, { usual: new Map([["HungJob", { runs: 5, averageMs: 600_000 }]]) })).toEqual([]);
  expect(ids(found(301, {}, { unusual: 300 }))).toEqual(["job-long:j1"]);
});

test("it is said that none has succeeded, and not that it goes on beyond a timeout", () => {
  const list = found(3_600);
  const text = String(needs({ list, at: undefined, problem: undefined }, frameOf()));

  expect(list[0]?.cause).toContain("that have succeeded within the last hour: 0.");
  expect(text).toContain("It takes – on average; runs of the last hour: 0.");
  expect(text).not.toContain("beyond its timeout");
});
