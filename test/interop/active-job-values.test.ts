/** What Ruby decodes of our arguments is what we meant, class and value; and what Ruby writes is a value here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dumpJson, parseJson } from "@tsq/core/protocol";
import {
  BigDecimal,
  Duration,
  float,
  GlobalID,
  indifferent,
  kwargs,
  Range,
  RubyModule,
  rubyTime,
  symbol,
  symbolKeys,
  temporal,
} from "tsq";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeArguments, encodeArguments } from "../support/inside-active-job.ts";
import { describeInterop } from "../support/shared-redis.ts";

const Temporal = temporal();
const SUPPORT = readFileSync(join(import.meta.dirname, "../support/ruby/active_job_values.rb"), "utf8");

const berlin = Temporal.ZonedDateTime.from("2030-07-01T12:00:00.123456789+02:00[Europe/Berlin]");
const date = Temporal.PlainDate.from("2030-01-02");

/** A value of ours, the same in Ruby, and the first ActiveJob that has it where 6.1 has not. */
const VALUES: readonly (readonly [what: string, ours: unknown, ruby: string, since?: number])[] = [
  ["nil", null, "nil"],
  ["true", true, "true"],
  ["an Integer", 7, "7"],
  ["a big Integer", 12345678901234567890n, "12345678901234567890"],
  ["a big negative Integer", -(2n ** 70n), "-(2**70)"],
  ["a Float", 2.5, "2.5"],
  ["a text", "é😀\u2028", `"é😀\\u2028"`],
  ["a list", [1, [symbol("two"), []]], "[1, [:two, []]]"],
  ["a Symbol", symbol("welcome"), ":welcome"],
  ["an odd Symbol", symbol("an odd one?"), `:"an odd one?"`],
  ["a Date", date, "Date.new(2030, 1, 2)"],
  ["an old Date", Temporal.PlainDate.from("0016-12-31"), `Date.iso8601("0016-12-31")`],
  ["a far Date", Temporal.PlainDate.from("+012016-12-31"), `Date.new(12016, 12, 31)`],
  ["a Time of UTC", berlin.toInstant(), "Time.utc(2030, 7, 1, 10, 0, Rational(123456789, 10**9))"],
  [
    "a Time with an offset",
    berlin.withTimeZone("+05:45"),
    `Time.new(2030, 7, 1, 15, 45, Rational(123456789, 10**9), "+05:45")`,
  ],
  [
    "a DateTime",
    rubyTime(berlin, "DateTime"),
    `DateTime.new(2030, 7, 1, 12, 0, Rational(123456789, 10**9), "+02:00")`,
  ],
  ["a Duration", new Duration({ minutes: 90 }), "90.minutes"],
  ["a Duration of parts", new Duration({ months: 1, days: 2 }), "1.month + 2.days"],
  ["a Duration of mixed signs", new Duration({ months: 1, days: -2 }), "1.month - 2.days"],
  ["a Duration of a fraction", new Duration({ seconds: 1.5 }), "1.5.seconds"],
  ["a BigDecimal", new BigDecimal("3.14159265358979323846"), `BigDecimal("3.14159265358979323846")`, 7.1],
  ["a Range", new Range(1, 10), "1..10", 7],
  ["a Range without its end", new Range("a", "z", { excludeEnd: true }), `"a"..."z"`, 7],
  ["an open Range", new Range(1, null), "1..", 7],
  ["a Range that nothing begins", new Range(null, 5), "..5", 7],
  [
    "a Range of dates",
    new Range(date, date.add({ days: 7 })),
    "Date.new(2030, 1, 2)..Date.new(2030, 1, 9)",
    7,
  ],
  ["a class", new RubyModule("String"), "String"],
  ["a module", new RubyModule("Comparable"), "Comparable"],
  ["a model", new GlobalID("gid://crm/Contact/7"), "Contact.new(7)"],
  ["a hash with strings", { a: 1, b: { c: 2 } }, `{"a" => 1, "b" => {"c" => 2}}`],
  ["a hash with symbols", symbolKeys({ a: 1, b: symbolKeys({ c: symbol("d") }) }), "{a: 1, b: {c: :d}}"],
  ["a mixed hash", symbolKeys({ s: 1, sy: symbol("v") }, ["sy"]), `{"s" => 1, sy: :v}`],
  ["an indifferent hash", indifferent({ a: 1 }), "{a: 1}.with_indifferent_access"],
  ["an empty hash", {}, "{}"],
];

/** Ends of Ranges of every kind, two of each, the greater one last. */
const ENDS: readonly (readonly [lesser: unknown, greater: unknown])[] = [
  [null, null],
  [1, 7],
  [2.5, 9.5],
  [new BigDecimal("1.5"), new BigDecimal("11.5")],
  ["a", "z"],
  [symbol("a"), symbol("z")],
  [date, date.add({ days: 9 })],
  [berlin, berlin.add({ days: 9 })],
  [berlin.withTimeZone("+05:45"), berlin.toInstant()],
  [rubyTime(berlin, "DateTime"), rubyTime(berlin.add({ days: 9 }), "DateTime")],
  [new Duration({ hours: 2 }), new Duration({ hours: 3 })],
  [true, false],
  [[1], [2]],
  [{ a: 1 }, symbolKeys({ b: 1 })],
  [new RubyModule("String"), new RubyModule("Comparable")],
];

