/** Options as data: what a row reads, by whichever door it comes, and how it refuses. */
import {
  boolean,
  ConfigError,
  functions,
  integer,
  middleware,
  notAsExpected,
  oneFunction,
  oneOf,
  queues,
  readOptions,
  seconds,
  text,
  textOrTexts,
  texts,
  timerMs,
} from "@tsq/core/config";
import type { Kind, Options, Place, Schema } from "@tsq/core/config";
import { describe, expect, expectTypeOf, test } from "vitest";

const AT: Place = { where: "config/sidekiq.yml:3: ", name: "it" };
const tells = "for a test";

const KINDS: Readonly<Record<string, Kind<unknown>>> = {
  integer: integer({
    from: 1,
    to: 500,
    example: 10,
    remedy: (value) => (value === 501 ? "Less." : undefined),
  }),
  count: integer({ from: 0, example: 25 }),
  interval: seconds({ above: 0, to: 1_000, example: 5 }),
  timer: timerMs({ from: 0, example: 25 }),
  text: text(),
  texts: texts("labels: [eu]"),
  paths: textOrTexts("path or list of paths"),
  mode: oneOf("reliable", "basic"),
  wire: oneOf("auto", 7, 8),
  boolean: boolean(),
  function: oneFunction("function of lines"),
  functions: functions(),
  middleware: middleware("server"),
  queues: queues(),
};

const read = (kind: string, value: unknown): unknown => KINDS[kind]?.read(value, AT);
/** As a file has it, or a flag whose text has been read. */
const readWritten = (kind: string, value: unknown): unknown =>
  (KINDS[kind]?.written ?? KINDS[kind])?.read(value, AT);

describe("an option reads", () => {
  test.each<[string, unknown, unknown]>([
    ["integer", 1, 1],
    ["integer", 500, 500],
    ["count", 0, 0],
    ["interval", 0.5, 0.5],
    ["timer", 0, 0],
    ["timer", 1.5, 1.5],
    ["timer", 2_147_483_647, 2_147_483_647],
    ["text", "blue", "blue"],
    ["texts", ["a", "b"], ["a", "b"]],
    ["paths", "a.ts", ["a.ts"]],
    ["mode", "basic", "basic"],
    ["wire", 7, 7],
    ["boolean", false, false],
    ["queues", ["a", "b,2", { name: "c", weight: 3 }, { name: "d" }], ["a:0", "b:2", "c:3", "d:0"]],
  ])("%s %j", (kind, value, is) => {
    const found = read(kind, value);

    expect(kind === "queues" ? names(found) : found).toEqual(is);
  });

  test.each<[string, unknown, unknown]>([
    ["timer", 25, 25_000],
    ["timer", 0.5, 500],
    ["timer", 2_147_483, 2_147_483_000],
    ["texts", ["a", 7], ["a", "7"]],
    ["queues", "a,2", ["a:2"]],
    ["queues", [["a", 2], ["b"], "c, 1"], ["a:2", "b:0", "c:1"]],
    ["queues", new Map([["a", 2]]), ["a:2"]],
  ])("what is written in a file: %s %j", (kind, value, is) => {
    const found = readWritten(kind, value);

    expect(kind === "queues" ? names(found) : found).toEqual(is);
  });

  test.each<[string, string, unknown]>([
    ["integer", " 7 ", 7],
    ["integer", "1e2", "1e2"],
    ["interval", "-0.5", -0.5],
    ["boolean", "true", true],
    ["boolean", "false", false],
    ["boolean", "yes", "yes"],
  ])("the text of a flag or a variable: %s %j", (kind, given, is) => {
    expect(KINDS[kind]?.parse?.(given)).toBe(is);
  });
});

const names = (found: unknown): readonly string[] =>
  (found as readonly { name: string; weight: number }[]).map(({ name, weight }) => `${name}:${weight}`);

