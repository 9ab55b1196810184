import { defineJob, InvalidJobError } from "@tsq/core";
import * as fc from "fast-check";
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
    const parent = Object.assign(Object.create(null) as object, { inherited: undefined });

    expect(await delivered(Object.create(parent))).toEqual([{}]);
  });

  test("may nest to 98 levels, which makes 100 with the payload around it", async () => {
    expect(await delivered(JSON.parse(nested(98)))).toEqual([JSON.parse(nested(98))]);
  });

  test("may carry a symbol that a library hides on it", async () => {
    const marked = Object.defineProperty({ a: 1 }, Symbol("proxied"), { value: true });

    expect(await delivered(marked)).toEqual([{ a: 1 }]);
  });

  test("may occur twice", async () => {
    const shared = { a: 1 };

    expect(await delivered(shared, [shared, shared])).toEqual([shared, [shared, shared]]);
  });
});

const ODD: readonly unknown[] = [
  undefined,
  Number.NaN,
  Symbol("s"),
  new Date(0),
  () => 1,
  "\ud83d",
  Object("x"),
];

const holdsOdd = (value: unknown): boolean =>
  ODD.includes(value) ||
  (typeof value === "object" && value !== null && Object.values(value).some((inner) => holdsOdd(inner)));

test("whatever is odd is refused, wherever it is, by its place, and nothing else is", async () => {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.jsonValue() as fc.Arbitrary<unknown>,
      fc.constantFrom(5n, ...ODD),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.string(), tie("value"), { maxKeys: 3 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(value, async (argument) => {
      const result = await refusal(argument);

      expect(result instanceof InvalidJobError).toBe(holdsOdd(argument));
      if (!(result instanceof InvalidJobError)) return;
      expect(result.message).not.toContain("changed while it was read");
      expect(result.message).toContain(", but args[0]");
    }),
  );
});

describe("an argument that Ruby could not read back", () => {
  test.each([
    ["a Date", new Date(0), 'args[0] is a Date, `"1970-01-01T00:00:00.000Z"`'],
    ["a Map", new Map([[1, 2]]), "args[0] is a Map"],
    ["a Set", new Set([1]), "args[0] is a Set"],
    ["an instance of a class", new Money(), 'args[0] is a Money, `{"cents":1}`'],
    ["an Error", new Error("no"), "args[0] is an Error"],
    ["a regular expression", /x/, "args[0] is a RegExp"],
    ["a Buffer", Buffer.from("x"), "args[0] is a Buffer"],
    [
      "an instance of a class without a name",
      new (class {
        readonly a = 1;
      })(),
      'args[0] is a class instance, `{"a":1}`',
    ],
    ["a boxed string", Object("x"), 'args[0] is a String, `"x"`'],
    ["undefined", undefined, "args[0] is undefined, which JSON does not know. Pass null."],
    ["NaN", Number.NaN, "args[0] is NaN, which is no JSON number"],
    ["Infinity", [-Infinity], "args[0][0] is -Infinity, which is no JSON number"],
    ["a function", { map: () => 1 }, "args[0].map is a function, `() => 1`"],
    ["a symbol", Symbol("s"), "args[0] is a symbol, `Symbol(s)`"],
    ["half a character", "😀".slice(0, 1), 'args[0] is `"\\ud83d"`, which holds half of a surrogate pair'],
    [
      "half a character in a key",
      { [`a${"😀".slice(1)}`]: 1 },
      'a key of args[0] is `"a\\ude00"`, which holds half',
    ],
    // oxlint-disable-next-line no-sparse-arrays -- that is the case
    ["a list with a hole", [1, , 3], "args[0][1] is undefined, which JSON does not know. Pass null."],
    [
      "undefined in an object",
      { a: [{ b: undefined }] },
      "args[0].a[0].b is undefined, which JSON does not know. Pass null, or leave the key out.",
    ],
    [
      "undefined behind a key in quotes",
      { "zip code": undefined },
      'args[0]["zip code"] is undefined, which JSON does not know. Pass null, or',
    ],
    [
      "a symbol as a key",
      { a: [{ [Symbol("id")]: 1, b: 1 }] },
      "a key of args[0].a[0] is a symbol, `Symbol(id)`, which JSON would leave out. Use a string",
    ],
    ["a bigint in an instance of a class", Object.assign(new Money(), { big: 1n }), "args[0] is a Money"],
    ["a Buffer of a megabyte", Buffer.alloc(1_000_000), '`{"type":"Buffer","data":[0,0'],
    [
      "a class whose toJSON answers nothing",
      new (class Nothing {
        toJSON() {}
      })(),
      "args[0] is a Nothing, `[object Object]`",
    ],
    ["99 levels", JSON.parse(nested(99)), "args[0] nests deeper than 98 levels"],
  ])("is refused by name: %s", async (_what, argument, message) => {
    const error = await refusal(argument);

    expect(error).toBeInstanceOf(InvalidJobError);
    expect(error).toHaveProperty("message", expect.stringContaining(message));
    expect((error as Error).message.length).toBeLessThan(400);
  });

  test("is named by its place among the arguments", async () => {
    const error = await delivered(1, { name: "x", zip: undefined }).catch((error: unknown) => error);

    expect(error).toHaveProperty(
      "message",
      "Job arguments to HardJob must be native JSON types, but args[1].zip is undefined, which JSON does not know. " +
        "Pass null, or leave the key out.",
    );
  });

  test("that contains itself is refused as a circle", async () => {
    const loop: unknown[] = [];
    loop.push({ loop });

    expect(await refusal(loop)).toHaveProperty("message", expect.stringContaining("again, a circle"));
  });

  test("whose class has lost its constructor is refused all the same", async () => {
    const stranger = Object.create(Object.create(Object.create(null) as object) as object) as object;

    expect(await refusal(stranger)).toBeInstanceOf(InvalidJobError);
  });

  test("is refused in the words of Sidekiq, with what to do", async () => {
    expect(await refusal(new Date(0))).toHaveProperty(
      "message",
      'Job arguments to HardJob must be native JSON types, but args[0] is a Date, `"1970-01-01T00:00:00.000Z"`. ' +
        "Pass a string, a number or a plain object.",
    );
  });

  test("is refused with a code that programs can tell", async () => {
    expect(await refusal(undefined)).toHaveProperty("code", "TSQ_INVALID_JOB");
  });
});
