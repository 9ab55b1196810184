/** The arguments of real ActiveJobs as values, and back as the same bytes. */
import * as fc from "fast-check";
import {
  BigDecimal,
  float,
  GlobalID,
  indifferent,
  kwargs,
  Range,
  RubyModule,
  RubySymbol,
  symbol,
  symbolKeys,
  UnknownValue,
} from "tsq";
import type { RubyDate } from "tsq";
import { dumpJson, parseJson } from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";
import { decodeArguments, encodeArguments } from "../support/inside-active-job.ts";
import { rubyArguments } from "../support/ruby-arguments.ts";
import { payloadTexts, vectorNames } from "../support/vectors.ts";
import { runs } from "../support/runs.ts";

const SERIALIZERS = "ActiveJob::Serializers::";

// Nothing here has models to find: no promise.
const decoded = (text: string): readonly unknown[] =>
  decodeArguments(parseJson(text) as readonly unknown[], {}) as readonly unknown[];
const encoded = (...values: readonly unknown[]): string => dumpJson(encodeArguments(values, {}));

const one = (json: object): unknown => decoded(dumpJson([json]))[0];
const serialized = (name: string, members: object): object => ({
  _aj_serialized: `${SERIALIZERS}${name}Serializer`,
  ...members,
});

const texts = vectorNames()
  .filter(([scenario]) => scenario.startsWith("activejob-"))
  .flatMap(([scenario, version]) =>
    payloadTexts(scenario, version).map((text, at) => [`${scenario} ${version} ${at}`, text] as const),
  );

const argumentsIn = (text: string): readonly unknown[] =>
  // The shape is ActiveJob's: WIRE §13.2.
  (parseJson(text) as { args: [{ arguments: readonly unknown[] }] }).args[0].arguments;

describe("arguments that are decoded and encoded are the same bytes", () => {
  test.for(texts)("as Ruby wrote them: %s", ([, text]) => {
    const written = dumpJson(argumentsIn(text));

    expect(encoded(...decoded(written))).toBe(written);
    // In the text itself: nothing was lost where it was parsed.
    expect(text).toContain(`"arguments":${written}`);
  });

  test("as Ruby could write them", () => {
    fc.assert(
      fc.property(rubyArguments, (list) => {
        const written = dumpJson(list);

        expect(encoded(...decoded(written))).toBe(written);
      }),
      { numRuns: runs(1_000) },
    );
  });

  test("in a second decoding of the values that were enqueued again", () => {
    fc.assert(
      fc.property(rubyArguments, (list) => {
        const again = encoded(...decoded(dumpJson(list)));

        expect(encoded(...decoded(again))).toBe(again);
      }),
      { numRuns: runs(200) },
    );
  });
});

describe("what a handler gets", () => {
  test("plain arguments are what was parsed, not copied", () => {
    const list = parseJson('[1,"two",null,true,[3.5,[12345678901234567890]]]') as readonly unknown[];

    expect(decodeArguments(list, {})).toBe(list);
    expect(list[4]).toEqual([3.5, [12345678901234567890n]]);
  });

  test("a Symbol", () => {
    const value = one(serialized("Symbol", { value: "welcome" }));

    expect(value).toEqual(symbol("welcome"));
    expect(value).toBeInstanceOf(RubySymbol);
    expect(`${String(value)}/${JSON.stringify({ value })}`).toBe('welcome/{"value":"welcome"}');
  });

  test("a BigDecimal, with all its digits", () => {
    const value = one(serialized("BigDecimal", { value: "3.14159265358979323846" })) as BigDecimal;

    expect(String(value)).toBe("3.14159265358979323846");
    expect(value.toNumber()).toBe(Math.PI);
  });

  test("a Range, also of dates, and open ones", () => {
    const dates = one(
      serialized("Range", {
        begin: serialized("Date", { value: "2030-01-02" }),
        end: null,
        exclude_end: true,
      }),
    ) as Range<RubyDate>;

    expect(String(dates.begin)).toBe("2030-01-02");
    expect(dates).toMatchObject({ end: null, excludeEnd: true });
    expect(one(serialized("Range", { begin: "a", end: "z", exclude_end: false }))).toEqual(
      new Range("a", "z"),
    );
  });

  test("a class, a GlobalID, and what only Ruby knows", () => {
    expect(one(serialized("Module", { value: "Billing::Invoice" }))).toEqual(
      new RubyModule("Billing::Invoice"),
    );
    expect(one({ _aj_globalid: "gid://crm/Billing::Invoice/a%2Fb+c?expires_in=1" })).toMatchObject({
      app: "crm",
      model: "Billing::Invoice",
      id: "a/b c",
    });
    expect(one({ _aj_serialized: "MoneySerializer", cents: 5 })).toEqual(
      new UnknownValue("MoneySerializer", { _aj_serialized: "MoneySerializer", cents: 5 }),
    );
  });

  test("hashes without their marks", () => {
    const hash = { a: 1, b: { c: 2, _aj_symbol_keys: ["c"] } };

    expect(one({ ...hash, _aj_symbol_keys: ["a"] })).toStrictEqual({ a: 1, b: { c: 2 } });
    expect(one({ ...hash, _aj_ruby2_keywords: ["a"] })).toStrictEqual({ a: 1, b: { c: 2 } });
    expect(one({ ...hash, _aj_hash_with_indifferent_access: true })).toStrictEqual({ a: 1, b: { c: 2 } });
  });

  test("hashes by the marks that are true, as in Rails", () => {
    const symbols = one({ a: 1, _aj_hash_with_indifferent_access: false, _aj_symbol_keys: ["a"] });
    const strings = one({ a: 1, _aj_hash_with_indifferent_access: false, _aj_symbol_keys: null });

    expect([symbols, strings]).toStrictEqual([{ a: 1 }, { a: 1 }]);
    expect(encoded(symbols, strings)).toBe('[{"a":1,"_aj_symbol_keys":["a"]},{"a":1}]');
  });

  test("a key `__proto__` as a key", () => {
    const [hash] = decoded('[{"__proto__":{"isAdmin":true},"_aj_symbol_keys":[]}]') as [object];

    expect(Object.keys(hash)).toEqual(["__proto__"]);
    expect(hash).not.toHaveProperty("isAdmin");
  });
});

