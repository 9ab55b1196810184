/** Ranges whose ends are of two kinds: those that Ruby makes a Range of, and those that are refused. */
import {
  BigDecimal,
  Duration,
  float,
  GlobalID,
  Range,
  RubyModule,
  SerializationError,
  symbol,
  temporal,
} from "tsq";
import { describe, expect, test } from "vitest";
import { decodeArguments, encodeArguments } from "../support/inside-active-job.ts";

const { PlainDate, ZonedDateTime } = temporal();
const date = PlainDate.from("2030-01-02");
const time = ZonedDateTime.from("2030-01-02T09:00[Europe/Berlin]");
const contact = new GlobalID("gid://crm/Contact/7");

const encoded = (range: Range): unknown => encodeArguments([range], {})[0];

describe("a Range is written", () => {
  test.each<readonly [begin: unknown, end: unknown]>([
    [1, 2.5],
    [float(1), 3n],
    [1, new BigDecimal("2.5")],
    [new Duration({ hours: 1 }), 7_200],
    [null, date],
    [{ any: 1 }, null],
    [null, null],
    [date, time],
    [new Date(0), date],
    [date, 5],
    [time, new Duration({ hours: 1 })],
    [contact, new GlobalID("gid://crm/Contact/9")],
    [
      [1, "a"],
      [2, "b", null],
    ],
    ["a", "z"],
    [symbol("a"), symbol("z")],
  ])("from %s to %s", (begin, end) => {
    expect(encoded(new Range(begin, end))).toMatchObject({
      _aj_serialized: "ActiveJob::Serializers::RangeSerializer",
      exclude_end: false,
    });
  });
});

describe("a Range is refused with its place", () => {
  test.each<readonly [begin: unknown, end: unknown]>([
    [1, "a"],
    ["a", symbol("b")],
    ["2030-01-01", date],
    [5, date],
    [new Duration({ hours: 1 }), time],
    [1, new BigDecimal("NaN")],
    [true, false],
    [{ a: 1 }, { b: 1 }],
    [new RubyModule("String"), new RubyModule("Integer")],
    [contact, new GlobalID("gid://crm/Account/7")],
    [contact, 7],
    [
      [1, "a"],
      [2, 3],
    ],
    [[null], [1]],
  ])("from %s to %s", (begin, end) => {
    const refused = (): unknown => encodeArguments([{ between: new Range(begin, end) }], {});

    expect(refused).toThrow(SerializationError);
    expect(refused).toThrow(
      /^Unsupported argument: arguments\[0\]\.between is a Range from .* to .*, which Ruby cannot/,
    );
  });

  test("that names both ends and what to do", () => {
    expect(() => encoded(new Range<unknown>(1, "a"))).toThrow(
      'Unsupported argument: arguments[0] is a Range from `1` to `"a"`, which Ruby cannot compare. Give it ends of one kind, or null for one of them.',
    );
  });
});

test("a Range of Ruby's is enqueued again as it came, whatever its ends are", () => {
  const json = {
    _aj_serialized: "ActiveJob::Serializers::RangeSerializer",
    begin: { _aj_serialized: "ActiveJob::Serializers::ModuleSerializer", value: "String" },
    end: { _aj_serialized: "ActiveJob::Serializers::ModuleSerializer", value: "Comparable" },
    exclude_end: true,
  };

  expect(encodeArguments(decodeArguments([json], {}) as readonly unknown[], {})).toEqual([json]);
});