describe("an option refuses, with the place, what was expected and what came,", () => {
  test.each<[string, unknown, string]>([
    ["integer", 0, "an integer from 1 to 500, got `0`. Write a plain number such as 10, or remove it"],
    ["integer", 501, "an integer from 1 to 500, got `501`. Less."],
    ["integer", "10", 'got `"10"`. Remove the quotes.'],
    ["integer", null, "got nothing."],
    ["integer", [5], "got `[5]`."],
    ["count", 1.5, "an integer from 0, got `1.5`."],
    ["count", 1e300, "an integer from 0, got `1e+300`."],
    ["count", 5n, "got `5`."],
    ["interval", 0, "a number of seconds above 0 to 1000, got `0`."],
    ["interval", Number.NaN, "got `NaN`."],
    [
      "timer",
      2_147_483_648,
      "a number of milliseconds from 0 to 2147483647, got `2147483648`. Write a plain",
    ],
    ["timer", new Date(0), "got the date 1970-01-01T00:00:00.000Z."],
    ["text", " ", 'text, got `" "`. Write a name, or remove it.'],
    ["text", 5, "text, got `5`. Put it in quotes."],
    ["text", new Map(), "got an empty mapping."],
    ["texts", "eu", 'a list, got `"eu"`. Write `labels: [eu]`.'],
    ["texts", [1], "text, got `1`. Put it in quotes."],
    ["mode", "super", '`reliable` or `basic`, got `"super"`. Leave it out for `reliable`.'],
    ["wire", "7", '`auto`, `7` or `8`, got `"7"`.'],
    ["boolean", 1, "true or false, got `1`."],
    ["function", "f", 'a function, got `"f"`.'],
    ["functions", () => {}, "an array of functions, got a function. Put each of them into the array."],
    ["functions", [null], "an array of functions, got a list."],
    ["queues", "default", 'a list of queues, got `"default"`.'],
    ["queues", [], "a list of queues, got an empty list."],
    ["queues", [{ name: "a", weight: "2" }], "A weight is an integer from 0"],
    ["queues", [["a", 2]], 'got `[a, 2]`. Write `"a,2"`.'],
    ["text", Object.create(null), "got `{}`."],
  ])("%s: %#", (kind, value, says) => {
    const reading = () => read(kind, value);

    expect(reading).toThrow(ConfigError);
    expect(reading).toThrow(says);
    expect(reading).toThrow("config/sidekiq.yml:3: Expected `it");
  });

  test.each<[string, unknown, string]>([
    [
      "timer",
      2_147_484,
      "a number of seconds from 0 to 2147483, got `2147484`. Write a plain number such as 25",
    ],
    ["queues", [["a", 1, 2]], "`[name, weight]`, got `[a, 1, 2]`."],
  ])("of what is written in a file: %s %j", (kind, value, says) => {
    expect(() => readWritten(kind, value)).toThrow(says);
  });

  test("only the beginning of what is long", () => {
    expect(notAsExpected(AT, "short", "x".repeat(200), "").message.length).toBeLessThan(200);
  });
});

test("an item of a list is refused at its own place, where it has one", () => {
  const place: Place = { ...AT, item: (key) => ({ where: `line ${Number(key) + 1}: `, name: "queues[]" }) };

  expect(() => queues().read(["a", ""], place)).toThrow("line 2: Expected `queues[]` to be `name` or");
});

interface TestOptions {
  size?: number;
  label?: string;
  level: string;
  mode?: "on" | "off";
}

const ROWS = {
  size: { ...integer({ from: 1, example: 5 }), tells, fallback: 5 },
  label: { ...text(), tells },
  level: { ...text(), tells, isRequired: true },
  mode: { ...oneOf("on", "off"), tells, make: () => "off" as const, usual: "what it was" },
} satisfies Schema<TestOptions>;

describe("the options of an object", () => {
  test("are what was given, what the row falls back to, what it makes, or undefined", () => {
    const found = readOptions("a Test", ROWS, { level: "low" });

    expect(found).toEqual({ size: 5, label: undefined, level: "low", mode: "off" });
    expectTypeOf(found).toEqualTypeOf<{
      readonly size: number;
      readonly label: string | undefined;
      readonly level: string;
      readonly mode: "on" | "off";
    }>();
  });

  test.each<[unknown, string]>([
    [{ level: "low", size: 0 }, "Expected `size` to be an integer from 1, got `0`."],
    [{ level: "low", size: null }, "Expected `size` to be an integer from 1, got nothing."],
    [{}, "Expected `level` to be text, got nothing."],
    [
      { level: "low", sizes: 1 },
      "Expected options of a Test that tsq knows, got `sizes`. Did you mean `size`?",
    ],
    [{ level: "low", other: 1 }, "There are size, label, level, mode."],
    ["low", "Expected the options of a Test to be an object, got a string."],
  ])("%j is refused", (options, says) => {
    expect(() => readOptions("a Test", ROWS, options)).toThrow(says);
  });

  test("are refused with what they belong to", () => {
    const rows: Options = { size: ROWS.size };

    expect(() => readOptions("a Test", rows, { size: 0 }, { where: "", of: "capsule `mail`" })).toThrow(
      "Expected `size` of capsule `mail` to be an integer",
    );
  });

  test("need a row for each option of their type", () => {
    const { level: _, ...rest } = ROWS;

    expectTypeOf(rest).not.toExtend<Schema<TestOptions>>();
    expectTypeOf(ROWS).toExtend<Schema<TestOptions>>();
  });
});
