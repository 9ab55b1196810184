import { describe, expect, test } from "vitest";
import { parseLogLine } from "../support/inside-embedded.ts";

describe("a line of the embedded Valkey's log loses its made-up date", () => {
  test.each([
    ["of a clock that runs from 1970 on", "42:M 04 Dec 2088 19:33:21.436"],
    ["of a clock below zero", "42:M -752 Jan 1970 00:-19:-27.503"],
    ["of a clock far below zero", "42:M -3090 Jan 1970 -13:-33:-15.948"],
    ["of a clock whose seconds have one digit", "42:M -1828 Jan 1970 -12:-32:-4.842"],
  ])("%s", (_, prefix) => {
    expect(parseLogLine(`${prefix} * Ready to accept connections tcp`)).toEqual({
      message: "Ready to accept connections tcp",
      level: "info",
    });
  });
});

test.each([
  [".", "debug"],
  ["-", "debug"],
  ["*", "info"],
  ["#", "warn"],
])("Valkey's mark %s is the level %s", (mark, level) => {
  expect(parseLogLine(`42:M 04 Dec 2088 19:33:21.436 ${mark} said`)).toEqual({ message: "said", level });
});

test("a line without a date comes as it is, also when it looks like half of one", () => {
  expect(parseLogLine("=== BUG REPORT 12:01:02.003 * start ===")).toEqual({
    message: "=== BUG REPORT 12:01:02.003 * start ===",
    level: "info",
  });
});

test("a message that holds another date keeps it", () => {
  expect(parseLogLine("42:M 04 Dec 2088 19:33:21.436 * DB saved 10:00:00.000 # ok").message).toBe(
    "DB saved 10:00:00.000 # ok",
  );
});
