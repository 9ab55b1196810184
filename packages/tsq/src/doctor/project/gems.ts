/** The gems of a project, by Gemfile.lock, or by Gemfile where there is no lock. */
import { readRuby } from "./ruby-text.ts";

export interface Gem {
  /** Undefined where only the Gemfile names it. */
  readonly version: string | undefined;
  /** What the Gemfile asks for at least, where it says so and nothing is locked. */
  readonly least?: string | undefined;
  readonly file: string;
  readonly line: number;
}

/** Those that are locked, with what they depend on. */
export const lockedGems = (text: string, file: string): ReadonlyMap<string, Gem> =>
  new Map(
    text.split("\n").flatMap((line, i) => {
      const [, name, version] = /^ {4}([\w.-]+) \(([\w.]+)(?:[^\w.)][^)]*)?\)\s*$/.exec(line) ?? [];
      return name === undefined || version === undefined
        ? []
        : [[name, { version, file, line: i + 1 }] as const];
    }),
  );

export const namedGems = (text: string, file: string): ReadonlyMap<string, Gem> =>
  new Map(
    readRuby(text)
      .code.split("\n")
      .flatMap((line, i) => {
        const name = /^\s*gem[\s(]+["']([\w.-]+)["']/.exec(line)?.[1];
        if (name === undefined) return [];
        const least = LEAST.exec(line)?.[1];
        return [[name, { version: undefined, least, file, line: i + 1 }] as const];
      }),
  );

/** `gem "rails", "~> 7.2"`: of `<` and `!=` nothing follows. */
const LEAST = /^\s*gem[\s(]+["'][\w.-]+["']\s*,\s*\[?\s*["']\s*(?:~>|>=|=)?\s*(\d[\d.]*)["']/;
