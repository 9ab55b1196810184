/** The arguments of real ActiveJobs as values, and back as the same bytes. */
import { dumpJson, parseJson } from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";
import { decodeArguments, encodeArguments } from "../support/inside-active-job.ts";
import { payloadTexts, vectorNames } from "../support/vectors.ts";

const texts = vectorNames()
  .filter(([scenario]) => scenario.startsWith("activejob-"))
  .flatMap(([scenario, version]) =>
    payloadTexts(scenario, version).map((text, at) => [`${scenario} ${version} ${at}`, text] as const),
  );

const argumentsIn = (text: string): readonly unknown[] =>
  // The shape is ActiveJob's: WIRE §13.2.
  (parseJson(text) as { args: [{ arguments: readonly unknown[] }] }).args[0].arguments;

describe("the arguments of a job that Ruby enqueued", () => {
  test.for(texts)("decoded and encoded are the same bytes: %s", ([, text]) => {
    const given = argumentsIn(text);

    const values = decodeArguments(given, {});

    expect(values).not.toBeInstanceOf(Promise);
    expect(dumpJson(encodeArguments(values as readonly unknown[], {}))).toBe(dumpJson(given));
    // In the text itself: nothing was lost where it was parsed.
    expect(text).toContain(`"arguments":${dumpJson(given)}`);
  });
});
