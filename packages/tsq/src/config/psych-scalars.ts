/** What Ruby's Psych makes of a plain word in YAML, where that is not what YAML 1.1 says: symbols, numbers, letters. */
import type { ScalarTag } from "yaml";
import { integerIn } from "./ruby-value.ts";

const symbolText = (text: string): string => (/^:(["'])(.*)\1/.exec(text)?.[2] ?? text).replace(/^:/, "");

/** Ruby writes the symbol `critical` as `:critical`; to tsq it is that text. Quoted as a whole, it stays as it is. */
const SYMBOL: ScalarTag = {
  tag: "tag:tsq,2026:symbol",
  default: true,
  test: /^:./,
  resolve: symbolText,
};

const RUBY_SYMBOLS: ScalarTag[] = ["!ruby/symbol", "!ruby/sym"].map((tag) => ({ tag, resolve: symbolText }));

/** YAML 1.1 has `y` and `n` for true and false. Psych never did: they are names. */
const LETTER: ScalarTag = {
  tag: "tag:tsq,2026:letter",
  default: true,
  test: /^[yn]$/i,
  resolve: (letter) => letter,
};

/**
 * YAML 1.1 counts in sixties, which suits angles and hours. Psych takes up to three places and the first of two
 * for hours: `12:30` is 45,000.
 */
const SEXAGESIMAL: ScalarTag = {
  tag: "tag:tsq,2026:sexagesimal",
  default: true,
  test: /^[-+]?\d[\d_]*(?::[0-5]?\d){1,2}(?:\.[\d_]*)?$/,
  // Psych's sign is the first place's alone.
  resolve: (text) =>
    text.split(":").reduce((sum, place, at) => sum + Number(place.replaceAll("_", "")) * 60 ** (2 - at), 0),
};

/** With commas too: `1,000`. A leading 0 is octal, and `09` a text. */
const INTEGER: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?(?:0b[01_,]+|0[0-7_,]+|0|[1-9](?:\d|[,_]\d)*|0x[\da-fA-F_,]+)$/,
  resolve: (text) => Number(integerIn(text.replaceAll(/[,_]/g, "")) ?? Number.NaN),
};

/** Only with a point: `1e3` is a text. */
const FLOAT: ScalarTag = {
  tag: "tag:yaml.org,2002:float",
  default: true,
  test: /^[-+]?(?:(?:\d[\d_,]*)\.\d*|\.\d+)(?:[eE][-+]\d+)?$/,
  resolve: (text) => Number(text.replaceAll(/[,_]/g, "")),
};

const NO_NUMBER: ScalarTag = {
  tag: "tag:yaml.org,2002:float",
  default: true,
  test: /^(?:[-+]?\.inf|\.nan)$/i,
  resolve: (text) => (/nan/i.test(text) ? Number.NaN : text.startsWith("-") ? -Infinity : Infinity),
};

/** In front of the library's own tags, without those for numbers. */
export const PSYCH_SCALARS: readonly ScalarTag[] = [
  SYMBOL,
  LETTER,
  SEXAGESIMAL,
  INTEGER,
  FLOAT,
  NO_NUMBER,
  ...RUBY_SYMBOLS,
];
