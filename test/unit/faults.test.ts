/** Whose fault an error is, and what is told of it. */
import { ConfigError } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { isExpected, isFaultOfOurs, orUnusable, problemOf } from "../support/inside-tsq.ts";

const URL = "redis://127.0.0.1:1/0";

const coded = (code: string, error: Error): Error => Object.assign(error, { code });

describe.each([
  ["what a command expects", new ConfigError("Expected a queue."), "expected"],
  ["a class of JavaScript with a code of ours", coded("TSQ_STOPPED", new TypeError("Stopped.")), "expected"],
  ["a TypeError", new TypeError("x is not a function"), "ours"],
  ["a RangeError", new RangeError("Invalid array length"), "ours"],
  ["a SyntaxError", new SyntaxError("Unexpected token"), "ours"],
  ["a ReferenceError", new ReferenceError("x is not defined"), "ours"],
  ["what is no Error", "a text", "ours"],
  ["nothing", undefined, "ours"],
  ["a lost connection", coded("ECONNREFUSED", new Error("connect ECONNREFUSED 127.0.0.1:1")), "redis"],
  ["an answer of Redis", new Error("NOPERM no permissions"), "redis"],
] as const)("%s", (_, error, whose) => {
  test(`is ${whose}`, () => {
    expect([isExpected(error), isFaultOfOurs(error)]).toEqual([whose === "expected", whose === "ours"]);
  });

  test(whose === "redis" ? "is told with the address and what to do" : "is told as it is", () => {
    const told = orUnusable(error, URL);

    expect(told === error).toBe(whose !== "redis");
    expect(problemOf(error, URL)).toBe(told instanceof Error ? told.message : String(error));
    expect(problemOf(error, URL).includes("127.0.0.1:1/0")).toBe(whose === "redis");
  });
});
