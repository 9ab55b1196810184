/**
 * An option as data: one row says what it takes, what it is when nobody gives it, and by which names a file, a flag
 * and a variable know it. Who takes options, checks them, shows them in `--help` or writes their tables reads the rows.
 */
import { ConfigError } from "../errors.ts";
import { shown } from "../report/inspect.ts";
import { refuseUnknown } from "./nearest.ts";

/** Where a value was given, as its author wrote it. */
export interface Place {
  /** What a refusal begins with: `config/sidekiq.yml:3: `, or nothing. */
  readonly where: string;
  /** `concurrency`, `-c`, `RAILS_MAX_THREADS`. */
  readonly name: string;
  /** What the option belongs to, where that is not plain: ``capsule `mail` ``. */
  readonly of?: string;
  /** The place of an item of a list or a mapping, where it has one of its own. */
  readonly item?: (key: number | string) => Place;
}

/** What may be given, and what is made of it. */
export interface Kind<T> {
  /** As the tables of docs/options.md say it: `integer, 1 to 500`. */
  readonly takes: string;
  /** @throws ConfigError naming the place, what was expected, what came and what to do */
  readonly read: (value: unknown, place: Place) => T;
  /** How a file, a flag or a variable gives it, where that is not as code does: in seconds, or in other forms. */
  readonly written?: Pick<Kind<T>, "takes" | "read">;
  /** What the text of a flag or a variable is, where it is not that text. What it cannot be stays text, to be refused. */
  readonly parse?: (text: string) => unknown;
}

/** How a command shows one of its flags, and takes it. */
export interface FlagRow {
  /** As `--help` shows it: `-c, --concurrency <n>`. */
  readonly option: string;
  readonly tells: string;
  /** May be given several times; the option gets a list. */
  readonly isList?: boolean;
  /** All that it may be. */
  readonly choices?: readonly string[];
}

/** One row. Where nobody gives the option it is what `fallback` reads as, what `make` answers, or else undefined. */
export interface Option<T = unknown> extends Kind<T> {
  /** What it does, in a few words, for the tables. */
  readonly tells: string;
  readonly isRequired?: true;
  /** As somebody would give it in code. */
  readonly fallback?: unknown;
  readonly make?: () => T;
  /** What the default is, in words: beside a `fallback`, or in the place of one. */
  readonly usual?: string;
  /** Its key in sidekiq.yml. */
  readonly yaml?: string;
  readonly flag?: FlagRow;
  /** The variables that say it where neither a flag nor the file does; the first that is set counts. */
  readonly env?: readonly string[];
}

/** Options by their names, in the order of the tables. */
export type Options = Readonly<Record<string, Option>>;

/** A row for each option of an interface, and no other: `{ … } satisfies Schema<ClientOptions>`. */
export type Schema<O extends object> = { readonly [K in keyof O]-?: Option };

type Value<R> =
  R extends Kind<infer T>
    ? R extends { isRequired: true } | { fallback: unknown } | { make: unknown }
      ? T
      : T | undefined
    : never;

/** What is read by rows, by the names of the options. */
export type Values<S> = { readonly [K in keyof S]: Value<S[K]> };

/**
 * Reads all options of an object.
 *
 * @param of what has the options, such as `a Worker`
 * @throws ConfigError for a name that no row has, with the nearest one; and as the rows do
 */
export const readOptions = <S extends Options>(
  of: string,
  rows: S,
  options: unknown,
  place: Omit<Place, "name"> = { where: "" },
): Values<S> => {
  const given = refuseUnknown(of, options, Object.keys(rows));
  const values = Object.entries(rows).map(([name, row]) => [
    name,
    readOption(row, given[name], { ...place, name }),
  ]);
  // The entries are those of the rows, each as its row reads it.
  return Object.fromEntries(values) as Values<S>;
};

/** One option as code gives it, or its default. */
const readOption = (row: Option, value: unknown, place: Place): unknown => {
  if (value !== undefined || row.isRequired) return row.read(value, place);
  if (row.make) return row.make();
  return row.fallback === undefined ? undefined : row.read(row.fallback, place);
};

/** The refusal of a value. */
export const notAsExpected = (
  { where, name, of }: Place,
  expected: string,
  value: unknown,
  remedy: string,
): ConfigError => {
  const what = of === undefined ? `\`${name}\`` : `\`${name}\` of ${of}`;
  return new ConfigError(`${where}Expected ${what} to be ${expected}, got ${shown(value)}. ${remedy}`);
};
