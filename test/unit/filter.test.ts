/** What the words of a search box mean. */
import { FilterError } from "@tsq/core";
import { Filter, JobRecord } from "@tsq/core/api";
import type { FilterTermInput } from "@tsq/core/api";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { payloadText } from "../support/payload-text.ts";

const record = (fields: Readonly<Record<string, unknown>> = {}): JobRecord =>
  new JobRecord(payloadText(fields));
const finds = (text: string, fields: Readonly<Record<string, unknown>>): boolean =>
  Filter.parse(text).matches(record(fields));

describe("a filter", () => {
  test("reads its words, and writes them as they were typed", () => {
    const text = String.raw`class:HardJob -queue:low error:Net::* tag:"two words" after:2h before:2030-01-31 "say \"hi\"" plain`;

    const filter = Filter.parse(text);

    expect(filter.text).toBe(text);
    expect(filter.terms).toEqual([
      { kind: "class", value: "HardJob", isNot: false, isPattern: false },
      { kind: "queue", value: "low", isNot: true, isPattern: false },
      { kind: "error", value: "Net::*", isNot: false, isPattern: true },
      { kind: "tag", value: "two words", isNot: false, isPattern: false },
      { kind: "after", value: "2h", isNot: false, isPattern: false },
      { kind: "before", value: "2030-01-31", isNot: false, isPattern: false },
      { kind: "text", value: 'say "hi"', isNot: false, isPattern: false },
      { kind: "text", value: "plain", isNot: false, isPattern: false },
    ]);
  });

  test("takes `at>` and `at<` for `after:` and `before:`", () => {
    expect(Filter.parse("at>2h at<=2030-01-31T08:00Z").text).toBe("after:2h before:2030-01-31T08:00Z");
  });

  test.each(["", "   ", "\n\t"])("finds all when it is %j", (text) => {
    expect(Filter.parse(text).isEmpty).toBe(true);
    expect(Filter.parse(text).matches(new JobRecord("no job"))).toBe(true);
  });

  test.each(["Net::ReadTimeout", "https://example.com/a", "10:30", "a-b", "it's", "50%*", String.raw`C:\x`])(
    "takes %j for text, or says what is meant",
    (text) => {
      if (text.startsWith("C:")) expect(() => Filter.parse(text)).toThrow(FilterError);
      else expect(Filter.parse(text).terms).toMatchObject([{ kind: "text", value: text }]);
    },
  );

  test.each([
    ["clas:HardJob", "Did you mean `class`?"],
    ["-qeue:low", "Did you mean `queue`?"],
    ["user:5", '`"user:5"`'],
    ["class:", "Expected something to look for behind `class:`"],
    ["-", "Expected something to look for behind `-`"],
    ['""', "Expected something to look for"],
    ['"open', "Expected a quote that ends"],
    ['class:"a"b', "Expected a quote that ends"],
    ["after:yesterday", "Expected a time behind `after:`, got `yesterday`"],
    ["before:2030-13-45", "Expected a time behind `before:`"],
    ["before:2030-02-31", "Expected a time behind `before:`"],
    ["after:2030-02-30T08:00Z", "Expected a time behind `after:`"],
    ["at>", "Expected something to look for behind `at>`"],
    ["x".repeat(4_001), "at most 4000 characters"],
    ["a ".repeat(51), "at most 50 words"],
  ])("refuses %j, and says what to do", (text, says) => {
    expect(() => Filter.parse(text)).toThrow(FilterError);
    expect(() => Filter.parse(text)).toThrow(says);
  });

  test.each([
    null,
    "class:A",
    [null],
    [{ kind: "clas", value: "A" }],
    [{ kind: "class" }],
    [{ kind: "text", value: "" }],
    [{ kind: "class", value: "A", isNot: "false" }],
    [{ kind: "after", value: "soon" }],
    [{ kind: "class", value: "a b*", isPattern: true }],
  ])("is not made of %j", (terms) => {
    // Out of a URL anything can come.
    expect(() => Filter.of(terms as readonly FilterTermInput[])).toThrow(FilterError);
  });

  test("gets words, and loses them", () => {
    const filter = Filter.parse("class:A");
    const low = { kind: "queue", value: "low", isNot: true } as const;

    expect(filter.with(low).with(low).text).toBe("class:A -queue:low");
    expect(filter.with(low).without(low).text).toBe("class:A");
  });

  test("means the same as text and as objects, whatever is looked for", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.constantFrom("*", '"', "-a", "class:x", "at>5", "\\"),
    );
    const field = fc.record({
      kind: fc.constantFrom("class", "queue", "tag", "error", "jid"),
      value,
      isNot: fc.boolean(),
      isPattern: fc.constant(false),
    });
    const text = fc.record({
      kind: fc.constant("text"),
      value: value.filter((one) => one !== ""),
      isNot: fc.boolean(),
      isPattern: fc.constant(false),
    });

    fc.assert(
      fc.property(fc.array(fc.oneof(field, text), { maxLength: 5 }), (terms) => {
        const filter = Filter.of(terms);

        expect(Filter.parse(filter.text).terms).toEqual(terms);
        expect(Filter.of(JSON.parse(JSON.stringify(filter)) as FilterTermInput[]).text).toBe(filter.text);
      }),
    );
  });
});

