/** The options that extensions bring: rows beside those of the Worker. */
import { ConfigError } from "@tsq/core";
import type { Option, Options } from "@tsq/core/config";
import type { Extension } from "../extension.ts";

/**
 * @param taken the Worker's own
 * @throws ConfigError when a name is taken, or a row is none
 */
export const rowsOf = (extensions: readonly Extension[], taken: Options): Options => {
  const rows: Record<string, Option> = {};
  for (const { name: extension, options = {} } of extensions) {
    for (const [name, row] of Object.entries(options)) {
      if (name in taken || name in rows) {
        throw new ConfigError(
          `Expected the options of the extension \`${extension}\` to have names of their own, got \`${name}\`, which is taken. Rename it.`,
        );
      }
      // From JavaScript anything can come.
      if (typeof (row as Partial<Option> | null)?.read !== "function") {
        throw new ConfigError(
          `Expected the option \`${name}\` of the extension \`${extension}\` to be a row with a function \`read\`, got none. Spread a kind of tsq/config into it.`,
        );
      }
      rows[name] = row;
    }
  }
  return rows;
};

/** Those of one extension. */
export const optionsOf = (
  { options = {} }: Extension,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.keys(options).map((name) => [name, given[name]]));
