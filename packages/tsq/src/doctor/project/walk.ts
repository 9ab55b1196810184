/** The files of a project, as far as they may say something: bounded, and without what others have made. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export interface Walk {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** There are more than were read. */
  readonly isCut: boolean;
}

const MOST_FILES = 3_000;
const MOST_BYTES = 524_288;
const DEEPEST = 10;
const LEFT_OUT = new Set(
  "node_modules dist build vendor tmp log coverage public test tests spec __tests__ features db sorbet".split(
    " ",
  ),
);
const SOURCE = /\.(?:rb|ru|[cm]?[jt]sx?)$/;
const NO_SOURCE = /\.d\.[cm]?ts$|\.(?:test|spec)\.[cm]?[jt]sx?$|\.min\.js$|_(?:test|spec)\.rb$/;

export const walkSources = (folder: string): Walk => {
  const files: { path: string; text: string }[] = [];
  const visit = (path: string, depth: number): boolean => {
    for (const entry of entriesOf(join(folder, path))) {
      const inner = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        const isLeftOut = LEFT_OUT.has(entry.name) || entry.name.startsWith(".") || depth >= DEEPEST;
        if (!isLeftOut && !visit(inner, depth + 1)) return false;
      } else if (entry.isFile() && SOURCE.test(entry.name) && !NO_SOURCE.test(entry.name)) {
        if (files.length === MOST_FILES) return false;
        const text = textIn(join(folder, inner));
        if (text !== undefined) files.push({ path: inner, text });
      }
    }
    return true;
  };
  return { isCut: !visit("", 0), files };
};

/** By name, so that two looks at the same folder tell the same. A link is not followed: it may lead round in a circle. */
const entriesOf = (path: string) => {
  try {
    return readdirSync(path, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    // A folder that may not be read says nothing.
    return [];
  }
};

/** Undefined where there is none, or where it is none of a person's. */
export const textIn = (path: string): string | undefined => {
  try {
    return statSync(path).size > MOST_BYTES ? undefined : readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};