describe("a job is found", () => {
  test.each([
    ["class:HardJob", { class: "HardJob" }, true],
    ["class:HardJob", { class: "HardJobs" }, false],
    ["class:HardJob", { class: "hardjob" }, false],
    ["class:hardjob", { class: "HardJob" }, true],
    ["class:Hard*", { class: "HardJob" }, true],
    ["class:*a*b*", { class: "xaxbx" }, true],
    ["class:*a*b*", { class: "xbxa" }, false],
    ["class:ab*ba", { class: "aba" }, false],
    ['class:"Hard*"', { class: "HardJob" }, false],
    ['class:"Hard*"', { class: "Hard*" }, true],
    ["class:Inner", { class: "Sidekiq::ActiveJob::Wrapper", wrapped: "Inner", args: [{}] }, true],
    ["queue:low", { queue: "low" }, true],
    ["tag:a", { tags: ["b", "a"] }, true],
    ["tag:a tag:c", { tags: ["c"] }, true],
    ["-tag:a", { tags: ["b", "a"] }, false],
    ["error:Net::*", { error_class: "Net::ReadTimeout" }, true],
    ["error:Net::*", {}, false],
    ["-error:*", {}, true],
    ["jid:abc", { jid: "abc" }, true],
    ["class:A class:B", { class: "B" }, true],
    ["class:A queue:low", { class: "A", queue: "high" }, false],
    ["ada", { args: [{ user: { name: "Ada" } }] }, true],
    ["Ada", { args: [{ user: { name: "ada" } }] }, false],
    ["name", { args: [{ user: { name: "x" } }] }, true],
    ["12345678901234567", { args: [12345678901234567n.toString()] }, true],
    ['"card declined" 42', { args: [42], error_message: "Your card declined" }, true],
    ['"card declined" 43', { args: [42], error_message: "Your card declined" }, false],
    ["-declined", { error_message: "declined" }, false],
  ])("by %s in %j: %s", (text, fields, isFound) => {
    expect(finds(text, fields)).toBe(isFound);
  });

  test.each([
    ["after:2h", -3_600_000, true],
    ["after:2h", -7_200_001, false],
    ["before:2h", -7_200_001, true],
    ["before:+1d", 3_600_000, true],
    ["after:2030-01-01", 0, true],
    ["before:2030-01-01", 0, false],
    ["after:2030-01-01T01:00+02:00", -3_600_000, true],
    ["after:1893456000", 0, true],
    ["-after:1893456001", 0, true],
  ])("by its time: %s, %i ms from the new year's first", (text, ms, isFound) => {
    const now = new Date("2030-01-01T00:00:00Z");

    expect(Filter.parse(text).matches(record(), new Date(now.getTime() + ms), now)).toBe(isFound);
  });

  test("never by a time when it has none", () => {
    expect(Filter.parse("after:2000-01-01").matches(record())).toBe(false);
    expect(Filter.parse("before:2100-01-01").matches(record())).toBe(false);
  });

  test("by all of its text when it is no job, and by no field", () => {
    const broken = new JobRecord('{"class":"HardJob",');

    expect(Filter.parse("hardjob").matches(broken)).toBe(true);
    expect(Filter.parse("class:HardJob").matches(broken)).toBe(false);
    expect(Filter.parse("-class:HardJob").matches(broken)).toBe(true);
  });

  test.each([
    [
      "nested a hundred thousand deep",
      `{"class":"J","args":${"[".repeat(100_000)}"needle"${"]".repeat(100_000)}}`,
    ],
    [
      "of a hundred thousand names",
      `{"class":"J","args":[{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join()},"needle":1}]}`,
    ],
    [
      "that lies about its fields",
      '{"class":{"toString":1},"tags":{"a":1},"error_message":[],"queue":7,"args":["needle"]}',
    ],
  ])("in arguments %s", (_, text) => {
    expect(Filter.parse("needle -nothing").matches(new JobRecord(text))).toBe(true);
  });
});

test("a text is found in what a job says, whether or not its bytes had to be read for it", () => {
  const words = fc.constantFrom(
    "Ada",
    "1e3",
    "1000",
    "in",
    "Infinity",
    "true",
    "a b",
    "a/b",
    "ß",
    "Ω",
    "e",
    "[enc",
    "\\u",
  );
  const args = fc.array(
    fc.oneof(fc.jsonValue(), words, fc.double(), fc.dictionary(words, words, { maxKeys: 2 })),
    { maxLength: 4 },
  );
  const written = (text: string, more: string): JobRecord =>
    new JobRecord(text.replace(/\}$/, `,"more":"${more}"}`));

  fc.assert(
    fc.property(args, words, fc.boolean(), fc.nat(12), (list, wanted, encrypt, from) => {
      // A part of what is there is looked for as well as what may not be.
      const all = JSON.stringify(list);
      const asked = [wanted, wanted.toLowerCase(), all.slice(from, from + 4)].filter(
        (one) => one.trim() !== "",
      );
      const text = JSON.stringify({ class: "HardJob", args: list, encrypt, error_message: `${wanted}!` });
      for (const value of asked) {
        const filter = Filter.of([{ kind: "text", value }]);
        // With an escape somewhere nothing is concluded from bytes.
        const isThere = filter.matches(written(text, "\\u0041"));
        expect(filter.matches(written(text, "A"))).toBe(isThere);
      }
    }),
  );
});

test.each([
  ["1000", '{"class":"A","args":[1e3]}'],
  ["[encrypted", '{"class":"A","args":[1,"noise"],"encrypt":true}'],
  ["Ada Lovelace", String.raw`{"class":"A","args":["Ada Lovelac\u0065"]}`],
  ["a/b", String.raw`{"class":"A","args":["a\/b"]}`],
])("%s is found in what a payload says in other words: %s", (wanted, text) => {
  expect(Filter.of([{ kind: "text", value: wanted }]).matches(new JobRecord(text))).toBe(true);
});
