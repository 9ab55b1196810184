/** Options that are texts, lists of them, one of a few words, or true and false. */
import { notAsExpected } from "./option.ts";
import type { Kind, Place } from "./option.ts";

/** A text that says something. */
export const text = (): Kind<string> => ({ takes: "text", read: readText });

const readText = (value: unknown, place: Place): string => {
  if (typeof value === "string" && value.trim() !== "") return value;
  const isOther = typeof value === "number" || typeof value === "boolean" || value instanceof Date;
  throw notAsExpected(place, "text", value, isOther ? "Put it in quotes." : "Write a name, or remove it.");
};

/** A list of texts. In a file a number is one of them, as it is to Ruby. */
export const texts = (example: string): Kind<readonly string[]> => ({
  takes: "array of texts",
  read: (value, place) => listOf(value, place, example).map((one) => readText(one, place)),
  written: {
    takes: "list of texts",
    read: (value, place) =>
      listOf(value, place, example).map((one) =>
        typeof one === "number" ? String(one) : readText(one, place),
      ),
  },
});

const listOf = (value: unknown, place: Place, example: string): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw notAsExpected(place, "a list", value, `Write \`${example}\`.`);
};

/** One text, or a list of them: a list either way. */
export const textOrTexts = (takes: string): Kind<readonly string[]> => ({
  takes,
  read: (value, place) => (Array.isArray(value) ? value : [value]).map((one) => readText(one, place)),
});

/** One of these values; the first is the default. */
export const oneOf = <const T extends readonly (string | number)[]>(...allowed: T): Kind<T[number]> => {
  const names = allowed.map((one) => `\`${one}\``);
  const expected = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  return {
    takes: allowed.map((one) => `\`${JSON.stringify(one)}\``).join(", "),
    read: (value, place) => {
      const found = allowed.find((one) => one === value);
      if (found !== undefined) return found;
      throw notAsExpected(place, expected, value, `Leave it out for \`${allowed[0]}\`.`);
    },
  };
};

/** True or false. */
export const boolean = (): Kind<boolean> => ({
  takes: "boolean",
  read: (value, place) => {
    if (typeof value === "boolean") return value;
    throw notAsExpected(place, "true or false", value, "Write `true` or `false` without quotes.");
  },
  parse: (text) => (text === "true" || text === "false" ? text === "true" : text),
});
