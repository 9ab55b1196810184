/** Arguments that cannot be decoded or encoded: what is said of them, and of which place. */
import { ConfigError, DeserializationError, InvalidJobError, SerializationError, temporal } from "tsq";
import type { UnknownValue } from "tsq";
import { describe, expect, test } from "vitest";
import { decodeArguments, encodeArguments } from "../support/inside-active-job.ts";

const serialized = (name: string, members: object): object => ({
  _aj_serialized: `ActiveJob::Serializers::${name}Serializer`,
  ...members,
});

const deep = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};

describe("what cannot be decoded is told with its place and a remedy", () => {
  test.each<readonly [string, object, string]>([
    ["a Symbol without a name", serialized("Symbol", { value: 5 }), "has `5` as its `value`"],
    [
      "a Date that is none",
      serialized("Date", { value: "2030-02-31" }),
      'is `"2030-02-31"`, which is no date',
    ],
    [
      "a Date without a value",
      serialized("Date", {}),
      "has nothing as its `value`, where Ruby writes a text such as `2030-01-02`",
    ],
    [
      "a Time that is none",
      serialized("Time", { value: "2030-02-31T00:00:00.000000000Z" }),
      "which is no date or time",
    ],
    [
      "a Time of no hour",
      serialized("Time", { value: "2030-01-31T25:00:00.000000000Z" }),
      "which is no date or time",
    ],
    [
      "a Time without an offset",
      serialized("Time", { value: "2030-01-01T00:00:00" }),
      'is the time `"2030-01-01T00:00:00"`, without the offset that Ruby writes',
    ],
    [
      "a zone that is no text",
      serialized("TimeWithZone", { value: "2030-01-01T00:00:00Z", time_zone: 5 }),
      "is a time in the zone `5`",
    ],
    [
      "a decimal that is none",
      serialized("BigDecimal", { value: "1,5" }),
      'is the BigDecimal `"1,5"`, which is no decimal',
    ],
    ["a class that is none", serialized("Module", { value: "not a class" }), "which is no class of Ruby"],
    ["a Duration without parts", serialized("Duration", { value: 5 }), "has nothing as the `parts`"],
    [
      "a Duration of fortnights",
      serialized("Duration", { value: 5, parts: [["fortnights", 1]] }),
      'has the part `"fortnights"`',
    ],
    [
      "a Duration of no number",
      serialized("Duration", { value: "x", parts: [] }),
      'has `"x"` in a Duration, where Ruby writes a number',
    ],
    ["a serializer without a name", { _aj_serialized: 5 }, "has `5` as its `_aj_serialized`"],
    ["marks that are no list", { a: 1, _aj_symbol_keys: "a" }, 'has `"a"` as its `_aj_symbol_keys`'],
    [
      "a GlobalID that is none",
      { _aj_globalid: "gid://crm/Contact" },
      'is `"gid://crm/Contact"`, which is no GlobalID such as',
    ],
    ["a GlobalID that is no text", { _aj_globalid: 5 }, "is `5`, which is no GlobalID"],
  ])("%s", (_what, json, message) => {
    const decode = (): unknown => decodeArguments([1, { when: [json], _aj_symbol_keys: [] }], {});

    expect(decode).toThrow(DeserializationError);
    expect(decode).toThrow(`Error while trying to deserialize arguments: arguments[1].when[0] `);
    expect(decode).toThrow(message);
    expect(decode).toThrow(/[.] \S.*[.]$/);
  });

  test("the end of a Range", () => {
    const range = serialized("Range", { begin: null, end: serialized("Date", { value: "x" }) });

    expect(() => decodeArguments([{ "post code": range }], {})).toThrow(
      'arguments[0]["post code"].end is `"x"`',
    );
  });

  test("nesting that no Ruby could read, which discards no job in Ruby either", () => {
    const decode = (): unknown => decodeArguments([deep(100_000)], {});

    expect(decode).toThrow("nests deeper than 100 levels");
    expect(decode).toThrow(ConfigError);
    expect(decodeArguments([deep(99)], {})).toEqual([deep(99)]);
  });

  test("with Ruby's name and a code of tsq", () => {
    const error = new DeserializationError("arguments[0]", "is bad.");

    expect(error).toMatchObject({ name: "ActiveJob::DeserializationError", code: "TSQ_DESERIALIZATION" });
  });

  test("and what only Ruby knows throws where it is taken for a text or a number", () => {
    const [value] = decodeArguments([{ _aj_serialized: "MoneySerializer" }], {}) as [UnknownValue];

    expect(() => `a ${value as unknown as string}`).toThrow(
      "got one of the serializer MoneySerializer. Give that serializer to `configure({ serializers: […] })`",
    );
    expect(() => Number(value)).toThrow(TypeError);
  });
});

