import { inflateSync } from "node:zlib";
import { backtraceLines, packBacktrace, parsePayload, unpackBacktrace } from "@tsq/core/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyText } from "../support/any-text.ts";
import { GENERATIONS, payloadTexts } from "../support/vectors.ts";

/** What Ruby packed, of every failed job of its retry vectors. */
const rubyBacktraces = (version: string): readonly string[] =>
  payloadTexts("retry", version)
    .filter((text) => text.includes('"error_backtrace"'))
    .map((text) => parsePayload(text)["error_backtrace"] as string);

describe.each(GENERATIONS)("a backtrace packed by Ruby Sidekiq %s", (version) => {
  test("is read as lines of a file, a line number and a method", () => {
    const packed = rubyBacktraces(version);

    expect(packed.length).toBeGreaterThan(0);
    for (const backtrace of packed) {
      const lines = unpackBacktrace(backtrace) ?? [];
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(line).toMatch(/^.+:\d+:in [`'].+'$/);
    }
  });
});

test("Sidekiq 6 breaks its base64 into lines, 7.2.1 and later do not", () => {
  expect(rubyBacktraces("6.4.1").every((packed) => packed.endsWith("\n"))).toBe(true);
  expect(rubyBacktraces("7.3.2").some((packed) => packed.includes("\n"))).toBe(false);
  expect(rubyBacktraces("8.1.7").some((packed) => packed.includes("\n"))).toBe(false);
});

describe("a backtrace that we pack", () => {
  test("is strict base64 of a zlib stream of a JSON array, as every Ruby reads it", () => {
    const lines = ["app/job.ts:1:in `perform'", "café 😀"];

    const packed = packBacktrace(lines);

    expect(packed).toMatch(/^eJ[A-Za-z0-9+/]*={0,2}$/);
    expect(JSON.parse(inflateSync(Buffer.from(packed, "base64")).toString())).toEqual(lines);
  });

  test("is unpacked to the same lines", () => {
    fc.assert(
      fc.property(fc.array(anyText), (lines) => {
        expect(unpackBacktrace(packBacktrace(lines))).toEqual(lines);
      }),
    );
  });
});

describe("unpacking", () => {
  test("takes the plain array of early 6.x", () => {
    expect(unpackBacktrace(["a.rb:1", "a.rb:2"])).toEqual(["a.rb:1", "a.rb:2"]);
  });

  test.each([
    ["no base64", "!!!"],
    ["no zlib stream", Buffer.from("hello").toString("base64")],
    ["half a zlib stream", packBacktrace(["a line that is long enough"]).slice(0, 12)],
    ["no array", "eJxTKkotLlYCAAfJAlU="],
    ["a number", 7],
    ["nothing", undefined],
  ])("gives undefined for what is %s, so that the job is still shown", (_what, value) => {
    expect(unpackBacktrace(value)).toBeUndefined();
  });
});

describe("the lines of a JavaScript stack", () => {
  test("are Ruby's: the place, then the function", () => {
    const stack = [
      "TypeError: no",
      "    at Object.run (file:///app/jobs/send.ts:10:5)",
      "    at async Promise.all (index 0)",
      "    at file:///app/main.ts:3:1",
    ].join("\n");

    expect(backtraceLines(stack)).toEqual([
      "file:///app/jobs/send.ts:10:5:in `Object.run'",
      "index 0:in `async Promise.all'",
      "file:///app/main.ts:3:1",
    ]);
  });

  test("hold no angle brackets, which Ruby's pages would take for a tag", () => {
    const lines = backtraceLines("Error\n    at <anonymous>:1:1\n    at new <script> (<eval>:1:2)");

    expect(lines.join()).not.toMatch(/[<>]/);
  });

  test("leave out a message of several lines", () => {
    expect(backtraceLines("Error: one\ntwo\n    at f (a.ts:1:1)")).toEqual(["a.ts:1:1:in `f'"]);
  });

  test("are none where there is no stack", () => {
    expect(backtraceLines(undefined)).toEqual([]);
  });

  test("hold no half characters, which Ruby cannot parse", () => {
    expect(backtraceLines("Error\n    at \ud83d (a.ts:1:1)").every((line) => line.isWellFormed())).toBe(true);
  });
});
