/** The languages of the dashboard: complete, with the right values in them, and in the forms that each language has. */
import { describe, expect, test } from "vitest";
import { EN, Languages, LOCALES } from "../../support/inside-web.ts";

type Table = Awaited<ReturnType<(typeof LOCALES)[string]>>;

const tables = new Map<string, Table>();
for (const [tag, load] of Object.entries(LOCALES)) if (tag !== "en") tables.set(tag, await load());

const english = new Map<string, Table[string]>(Object.entries(EN));

const textsOf = (phrase: Table[string] | undefined): readonly (readonly [form: string, text: string])[] =>
  typeof phrase === "string" ? [["", phrase]] : Object.entries(phrase ?? {});

const valuesIn = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).toSorted();

/** The forms that whole numbers up to a thousand take. */
const formsOf = (tag: string): string[] => {
  const rules = new Intl.PluralRules(tag);
  return [...new Set(Array.from({ length: 1_001 }, (_, n) => rules.select(n)))].toSorted();
};

describe.each([...tables])("%s", (tag, table) => {
  test("has every phrase, and none that nobody says", () => {
    expect([...english.keys()].filter((key) => !Object.hasOwn(table, key))).toEqual([]);
    expect(Object.keys(table).filter((key) => !english.has(key))).toEqual([]);
  });

  test("has the values of the English phrase in each", () => {
    const wrong = Object.entries(table).flatMap(([key, phrase]) => {
      const expected = valuesIn(textsOf(english.get(key)).at(-1)?.[1] ?? "");
      return textsOf(phrase)
        .filter(([form, text]) => {
          const values = valuesIn(text);
          // Where one form is one number, it may stand in the words: "no job".
          const least =
            form === "" || form === "other" ? expected : expected.filter((name) => name !== "count");
          return (
            !least.every((name) => values.includes(name)) || !values.every((name) => expected.includes(name))
          );
        })
        .map(([form, text]) => `${key} ${form}: ${text}`);
    });

    expect(wrong).toEqual([]);
  });

  test("has a form for every number, where English has forms", () => {
    const forms = formsOf(tag);
    const lacking = Object.entries(table).filter(([key, phrase]) => {
      if (typeof english.get(key) === "string") return typeof phrase !== "string";
      return typeof phrase === "string" || !forms.every((form) => Object.hasOwn(phrase, form));
    });

    expect(lacking.map(([key]) => key)).toEqual([]);
  });

  test("leaves no phrase empty, and no space at an end", () => {
    const texts = Object.entries(table).flatMap(([key, phrase]) =>
      textsOf(phrase).map(([, text]) => [key, text]),
    );

    expect(texts.filter(([, text = ""]) => text === "" || text !== text.trim())).toEqual([]);
  });
});

test("there are thirty", () => {
  expect(new Set(Object.keys(LOCALES)).size).toBe(30);
});

describe("the language of a browser", () => {
  const chosen = async (accepted: string | null, kept?: string) =>
    (await new Languages().of(kept, accepted)).locale;

  test.each([
    [null, "en"],
    ["", "en"],
    ["*", "en"],
    ["de", "de"],
    ["DE-at", "de"],
    ["en-us", "en"],
    ["en-GB-oxendict,en;q=0.9,de;q=0.8", "en"],
    ["xx,de;q=0.5", "de"],
    ["en;q=0.3,de;q=0.8", "de"],
    ["de;q=0,en", "en"],
    ["tlh", "en"],
    ["ru,en", "ru"],
    ["es,en", "es"],
    ["pt", "pt"],
    ["pt-br,pt;q=0.9", "pt-BR"],
    ["zh-cn", "zh-CN"],
    ["zh-TW", "zh-TW"],
    ["zh-HK,ja", "ja"],
    ["zh-HK", "zh-TW"],
    ["zh", "zh-CN"],
    ["nb", "nb"],
    ["no", "nb"],
  ])("that asks for %s is %s", async (accepted, tag) => {
    expect(await chosen(accepted)).toBe(tag);
  });

  test("is the one that was chosen, if that is there", async () => {
    expect(await chosen("en", "de")).toBe("de");
    expect(await chosen("de", "klingon")).toBe("de");
  });
});
