/** Which languages there are, and how each is loaded: a page in English reads none of the others. */
import type { Phrase } from "./phrase.ts";

type Load = () => Promise<Readonly<Record<string, Phrase>>>;

/** By their tags. English is the table that the others are measured by, and is always there. */
export const LOCALES: Readonly<Record<string, Load>> = {
  en: () => Promise.resolve({}),
};
