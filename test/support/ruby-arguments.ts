/** Arguments as ActiveJob writes them, made at random: for properties. */
import * as fc from "fast-check";

type Json = string | number | bigint | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const serialized = (name: string, members: Readonly<Record<string, Json>>): Json => ({
  _aj_serialized: `ActiveJob::Serializers::${name}Serializer`,
  ...members,
});

// Text that Ruby could write: whole characters. A key of digits goes first in an object of JavaScript, wherever it was.
const text = fc.string({ unit: "grapheme", maxLength: 8 });
const key = fc
  .oneof(text, fc.constantFrom("__proto__", "constructor", "toJSON", "id", "_private", "_aj"))
  .filter((one) => !/^(?:\d+|_aj_.*)$/.test(one));

const integer = fc.oneof(
  fc.integer(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
  fc.bigInt({ min: -(2n ** 80n), max: -(2n ** 53n) }),
);
// A whole Float is an Integer when it comes back: DESIGN says so, and docs/guides/active-job.md.
const fraction = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Number.isInteger(one));
const scalar: fc.Arbitrary<Json> = fc.oneof(fc.constant(null), fc.boolean(), integer, fraction, text);

const two = (value: number): string => String(value).padStart(2, "0");
const day = fc
  .record({
    year: fc.oneof(fc.integer({ min: 1900, max: 2100 }), fc.integer({ min: 1, max: 20_000 })),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
  })
  .map(({ year, month, day: of }) => `${String(year).padStart(4, "0")}-${two(month)}-${two(of)}`);
const clock = fc
  .tuple(
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 999_999_999 }),
  )
  .map(([h, m, s, ns]) => `${two(h)}:${two(m)}:${two(s)}.${String(ns).padStart(9, "0")}`);
const offset = fc.constantFrom("Z", "+00:00", "+02:00", "-05:00", "+05:45", "-09:30");
const moment = fc.tuple(day, clock, offset).map(([date, time, at]) => `${date}T${time}${at}`);
const zone = fc.constantFrom(
  "America/New_York",
  "Europe/Berlin",
  "Asia/Kathmandu",
  "Etc/UTC",
  "Pacific/Auckland",
);

const symbol = text.map((value) => serialized("Symbol", { value }));
const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.bigInt({ min: 0n, max: 10n ** 30n }))
  .map(([whole, rest]) => serialized("BigDecimal", { value: `${whole}.${rest}` }));
const part = fc.tuple(
  fc.constantFrom("years", "months", "weeks", "days", "hours", "minutes", "seconds"),
  fc.oneof(fc.integer({ min: -1_000, max: 1_000 }), fraction),
);
const duration = fc
  .tuple(fc.uniqueArray(part, { selector: ([name]) => name, maxLength: 4 }), fc.oneof(fc.integer(), fraction))
  .map(([parts, value]) =>
    serialized("Duration", {
      value,
      parts: parts.map(([name, amount]) => [serialized("Symbol", { value: name }), amount]),
    }),
  );
const leaf: fc.Arbitrary<Json> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  symbol,
  decimal,
  duration,
  day.map((value) => serialized("Date", { value })),
  moment.map((value) => serialized("Time", { value })),
  moment.map((value) => serialized("DateTime", { value })),
  // Rails before 7.0.9 names no zone.
  moment.map((value) => serialized("TimeWithZone", { value })),
  fc.tuple(moment, zone).map(([value, time_zone]) => serialized("TimeWithZone", { value, time_zone })),
  fc.constantFrom("String", "Billing::Invoice").map((value) => serialized("Module", { value })),
  fc
    .tuple(fc.constantFrom("Contact", "Billing::Invoice"), fc.constantFrom("7", "a+b", "%2F", "1/2"))
    .map(([model, id]) => ({ _aj_globalid: `gid://crm/${model}/${id}` })),
  fc
    .tuple(text, fc.array(integer, { maxLength: 2 }))
    .map(([name, value]) => ({ _aj_serialized: `Own${name}Serializer`, value })),
);

const marked = (
  entries: readonly (readonly [string, Json])[],
  isSymbol: readonly boolean[],
  mark: string,
): Json => {
  const keys = entries.map(([name]) => name);
  const value = mark.endsWith("access") ? true : keys.filter((_, at) => isSymbol[at % isSymbol.length]);
  // Not assignments: `__proto__` is a key as any other.
  return Object.fromEntries([...entries, ...(mark === "none" ? [] : [[mark, value] as const])]);
};

/** A list of arguments as Ruby writes them. */
export const rubyArguments: fc.Arbitrary<readonly Json[]> = fc.letrec<{
  value: Json;
  list: readonly Json[];
  hash: Json;
  range: Json;
}>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    tie("list"),
    tie("hash"),
    tie("range"),
  ),
  list: fc.array(tie("value"), { maxLength: 4 }),
  hash: fc
    .tuple(
      fc.uniqueArray(fc.tuple(key, tie("value")), { selector: ([name]) => name, maxLength: 4 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
      fc.constantFrom("_aj_symbol_keys", "_aj_ruby2_keywords", "_aj_hash_with_indifferent_access", "none"),
    )
    .map(([entries, isSymbol, mark]) => marked(entries, isSymbol, mark)),
  range: fc
    .tuple(leaf, leaf, fc.boolean())
    .map(([begin, end, exclude_end]) => serialized("Range", { begin, end, exclude_end })),
})).list;
