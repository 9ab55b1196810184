/** Jobs that are nested more deeply than JSON can be written, among others. */
import { JobRecord } from "@tsq/core/api";
import { dumpJson } from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";
import { jobJson, jobTable } from "../support/inside-tsq.ts";

const nested = (levels: number, inner = ""): string => "[".repeat(levels) + inner + "]".repeat(levels);

const placed = (payload: string) => ({
  job: new JobRecord(payload),
  place: "queue" as const,
  at: undefined,
});

const DEEP = [
  ["in its arguments", `{"jid":"deep","class":"HardJob","args":[${nested(50_000)}]}`],
  [
    "in lists and mappings",
    `{"jid":"deep","class":"HardJob","args":[${'{"a":['.repeat(9_000)}${"]}".repeat(9_000)}]}`,
  ],
  ["beside them", `{"jid":"deep","class":"HardJob","args":[],"meta":${nested(50_000)}}`],
] as const;

describe("a job that is nested too deeply", () => {
  test.for(DEEP)("%s stands in a list among the others", ([, payload]) => {
    const jobs = [placed('{"jid":"flat","class":"HardJob","args":[42]}'), placed(payload)];

    const [, flat, deep] = jobTable("queue", jobs, 120).split("\n");

    expect(flat).toMatch(/^flat +HardJob +42$/);
    expect(deep).toMatch(/^deep +HardJob +\{"jid":"deep"/);
  });

  test.for(DEEP)("%s is its text for programs", ([, payload]) => {
    const document = jobJson(placed(payload));

    expect(document).toMatchObject({ jid: "deep", class: "HardJob", args: [], text: payload });
    expect(() => dumpJson({ jobs: [document] })).not.toThrow();
  });
});

test("a long one that is nested as far as Ruby reads it keeps its arguments", () => {
  const args = JSON.parse(`[${nested(90, `"${"x".repeat(5_000)}"`)}]`) as unknown[];

  const document = jobJson(placed(JSON.stringify({ jid: "a", class: "HardJob", args })));

  expect(document).toMatchObject({ args, text: null });
});
