/** Reads options where they are written: by their keys in a mapping, by flags, by variables. */
import type { Option, Options, Place, Values } from "@tsq/core/config";
import type { Environment } from "./erb/erb-expression.ts";

/** Options by their names; those that nobody gave are absent. */
export type Given<S extends Options> = { readonly [K in keyof S]?: Exclude<Values<S>[K], undefined> };

/**
 * @param mapping plain values by key; null is an empty key, and as good as absent
 * @throws ConfigError as the rows do, with the place of the key
 */
export const readKeys = <S extends Options>(
  rows: S,
  mapping: ReadonlyMap<string, unknown>,
  place: Place,
): Given<S> =>
  readBy(rows, ({ yaml, written, read }) => {
    const value = yaml === undefined ? undefined : mapping.get(yaml);
    if (yaml === undefined || value === undefined || value === null) return undefined;
    return (written?.read ?? read)(value, place.item?.(yaml) ?? { ...place, name: yaml });
  });

/** @param flags as commander has them, by the long names in camel case */
export const readFlags = <S extends Options>(rows: S, flags: Readonly<Record<string, unknown>>): Given<S> =>
  readBy(rows, (row) => {
    const value = row.flag && flags[flagKey(row.flag.option)];
    if (row.flag === undefined || value === undefined || isEmpty(value)) return undefined;
    return readText(row, value, row.flag.option.split(/[ ,]/)[0] as string);
  });

/** An empty variable counts as unset. */
export const readEnv = <S extends Options>(rows: S, env: Environment): Given<S> =>
  readBy(rows, (row) => {
    const name = row.env?.find((one) => env[one]);
    return name === undefined ? undefined : readText(row, env[name], name);
  });

/** What code would get of the rows that have a default. */
export const readFallbacks = <S extends Options>(rows: S): Given<S> =>
  readBy(rows, ({ fallback, read }) =>
    fallback === undefined ? undefined : read(fallback, { where: "", name: "default" }),
  );

/** `-t, --timeout <seconds>` is `timeout`, and `--no-watch` would be `watch`. */
export const flagKey = (option: string): string =>
  (/--(?:no-)?([a-z-]+)/.exec(option)?.[1] ?? "").replaceAll(/-([a-z])/g, (_, letter: string) =>
    letter.toUpperCase(),
  );

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const readText = ({ parse, written, read }: Option, value: unknown, name: string): unknown => {
  const place: Place = { where: "", name, item: () => place };
  return (written?.read ?? read)(parse && typeof value === "string" ? parse(value) : value, place);
};

const readBy = <S extends Options>(rows: S, read: (row: Option) => unknown): Given<S> => {
  const values = Object.entries(rows).flatMap(([name, row]) => {
    const value = read(row);
    return value === undefined ? [] : [[name, value] as const];
  });
  // Each name is that of a row, which read the value.
  return Object.fromEntries(values) as Given<S>;
};
