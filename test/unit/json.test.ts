import { dumpJson, parseJson } from "@tsq/core/protocol";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { anyText } from "../support/any-text.ts";
import { nested, valueText } from "../support/json-text.ts";
import { runs } from "../support/runs.ts";

fc.configureGlobal({ numRuns: runs(300) });

/** What JSON.parse makes of it: every bigint as the number that it is rounded to. */
const rounded = (value: unknown): unknown => {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(rounded);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]));
};

const isExact = (value: bigint): boolean =>
  BigInt.asIntN(64, value) === value && Number.isSafeInteger(Number(value));

describe("parsing", () => {
  test.each([
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", 9007199254740992n],
    ["9007199254740993", 9007199254740993n],
    ["-9007199254740991", -9007199254740991],
    ["-9007199254740993", -9007199254740993n],
    ["12345678901234567890123", 12345678901234567890123n],
    ["1795451241069", 1795451241069],
    ["0", 0],
  ])("gives the integer %s exactly", (text, expected) => {
    expect(parseJson(text)).toBe(expected);
  });

  test.each(["1.0", "1e400", "1e16", "12345678901234567.5", "12345678901234567e2", "0.12345678901234567"])(
    "gives the float %s as a number",
    (text) => {
      expect(parseJson(text)).toBe(Number(text));
    },
  );

  test("gives what JSON.parse gives, but for big integers, which it rounds", () => {
    fc.assert(
      fc.property(valueText, (text) => {
        expect(rounded(parseJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test("gives every integer of a list exactly, however big", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt()), (integers) => {
        const expected = integers.map((integer) => (isExact(integer) ? Number(integer) : integer));

        expect(parseJson(`[${integers.join(" , ")}]`)).toEqual(expected);
      }),
    );
  });

  test("finds a big integer wherever it stands", () => {
    for (let offset = 0; offset < 50; offset++) {
      const text = `${" ".repeat(offset)}[9007199254740993]`;
      expect(parseJson(text)).toEqual([9007199254740993n]);
    }
  });

  test("takes digits in strings and keys for text, also next to a big integer", () => {
    const text = String.raw`{"12345678901234567890":12345678901234567890,"a\"12345678901234567890":"12345678901234567890"}`;

    expect(parseJson(text)).toEqual({
      "12345678901234567890": 12345678901234567890n,
      'a"12345678901234567890': "12345678901234567890",
    });
  });

  test.each([
    [String.raw`["\"",12345678901234567890]`, ['"', 12345678901234567890n]],
    [String.raw`["\\",12345678901234567890]`, ["\\", 12345678901234567890n]],
    [String.raw`["\\\"12345678901234567890"]`, [String.raw`\"12345678901234567890`]],
    [String.raw`["\\\\",12345678901234567890,"\\"]`, [String.raw`\\`, 12345678901234567890n, "\\"]],
    [
      String.raw`[12345678901234567890,"\",12345678901234567890,\""]`,
      [12345678901234567890n, '",12345678901234567890,"'],
    ],
    ['["\u2028\u2029",12345678901234567890]', ["\u2028\u2029", 12345678901234567890n]],
  ])("sees where strings end in %s", (text, expected) => {
    expect(parseJson(text)).toEqual(expected);
  });

  test("takes the last of equal keys", () => {
    expect(parseJson('{"a":12345678901234567890,"a":1}')).toEqual({ a: 1 });
    expect(parseJson('{"a":1,"a":12345678901234567890}')).toEqual({ a: 12345678901234567890n });
  });

  test("gives a key named __proto__ as a key", () => {
    const value = parseJson('{"__proto__":{"n":12345678901234567890}}') as object;

    expect(Object.entries(value)).toEqual([["__proto__", { n: 12345678901234567890n }]]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test("reaches a hundred levels deep", () => {
    expect(dumpJson(parseJson(nested(100, "12345678901234567890")))).toBe(
      nested(100, "12345678901234567890"),
    );
  });

  test.each([
    ["plain text", "x"],
    ["escapes", String.raw`\"\\`],
  ])("reads a string of 16 MB of %s beside a big integer", (_what, piece) => {
    const text = `["${piece.repeat((16 << 20) / piece.length)}",12345678901234567890]`;

    expect((parseJson(text) as unknown[])[1]).toBe(12345678901234567890n);
  });

  test.each(["", "{", "NaN", "[1,]", '{"a":1', "\ufeff{}", "12345678901234567890,", "/* a */ 1"])(
    "refuses %j with a SyntaxError",
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );
});

describe("dumping", () => {
  test("writes bigints as integers, wherever they are", () => {
    expect(dumpJson({ a: 1n, b: [-12345678901234567890n, { c: 0n }], d: "1n", e: 1 })).toBe(
      '{"a":1,"b":[-12345678901234567890,{"c":0}],"d":"1n","e":1}',
    );
  });

  test("and parsing gives back what was dumped", () => {
    const bigint = fc.bigInt().filter((value) => !isExact(value));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom(true, false, null),
        anyText,
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
        fc.maxSafeInteger(),
        bigint,
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));

    fc.assert(
      fc.property(value, (value) => {
        // A double beyond 2^53 is written without a fraction, and so read as the integer that it is.
        fc.pre(
          !/\d{16}/.test(
            JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? "" : inner)),
          ),
        );

        expect(parseJson(dumpJson(value))).toEqual(value);
      }),
    );
  });

  test("writes what JSON.stringify writes where there is no bigint", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(dumpJson(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  test("never takes a string for a bigint, whatever a dump has shown before", () => {
    const seen = dumpJson({ n: 12345678901234567890n });

    expect(parseJson(dumpJson([seen, "#1", '"1"', 1n]))).toEqual([seen, "#1", '"1"', 1]);
  });
});

describe("dumping in a program that gave bigints a toJSON of its own", () => {
  const prototype = BigInt.prototype as { toJSON?: () => unknown };
  afterEach(() => {
    delete prototype.toJSON;
  });

  test("still writes integers", () => {
    prototype.toJSON = function (this: bigint) {
      return String(this);
    };

    expect(dumpJson([12345678901234567890n, "1"])).toBe('[12345678901234567890,"1"]');
  });
});