describe("what is enqueued", () => {
  test("objects have string keys, unless one says otherwise", () => {
    const hash = { a: { b: 1 } };
    const inner = '{"b":1,"_aj_symbol_keys":[]}';

    expect(encoded(hash)).toBe(`[{"a":${inner},"_aj_symbol_keys":[]}]`);
    expect(encoded(kwargs(hash))).toBe(`[{"a":${inner},"_aj_ruby2_keywords":["a"]}]`);
    expect(encoded(symbolKeys(hash))).toBe(`[{"a":${inner},"_aj_symbol_keys":["a"]}]`);
    expect(encoded(symbolKeys({ ...hash, c: 1 }, ["c"]))).toBe(
      `[{"a":${inner},"c":1,"_aj_symbol_keys":["c"]}]`,
    );
    expect(encoded(indifferent(hash))).toBe(`[{"a":${inner},"_aj_hash_with_indifferent_access":true}]`);
    // They are copies: what was given is as it was.
    expect(encoded(hash)).toBe(`[{"a":${inner},"_aj_symbol_keys":[]}]`);
  });

  test("a hash that was decoded keeps its form when it is changed, and loses it when it is copied", () => {
    const [mixed] = decoded('[{"a":1,"b":2,"_aj_symbol_keys":["b"]}]') as [Record<string, number>];
    const [symbols] = decoded('[{"a":1,"b":2,"_aj_symbol_keys":["a","b"]}]') as [Record<string, number>];
    mixed["c"] = 3;
    symbols["c"] = 3;
    delete symbols["a"];

    expect(encoded(mixed)).toBe('[{"a":1,"b":2,"c":3,"_aj_symbol_keys":["b"]}]');
    expect(encoded(symbols)).toBe('[{"b":2,"c":3,"_aj_symbol_keys":["b","c"]}]');
    expect(encoded({ ...symbols })).toBe('[{"b":2,"c":3,"_aj_symbol_keys":[]}]');
  });

  test("values of Ruby", () => {
    expect(
      encoded(symbol("a"), new BigDecimal("1.50"), new RubyModule("String"), new GlobalID("gid://a/B/1")),
    ).toBe(
      dumpJson([
        serialized("Symbol", { value: "a" }),
        serialized("BigDecimal", { value: "1.50" }),
        serialized("Module", { value: "String" }),
        { _aj_globalid: "gid://a/B/1" },
      ]),
    );
    expect(encoded(new Range(symbol("a"), null, { excludeEnd: true }))).toBe(
      dumpJson([
        serialized("Range", { begin: serialized("Symbol", { value: "a" }), end: null, exclude_end: true }),
      ]),
    );
  });

  test("numbers: Integers of any size, Floats, and whole Floats by float()", () => {
    expect(encoded(1, 2n ** 70n, 1.5, float(1), [float(-2)])).toBe(
      "[1,1180591620717411303424,1.5,1.0,[-2.0]]",
    );
  });

  test("plain values are not copied", () => {
    const values = [1, "a", [null, true]];

    expect(encodeArguments(values, {})).toBe(values);
  });
});

describe("a serializer of one's own", () => {
  class Money {
    readonly cents: number;
    constructor(cents: number) {
      this.cents = cents;
    }
  }
  const money = {
    name: "MoneySerializer",
    serializes: (value: unknown) => value instanceof Money,
    serialize: ({ cents }: Money) => ({ cents }),
    deserialize: ({ cents }: { readonly [key: string]: unknown }) => new Money(Number(cents)),
  };
  // The types of a list of serializers forget what each is for.
  const settings = { serializers: [money as never] };

  test("makes values of what Ruby's wrote, and writes them as that does", () => {
    const json = [{ _aj_serialized: "MoneySerializer", cents: 5 }];

    const values = decodeArguments(json, settings) as readonly unknown[];

    expect(values).toEqual([new Money(5)]);
    expect(encodeArguments(values, settings)).toEqual(json);
  });
});
