/**
 * Numbers in phrases, in each language: beside none of them stands a word that goes with other numbers. Which words those are is
 * known from the phrases that have forms: what follows `{count}` in one of them and not in another goes with the numbers of that one.
 */
import { describe, expect, test } from "vitest";
import { EN, LOCALES } from "../../support/inside-web.ts";

type Table = Awaited<ReturnType<(typeof LOCALES)[string]>>;
type Phrase = Table[string];

const tables = new Map<string, Table>();
for (const [tag, load] of Object.entries(LOCALES)) tables.set(tag, await load());
tables.set("en", EN);

/** Values that are numbers of things. */
const NUMBERS =
  "n count total looked done busy of fresh missed from to rest recent before sample day usual most processed failed".split(
    " ",
  );
/** And all others: names, sentences, and spans and sizes with their units. */
const TEXTS =
  `name names queue class error identity jid text label title set server time at now when zone span size goal share
  used values verb role command policy problem why where running waiting days`.split(/\s+/);

/** A unit is written as a sign, which has one form; a rate has its own. */
const UNITS = /^(?:span\.|bytes\.|client\.(?:s|min|h|d)$|redis\.up$|vital\.per_minute$|queues\.per_second$)/;
/** No numbers of things: the status of an answer, which attempt it was. */
const OTHERS = ["client.failed", "time.attempt_failed"];
/** Some are never small: limits, and what is above one. */
const LARGE: Readonly<Record<string, readonly string[]>> = {
  "bulk.counted": ["looked", "total"],
  "ended.part": ["n"],
  "errors.looked": ["looked", "total"],
  "gone.looked_part": ["n"],
  "narrow.part": ["looked", "total"],
  "cron.runs_many": ["n"],
  "refuse.many_ticked": ["most"],
};
const ALL = [0, 1, 2, 5];
const LARGE_ONES = [1_000, 10_000, 100_000];

const textsOf = (phrase: Phrase): readonly (readonly [form: string, text: string])[] =>
  typeof phrase === "string" ? [["", phrase]] : Object.entries(phrase);

/** The words right behind a value, each time that it is there. */
const wordsBehind = (text: string, name: string): readonly string[] =>
  text
    .split(`{${name}}`)
    .slice(1)
    .flatMap((rest) => /^\s*([\p{L}\p{M}’']+)/u.exec(rest)?.[1]?.toLowerCase() ?? []);

/** With the numbers of which forms each word goes; those that go with all are left out. */
const formsByWord = (table: Table): ReadonlyMap<string, ReadonlySet<string>> => {
  const known = new Map<string, Set<string>>();
  const free = new Set<string>();
  for (const phrase of Object.values(table)) {
    const forms = textsOf(phrase).filter(([form, text]) => form !== "" && text.includes("{count}"));
    const behind = forms.map(([form, text]) => [form, wordsBehind(text, "count")] as const);
    for (const [form, words] of behind) {
      for (const word of words) {
        known.set(word, (known.get(word) ?? new Set()).add(form));
        if (behind.every(([, others]) => others.includes(word))) free.add(word);
      }
    }
  }
  return new Map([...known].filter(([word]) => !free.has(word)));
};

/** What is wrong in a language, each with the number, the word and the phrase. */
const faultsOf = (tag: string, table: Table): readonly string[] => {
  const rules = new Intl.PluralRules(tag);
  const known = formsByWord(table);
  return Object.entries(table).flatMap(([key, phrase]) => {
    if (UNITS.test(key) || OTHERS.includes(key)) return [];
    return textsOf(phrase).flatMap(([form, text]) =>
      NUMBERS.filter((name) => form === "" || name !== "count").flatMap((name) =>
        wordsBehind(text, name).flatMap((word) =>
          (LARGE[key]?.includes(name) === true ? LARGE_ONES : ALL)
            .filter((n) => known.get(word)?.has(rules.select(n)) === false)
            .map((n) => `${n} ${word}: ${key} ${form}: ${text}`),
        ),
      ),
    );
  });
};

test.each([...tables])("no number of %s has words of another beside it", (tag, table) => {
  expect(faultsOf(tag, table)).toEqual([]);
});

test.each([
  ["a number that a phrase has no forms for", "On {n} queues"],
  [
    "the second number of a phrase with forms",
    { one: "{count} job in {total} queues", other: "{count} jobs in {total} queues" },
  ],
] satisfies (readonly [string, Phrase])[])("%s is found", (_, phrase) => {
  expect(faultsOf("en", { ...EN, "a.phrase": phrase })).toContainEqual(
    expect.stringMatching(/^1 queues: a\.phrase /),
  );
});

describe("what a phrase is filled with", () => {
  const placed = Object.entries(EN as Table).flatMap(([key, phrase]) =>
    textsOf(phrase).flatMap(([form, text]) =>
      [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({ key, form, name })),
    ),
  );

  test("is known to be a number or a text", () => {
    expect(placed.filter(({ name }) => ![...NUMBERS, ...TEXTS].includes(name))).toEqual([]);
  });

  test("is called `count` only where it has forms", () => {
    expect(placed.filter(({ form, name }) => form === "" && name === "count")).toEqual([]);
  });
});
