/** The files of a project, as far as they may say something: bounded, and without what others have made. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export interface Walk {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** There are more than were read: too many, too deep, or too large. */
  readonly isCut: boolean;
}

const MOST_FILES = 3_000;
const MOST_BYTES = 524_288;
const DEEPEST = 10;
/** Wherever they are. */
const OTHERS = new Set(["node_modules", "__tests__"]);
/** Tests, except below `app`, where everything is the app's. */
const TESTS = new Set(["test", "tests", "spec"]);
/** At the top of a package alone: elsewhere such a word names what the code is about. */
const OF_PACKAGES = new Set("dist build vendor tmp log coverage public features db sorbet".split(" "));
const MANIFEST = /^(?:package\.json|Gemfile|.*\.gemspec)$/;
const SOURCE = /\.(?:rb|ru|[cm]?[jt]sx?)$/;
const NO_SOURCE = /\.d\.[cm]?ts$|\.(?:test|spec)\.[cm]?[jt]sx?$|\.min\.js$|_(?:test|spec)\.rb$/;

export const walkSources = (folder: string): Walk => {
  const files: { path: string; text: string }[] = [];
  let isCut = false;
  const visit = (path: string, depth: number): boolean => {
    const entries = entriesOf(join(folder, path));
    const isPackage = depth === 0 || entries.some(({ name }) => MANIFEST.test(name));
    for (const entry of entries) {
      const { name } = entry;
      const inner = path === "" ? name : `${path}/${name}`;
      if (entry.isDirectory()) {
        if (isLeftOut(inner, name, isPackage)) continue;
        if (depth >= DEEPEST) isCut = true;
        else if (!visit(inner, depth + 1)) return false;
      } else if (entry.isFile() && SOURCE.test(name) && !NO_SOURCE.test(name)) {
        if (files.length === MOST_FILES) return false;
        const text = textIn(join(folder, inner));
        if (text !== undefined) files.push({ path: inner, text });
        // What is larger in JavaScript is built, and in Ruby somebody's.
        else if (/\.r[bu]$/.test(name)) isCut = true;
      }
    }
    return true;
  };
  const isWhole = visit("", 0);
  return { isCut: isCut || !isWhole, files };
};

const isLeftOut = (path: string, name: string, isOfPackage: boolean): boolean =>
  name.startsWith(".") ||
  OTHERS.has(name) ||
  (TESTS.has(name) && !/(?:^|\/)app\//.test(path)) ||
  (OF_PACKAGES.has(name) && isOfPackage);

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
