/** The jobs that a form names: no more than the rows of a page. */
import { plain } from "../answers.ts";
import type { Visit } from "../visit.ts";
import { valuesOf } from "./form.ts";

/** The rows of the longest page. */
export const MOST_KEYS = 1_000;
const MOST_WRITTEN = 5;
const LONGEST_JID = 100;
// So many are read like a page.
const KEYS_A_REQUEST = 100;

/** What somebody has ticked. */
export const keysIn = (form: URLSearchParams): readonly string[] => valuesOf(form, "key");

/** The jids in the keys of a set, for who writes down a refusal: a few of them, and none is longer than any jid. */
export const jidsIn = (keys: readonly string[]): string =>
  keys
    .slice(0, MOST_WRITTEN)
    .map((key) => key.slice(key.indexOf("-") + 1).slice(0, LONGEST_JID))
    .join(" ");

/** For the limit of a viewer: each of the jobs that a form names is read by itself. */
export const costOfKeys = ({ form }: Visit): number => 1 + Math.floor(keysIn(form).length / KEYS_A_REQUEST);

/** Why nothing is done to so many; undefined where something is. */
export const whyTooMany = ({ words }: Visit, count: number): Response | undefined =>
  count > MOST_KEYS ? plain(words.text("refuse.many_ticked", { count, most: MOST_KEYS }), 422) : undefined;
