/** Which languages there are, and how each is loaded: a page in English reads none of the others. */
import type { WordTable } from "./words.ts";

const phrasesOf = ({ PHRASES }: { readonly PHRASES: WordTable }): WordTable => PHRASES;

/** By their tags. English is the table that the others are measured by, and is always there. */
export const LOCALES: Readonly<Record<string, () => Promise<WordTable>>> = {
  ar: () => import("./locales/ar.ts").then(phrasesOf),
  cs: () => import("./locales/cs.ts").then(phrasesOf),
  da: () => import("./locales/da.ts").then(phrasesOf),
  de: () => import("./locales/de.ts").then(phrasesOf),
  el: () => import("./locales/el.ts").then(phrasesOf),
  en: () => Promise.resolve({}),
  es: () => import("./locales/es.ts").then(phrasesOf),
  fa: () => import("./locales/fa.ts").then(phrasesOf),
  fr: () => import("./locales/fr.ts").then(phrasesOf),
  gd: () => import("./locales/gd.ts").then(phrasesOf),
  he: () => import("./locales/he.ts").then(phrasesOf),
  hi: () => import("./locales/hi.ts").then(phrasesOf),
  it: () => import("./locales/it.ts").then(phrasesOf),
  ja: () => import("./locales/ja.ts").then(phrasesOf),
  ko: () => import("./locales/ko.ts").then(phrasesOf),
  lt: () => import("./locales/lt.ts").then(phrasesOf),
  nb: () => import("./locales/nb.ts").then(phrasesOf),
  nl: () => import("./locales/nl.ts").then(phrasesOf),
  pl: () => import("./locales/pl.ts").then(phrasesOf),
  pt: () => import("./locales/pt.ts").then(phrasesOf),
  "pt-BR": () => import("./locales/pt-br.ts").then(phrasesOf),
  ru: () => import("./locales/ru.ts").then(phrasesOf),
  sv: () => import("./locales/sv.ts").then(phrasesOf),
  ta: () => import("./locales/ta.ts").then(phrasesOf),
  tr: () => import("./locales/tr.ts").then(phrasesOf),
  uk: () => import("./locales/uk.ts").then(phrasesOf),
  ur: () => import("./locales/ur.ts").then(phrasesOf),
  vi: () => import("./locales/vi.ts").then(phrasesOf),
  "zh-CN": () => import("./locales/zh-cn.ts").then(phrasesOf),
  "zh-TW": () => import("./locales/zh-tw.ts").then(phrasesOf),
};