describe("what Ruby reads and this process does not is no fault of the job, which must not be discarded for it:", () => {
  test.each<readonly [string, object, string]>([
    [
      "a zone that this Node does not know",
      serialized("TimeWithZone", { value: "2030-01-01T00:00:00Z", time_zone: "Mars/Olympus" }),
      'is a time in the zone `"Mars/Olympus"`, which this Node does not know. Name it as the IANA does',
    ],
    ["a leap day of the Julian calendar", serialized("Date", { value: "1500-02-29" }), "which Ruby reads"],
    [
      "a DateTime of such a day",
      serialized("DateTime", { value: "1500-02-29T00:00:00.000000000+00:00" }),
      'Read it yourself: `configure({ serializers: [{ name: "ActiveJob::Serializers::DateTimeSerializer", … }] })`.',
    ],
    ["a year that Temporal has not", serialized("Date", { value: "300000-01-01" }), "Temporal cannot hold"],
    ["a Time of such a year", serialized("Time", { value: "300000-01-01T00:00:00Z" }), "which Ruby reads"],
    ["the hour 24", serialized("Time", { value: "2030-01-01T24:00:00Z" }), "which Ruby reads"],
    ["an id of bytes", { _aj_globalid: "gid://crm/Blob/%FF" }, "whose id is bytes that are no text"],
  ])("%s", (_what, json, message) => {
    const decode = (): unknown => decodeArguments([1, { when: [json], _aj_symbol_keys: [] }], {});

    expect(decode).toThrow(ConfigError);
    expect(decode).toThrow(`arguments[1].when[0] `);
    expect(decode).toThrow(message);
  });
});

describe("what cannot be encoded is told with its place and a remedy", () => {
  class Contact {
    readonly id = 7;
  }
  const circle: Record<string, unknown> = {};
  circle["me"] = circle;

  test.each<readonly [string, unknown, string]>([
    ["undefined", undefined, "Unsupported argument type: undefined, arguments[1].when[0]. Pass null"],
    ["a function", () => {}, "Unsupported argument type: function, arguments[1].when[0]. Leave it out."],
    [
      "a symbol of JavaScript",
      Symbol("a"),
      "Unsupported argument type: symbol, arguments[1].when[0]. Pass `symbol(",
    ],
    ["NaN", Number.NaN, "Unsupported argument type: NaN, arguments[1].when[0]. Pass null or a string."],
    [
      "a Date that is none",
      new Date(Number.NaN),
      "Unsupported argument type: Invalid Date, arguments[1].when[0].",
    ],
    ["a Map", new Map(), "Unsupported argument type: Map, arguments[1].when[0]. Pass a plain object"],
    ["a Set", new Set(), "Unsupported argument type: Set, arguments[1].when[0]. Pass an array"],
    [
      "an object of a class",
      new Contact(),
      "Unsupported argument type: Contact, arguments[1].when[0]. Pass a plain object, a GlobalID",
    ],
    [
      "an object of a class without a name",
      new (class {
        readonly id = 7;
      })(),
      "Unsupported argument type: a class without a name",
    ],
    [
      "a time without a zone",
      temporal().PlainDateTime.from("2030-01-01T00:00"),
      "Unsupported argument type: Temporal.PlainDateTime, arguments[1].when[0]. Pass a Temporal.ZonedDateTime",
    ],
    [
      "a key of ActiveJob",
      { _aj_globalid: 1, b: 2 },
      `Can't serialize a Hash with reserved key "_aj_globalid": arguments[1].when[0]._aj_globalid. Rename it.`,
    ],
    [
      "a key that is a symbol of JavaScript",
      { [Symbol("a")]: 1 },
      "Only string and symbol hash keys may be serialized as job arguments, but arguments[1].when[0] has the key Symbol(a)",
    ],
    [
      "a hole",
      // oxlint-disable-next-line no-sparse-arrays -- that is the case
      [1, , 2],
      "Unsupported argument type: undefined, arguments[1].when[0][1].",
    ],
    ["a circle", circle, "nests deeper than 95 levels, or in a circle. Flatten it."],
  ])("%s", (_what, value, message) => {
    const encode = (): unknown => encodeArguments([1, { when: [value] }], {});

    expect(encode).toThrow(SerializationError);
    expect(encode).toThrow(InvalidJobError);
    expect(encode).toThrow(message);
  });

  test("a key with braces stands in the place as it is", () => {
    expect(() => encodeArguments([{ "{}": undefined }], {})).toThrow('undefined, arguments[0]["{}"].');
  });

  test("with Ruby's name", () => {
    expect(new SerializationError("x")).toMatchObject({
      name: "ActiveJob::SerializationError",
      code: "TSQ_INVALID_JOB",
    });
  });
});
