import { defineJob, InvalidJobError } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { nested } from "../support/json-text.ts";

/** What the handler of a job gets for these arguments. Inline, so that no Redis is needed. */
const delivered = async (...args: readonly unknown[]): Promise<readonly unknown[]> => {
  let got: readonly unknown[] = [];
  const job = defineJob("HardJob", (_job, ...given: readonly unknown[]) => {
    got = given;
  });
  await job.performInline(...args);
  return got;
};

const refusal = (argument: unknown): Promise<unknown> => delivered(argument).catch((error: unknown) => error);

class Money {
  readonly cents = 1;
}

describe("an argument that Ruby can read back", () => {
  test.each([
    ["null", null],
    ["a boolean", false],
    ["a number", -1.5],
    ["a big integer", 12345678901234567890n],
    ["text in any script, with an emoji and a NUL", "café 日本 😀\u2028\0"],
    ["an empty list and an empty object", [[], {}]],
    ["a nested object", { a: { b: [1, "two", null] } }],
  ])("is taken as it is: %s", async (_what, argument) => {
    expect(await delivered(argument)).toEqual([argument]);
  });

  test("may be an object without a prototype", async () => {
    expect(await delivered(Object.assign(Object.create(null), { a: 1 }))).toEqual([{ a: 1 }]);
  });

  test("may be an object that inherits from one without a prototype", async () => {
    expect(await delivered(Object.create(Object.create(null) as object))).toEqual([{}]);
  });

  test("may nest to 98 levels, which makes 100 with the payload around it", async () => {
    expect(await delivered(JSON.parse(nested(98)))).toEqual([JSON.parse(nested(98))]);
  });

  test("may occur twice", async () => {
    const shared = { a: 1 };

    expect(await delivered(shared, [shared, shared])).toEqual([shared, [shared, shared]]);
  });
});

describe("an argument that Ruby could not read back", () => {
  test.each([
    ["a Date", new Date(0), '"1970-01-01T00:00:00.000Z" is a Date'],
    ["a Map", new Map([[1, 2]]), "is a Map"],
    ["a Set", new Set([1]), "is a Set"],
    ["an instance of a class", new Money(), '{"cents":1} is a Money'],
    ["an Error", new Error("no"), "is an Error"],
    ["a regular expression", /x/, "is a RegExp"],
    ["a Buffer", Buffer.from("x"), "is a Buffer"],
    [
      "an instance of a class without a name",
      new (class {
        readonly a = 1;
      })(),
      '{"a":1} is a class instance',
    ],
    ["a boxed string", Object("x"), '"x" is a String'],
    ["undefined", undefined, "undefined is an undefined"],
    ["NaN", Number.NaN, "NaN is no JSON number"],
    ["Infinity", -Infinity, "-Infinity is no JSON number"],
    ["a function", () => 1, "is a function"],
    ["a symbol", Symbol("s"), "Symbol(s) is a symbol"],
    ["half a character", "😀".slice(0, 1), String.raw`"\ud83d" holds half of a surrogate pair`],
    ["half a character in a key", { [`a${"😀".slice(1)}`]: 1 }, String.raw`"a\ude00" holds half`],
    // oxlint-disable-next-line no-sparse-arrays -- that is the case
    ["a list with a hole", [1, , 3], "undefined is an undefined"],
    ["undefined in an object", { a: [{ b: undefined }] }, "undefined is an undefined"],
    ["a bigint in an instance of a class", Object.assign(new Money(), { big: 1n }), "is a Money"],
    ["99 levels", JSON.parse(nested(99)), "they nest deeper than 98 levels"],
  ])("is refused by name: %s", async (_what, argument, message) => {
    const error = await refusal(argument);

    expect(error).toBeInstanceOf(InvalidJobError);
    expect(error).toHaveProperty("message", expect.stringContaining(message));
  });

  test("that contains itself is refused for its depth", async () => {
    const loop: unknown[] = [];
    loop.push({ loop });

    expect(await refusal(loop)).toHaveProperty("message", expect.stringContaining("nest deeper"));
  });

  test("whose class has lost its constructor is refused all the same", async () => {
    const stranger = Object.create(Object.create(Object.create(null) as object) as object) as object;

    expect(await refusal(stranger)).toBeInstanceOf(InvalidJobError);
  });

  test("is refused in the words of Sidekiq, with what to do", async () => {
    expect(await refusal(new Date(0))).toHaveProperty(
      "message",
      'Job arguments to HardJob must be native JSON types, but "1970-01-01T00:00:00.000Z" is a Date. ' +
        "Pass a string, a number or a plain object.",
    );
  });

  test("is refused with a code that programs can tell", async () => {
    expect(await refusal(undefined)).toHaveProperty("code", "TSQ_INVALID_JOB");
  });
});