/** What is written of them, if anything. */
const writtenRanges = (): readonly (readonly [range: string, begin: string, end: string])[] =>
  ENDS.flatMap(([begin]) =>
    ENDS.flatMap(([, end]) => {
      try {
        const [range] = encodeArguments([new Range(begin, end)], {});
        return [[range, ...encodeArguments([begin], {}), ...encodeArguments([end], {})]];
      } catch (error) {
        expect((error as Error).message).toMatch(/^Unsupported argument: arguments\[0\] is a Range from/);
        return [];
      }
    }),
  ).map(([range, begin, end]) => [dumpJson([range]), dumpJson([begin]), dumpJson([end])]);

/** Of which Ruby's bytes are others: they say what is not said here. */
const READ_ONLY: readonly (readonly [what: string, ours: unknown, told: string])[] = [
  [
    "keyword arguments",
    kwargs({ key: "word", other: 1 }),
    `keywords {:key: String "word", :other: Integer 1}`,
  ],
  ["a whole Float", float(1), "Float 1.0"],
  [
    "a whole Float of a Duration",
    new Duration({ hours: float(2) }, float(7200)),
    "Duration 7200.0 [[:hours, 2.0]]",
  ],
  ["a Date of JavaScript", new Date(1_500), "Time 1970-01-01T00:00:01.500000000Z"],
];

describeInterop(
  "the arguments of ActiveJob",
  (shared) => {
    let rails: number;
    beforeAll(async () => {
      rails = await shared.eval<number>(`${SUPPORT}\nActiveJob.version.to_s[/\\d+\\.\\d+/].to_f`);
    });
    const told = (ruby: string): Promise<string> => shared.eval("Interop.told(eval(args[0]))", ruby);
    const read = (json: string): Promise<string> => shared.eval("Interop.read(args[0])", json);
    const written = (ruby: string): Promise<string> => shared.eval("Interop.write(args[0])", ruby);

    test("are those of the Rails of this generation", () => {
      expect(rails).toBe(shared.ruby.generation === 6 ? 6.1 : 7.2);
    });

    describe("that tsq wrote are in Ruby what was meant", () => {
      test.for(VALUES)("%s", async ([, ours, ruby, since = 0]) => {
        const json = dumpJson(encodeArguments([ours], {}));

        const found = await read(json);

        // What a Rails does not have, it refuses.
        if (rails < since) expect(found).toMatch(/^ActiveJob::DeserializationError: .*is not known$/);
        else expect(found).toBe(await told(ruby));
      });

      test.for(READ_ONLY)("%s", async ([, ours, expected]) => {
        expect(await read(dumpJson(encodeArguments([ours], {})))).toContain(expected);
      });

      test("Ranges with ends of two kinds, or they are refused", async ({ skip }) => {
        if (rails < 7) skip(`Rails ${rails} has no Ranges`);
        const written = writtenRanges();
        // Of 225 pairs all that Ruby takes, but for the module that a class includes.
        expect(written).toHaveLength(80);

        const found = await shared.eval<string[]>(
          `args[0].map { |json| Interop.read(json) }`,
          written.flat(),
        );

        for (const [i] of written.entries()) {
          const [range, begin, end] = found.slice(3 * i, 3 * i + 3);
          expect(range).toBe(`Range ${begin} .. ${end}`);
        }
      });

      test.each([
        ["Europe/Berlin", "2030-07-01T12:00:00.123456789+02:00 Europe/Berlin"],
        ["Etc/UTC", "2030-07-01T10:00:00.123456789Z Etc/UTC"],
      ])("a time in %s, whose zone Rails before 7.1 does not read", async (zone, expected) => {
        const found = await read(dumpJson(encodeArguments([berlin.withTimeZone(zone)], {})));

        const inItsOwn = "2030-07-01T06:00:00.123456789-04:00 America/New_York";
        expect(found).toBe(`TimeWithZone ${rails < 7 ? inItsOwn : expected}`);
      });
    });

    describe("that Ruby wrote are values here, and go back as the same bytes", () => {
      test.for(VALUES)("%s", async ([, ours, ruby, since = 0]) => {
        const json = await written(ruby);

        if (rails < since) {
          // BigDecimals went as texts.
          expect(json).toMatch(ours instanceof BigDecimal ? /^\["/ : /^ActiveJob::SerializationError: /);
          return;
        }
        const values = decodeArguments(parseJson(json) as readonly unknown[], {}) as readonly unknown[];
        expect(dumpJson(encodeArguments(values, {}))).toBe(json);
        // What we write for the same is the same, too.
        expect(dumpJson(encodeArguments([ours], {}))).toBe(json);
      });

      test("a time in the zone of its app", async () => {
        const json = await written(
          `Time.utc(2030, 7, 1, 10, 0, Rational(123456789, 10**9)).in_time_zone("Europe/Berlin")`,
        );
        const values = decodeArguments(parseJson(json) as readonly unknown[], {}) as readonly unknown[];

        expect(String(values[0])).toBe(
          rails < 7 ? "2030-07-01T12:00:00.123456789+02:00[+02:00]" : berlin.toString(),
        );
        expect(dumpJson(encodeArguments(values, {}))).toBe(json);
      });
    });
  },
  { sideBySide: true },
);
