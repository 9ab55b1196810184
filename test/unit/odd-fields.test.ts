/** What is decided of a job whose fields hold anything: always something, and always JSON. */
import { assert, constantFrom, dictionary, property } from "fast-check";
import { parseJson } from "@tsq/core/protocol";
import type { RawPayload } from "@tsq/core";
import { expect, test } from "vitest";
import { decide } from "../support/inside-worker.ts";
import { changesOf } from "../support/outcomes.ts";
import { FIELDS, VALUES } from "../support/odd-json.ts";
import { runs } from "../support/runs.ts";

const decided = (payload: RawPayload) =>
  decide(
    { kind: "threw", error: new Error("boom") },
    {
      payload,
      queue: "default",
      options: {},
      isUnknown: false,
      maxRetries: 25,
      wire: 8,
      nowMs: 1_795_451_241_069,
      random: () => 0.5,
    },
  );

test("any fields lead to an outcome with changes that are JSON, and a time that is one", () => {
  const fields = dictionary(constantFrom(...FIELDS), constantFrom(...VALUES));

  assert(
    property(fields, (texts) => {
      const payload = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, parseJson(text)]));

      const outcome = decided(payload);

      for (const text of Object.values(changesOf(outcome)))
        expect(() => JSON.parse(text ?? "null")).not.toThrow();
      if (outcome.kind === "retry") expect(outcome.atMs).toSatisfy(Number.isFinite);
    }),
    { numRuns: runs(2_000) },
  );
});

test.each([{ retry_for: { toString: 1 } }, { retry_for: "soon" }, { retry_for: true }, { retry_for: 60 }])(
  "a job does not run for ever because of $retry_for, without a time to count from",
  (fields) => {
    expect(decided({ ...fields, retry_count: 24 }).kind).toBe("dead");
    expect(decided({ ...fields, retry_count: 23 }).kind).toBe("retry");
  },
);
