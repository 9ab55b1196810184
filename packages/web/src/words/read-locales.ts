/** The option `locales`: phrases as an object, or as a directory of JSON files. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError, isRecord, notAsExpected } from "@tsq/core/config";
import type { Kind, Place } from "@tsq/core/config";
import type { Tables } from "./languages.ts";
import type { Phrase } from "./phrase.ts";

/** Read once, when the dashboard is made. */
export const localeTables = (): Kind<Tables> => ({
  takes: "object of phrases by language and key, or the path of a directory of such files, `de.json`",
  read: (value, place) => {
    if (typeof value === "string" || value instanceof URL) return readDirectory(value, place);
    if (!isRecord(value)) throw notAsExpected(place, "an object, or the path of a directory", value, REMEDY);
    for (const [tag, table] of Object.entries(value)) checkTable(tag, table, place);
    // Checked, table by table.
    return value as Tables;
  },
});

const REMEDY = 'Write `{ de: { "billing.title": "Rechnungen" } }`, or put `de.json` into a directory.';

const readDirectory = (path: string | URL, place: Place): Tables => {
  const folder = path instanceof URL ? fileURLToPath(path) : path;
  const tables: Record<string, Readonly<Record<string, Phrase>>> = {};
  for (const file of filesIn(folder, place)) {
    const tag = basename(file, ".json");
    const table = tableIn(join(folder, file), place);
    checkTable(tag, table, { ...place, where: `${join(folder, file)}: ` });
    tables[tag] = table;
  }
  return tables;
};

const filesIn = (folder: string, place: Place): readonly string[] => {
  try {
    return readdirSync(folder).filter((file) => file.endsWith(".json"));
  } catch (error) {
    // What node:fs throws is an error.
    throw notAsExpected(place, `a directory that can be read (${(error as Error).message})`, folder, REMEDY);
  }
};

/** As it stands there; `checkTable` says whether it is one. */
const tableIn = (file: string, { name }: Place): Readonly<Record<string, Phrase>> => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Phrase>>;
  } catch (error) {
    throw new ConfigError(
      `Expected ${file} of \`${name}\` to be JSON, but it is not (${(error as Error).message}). Write \`{ "billing.title": "Rechnungen" }\`.`,
      { cause: error },
    );
  }
};

const checkTable = (tag: string, table: unknown, place: Place): void => {
  if (!isTag(tag))
    throw notAsExpected(place, "phrases by language", tag, "Name it by its tag: `de`, `pt-BR`.");
  if (!isRecord(table)) throw notAsExpected(place, `phrases by key in \`${tag}\``, table, REMEDY);
  for (const [key, phrase] of Object.entries(table))
    if (!isPhrase(phrase))
      throw notAsExpected(
        place,
        `a phrase for \`${key}\` in \`${tag}\``,
        phrase,
        'Write a text, or its forms by number: `{ "one": "{count} invoice", "other": "{count} invoices" }`.',
      );
};

const isTag = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag;
  } catch {
    return false;
  }
};

const FORMS = new Set(["zero", "one", "two", "few", "many", "other"]);

const isPhrase = (value: unknown): value is Phrase =>
  typeof value === "string" ||
  (isRecord(value) &&
    typeof value["other"] === "string" &&
    Object.entries(value).every(([form, text]) => FORMS.has(form) && typeof text === "string"));
