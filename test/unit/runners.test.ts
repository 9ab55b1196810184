/** Who can run a class: what processes say of themselves, and when nothing is known. */
import { runnersOf, writeClassList } from "@tsq/core/protocol";
import type { Member } from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";
import { readClassList } from "../support/inside-core.ts";

const tsq = (identity: string, names: readonly string[] | undefined, more: Partial<Member> = {}): Member => ({
  identity,
  isRuby: false,
  queues: ["default"],
  isQuiet: false,
  classes: names && { names, isCut: false },
  ...more,
});

const ruby = (identity: string, queues = ["default"]): Member =>
  tsq(identity, undefined, { isRuby: true, queues });

const cut = { classes: { names: ["A"], isCut: true } };

describe("a class can be run", () => {
  test("by those that say so and serve the queue", () => {
    const members = [
      tsq("a", ["A"]),
      tsq("b", ["B"]),
      tsq("c", ["A", "B"]),
      tsq("d", ["B"], { queues: ["low"] }),
    ];

    expect(runnersOf(members, ["B"], "default")).toEqual({ kind: "yes", identities: ["b", "c"] });
  });

  test("by those that know what it wraps", () => {
    expect(runnersOf([tsq("a", ["Welcome"])], ["Wrapper", "Welcome"], "default")).toEqual({
      kind: "yes",
      identities: ["a"],
    });
  });

  test.each<[string, readonly Member[]]>([
    ["there is no process", []],
    ["all say what they can run", [tsq("a", ["A"]), tsq("b", [])]],
    ["only processes of other queues say so", [tsq("a", ["X"], { queues: ["low"] })]],
    ["those that say so take no more jobs", [tsq("a", ["X"], { isQuiet: true }), tsq("b", ["B"])]],
    ["Ruby serves other queues", [tsq("a", ["A"]), ruby("r", ["low"])]],
  ])("by nobody when %s", (_what, members) => {
    expect(runnersOf(members, ["X"], "default")).toEqual({ kind: "nobody" });
  });

  test.each<[string, readonly Member[], readonly string[]]>([
    ["Ruby serves the queue", [tsq("a", ["A"]), ruby("r"), ruby("s")], ["r", "s"]],
    ["a list is cut", [tsq("a", ["A"], cut)], []],
    ["a list is missing", [tsq("a", undefined), tsq("b", ["B"])], []],
  ])("by whom is not known when %s", (_what, members, rubies) => {
    expect(runnersOf(members, ["X"], "default")).toEqual({ kind: "unknown", ruby: rubies });
  });

  test("by who says so, also when others do not tell", () => {
    expect(runnersOf([ruby("r"), tsq("a", ["A"], cut)], ["A"], "default")).toEqual({
      kind: "yes",
      identities: ["a"],
    });
  });
});

describe("the list of a process", () => {
  const numbered = (count: number, length = 0): readonly string[] =>
    Array.from({ length: count }, (_, i) => `Job${i}`.padEnd(length, "x"));

  test("is read as it was written", () => {
    expect(readClassList(writeClassList(["Mail::Job", 'a "b"', "ü"]))).toEqual({
      names: ["Mail::Job", 'a "b"', "ü"],
      isCut: false,
    });
  });

  test("has at most 500 names, and says when there are more", () => {
    expect(readClassList(writeClassList(numbered(500)))).toEqual({ names: numbered(500), isCut: false });
    expect(readClassList(writeClassList(numbered(501)))).toEqual({ names: numbered(500), isCut: true });
  });

  test("has at most 32 kB, and says when there is more", () => {
    const text = writeClassList(numbered(400, 1_000));

    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(32_768);
    expect(readClassList(text)).toMatchObject({ isCut: true });
    expect(readClassList(text)?.names).toHaveLength(32);
  });

  test.each([null, "", "[]", "null", "{", '{"names":3}'])("that is none is not known: %j", (text) => {
    expect(readClassList(text)).toBeUndefined();
  });

  test("that does not say that it is whole may be cut", () => {
    expect(readClassList('{"names":["A",3]}')).toEqual({ names: ["A"], isCut: true });
  });
});
