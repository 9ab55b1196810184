/** Keeps compiled files in `node_modules/.cache/tsq`, so that a worker's next start compiles only what has changed. */
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * @param made what the code is made of beside the file's name: source, options, versions
 */
export const cached = (file: string, made: readonly unknown[], compile: () => string): string => {
  const directory = cacheOf(dirname(file));
  if (directory === undefined) return compile();
  const path = join(directory, `${basename(file)}-${digest([file])}.js`);
  // At its end, where it moves no line; a file that was cut off has none.
  const seal = `\n// ${digest([file, ...made])}\n`;
  const kept = contentOf(path);
  if (kept?.endsWith(seal)) return kept;
  const code = compile();
  // What does not parse comes back as code that says so.
  if (!code.startsWith("exports.__JITI_ERROR__")) keep(path, code + seal);
  return code;
};

const digest = (parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);

/** Beside the packages whose code this process trusts anyhow: in a common /tmp anybody could put code. */
const cacheOf = (directory: string): string | undefined => {
  const packages = join(directory, "node_modules");
  if (statSync(packages, { throwIfNoEntry: false })?.isDirectory()) return join(packages, ".cache", "tsq");
  const parent = dirname(directory);
  return parent === directory ? undefined : cacheOf(parent);
};

const contentOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Not there yet, or not ours to read: then it is compiled.
    return undefined;
  }
};

const keep = (path: string, content: string): void => {
  // Several workers start at once on one folder: none may read the half of what another writes.
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, content);
    renameSync(draft, path);
  } catch {
    // An image's file system may be read-only; compiling again costs time alone.
  }
};
