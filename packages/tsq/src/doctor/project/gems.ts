/** The gems of a project, by Gemfile.lock, or by Gemfile where there is no lock. */
import { readRuby } from "./ruby-text.ts";

export interface Gem {
  /** Undefined where only the Gemfile names it. */
  readonly version: string | undefined;
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
        return name === undefined ? [] : [[name, { version: undefined, file, line: i + 1 }] as const];
      }),
  );
