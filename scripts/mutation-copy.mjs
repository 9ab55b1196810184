/** A copy of the repository in which mutate.mjs makes its mistakes, and how what is built follows from a file of it. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { luaModules } from "./lua-modules.mjs";
import { ROOT } from "./npm.mjs";

const GENERATED = ["core", "cron"].map((name) => `packages/${name}/src/redis/scripts.gen.ts`);

const SERVER_PROCESS = "test/support/server-process.ts";

const git = (...args) => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim().split("\n");

/** What is under version control, and what was built; the packages in it are its own. */
const makeFolder = (files) => {
  const copy = mkdtempSync(join(tmpdir(), "tsq-mutate-"));
  for (const file of files) cpSync(join(ROOT, file), join(copy, file), { recursive: true });
  mkdirSync(join(copy, "node_modules/@tsq"), { recursive: true });
  for (const entry of readdirSync(join(ROOT, "node_modules")))
    if (!["@tsq", "tsq", ".cache", ".vite"].includes(entry))
      symlinkSync(join(ROOT, "node_modules", entry), join(copy, "node_modules", entry));
  for (const name of readdirSync(join(ROOT, "packages"))) {
    cpSync(join(ROOT, `packages/${name}/dist`), join(copy, `packages/${name}/dist`), { recursive: true });
    const link = name === "tsq" ? name : `@tsq/${name}`;
    symlinkSync(join(copy, "packages", name), join(copy, "node_modules", link));
  }
  symlinkSync(join(ROOT, "packages/tsq/node_modules"), join(copy, "packages/tsq/node_modules"));
  return copy;
};

export const makeCopy = (mutated) => {
  const files = git("ls-files", "--cached", "--others", "--exclude-standard");
  const copy = makeFolder(files);
  const ts = createRequire(join(ROOT, "packages/tsq/package.json"))("typescript");
  const compilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
  };
  const read = (file) => readFileSync(join(copy, file), "utf8");
  const builtOf = (file) => file.replace("/src/", "/dist/").replace(/\.ts$/, ".js");
  /** Types are left out: what a test says is what counts. */
  const transpile = (file) => {
    const { outputText } = ts.transpileModule(read(file), { compilerOptions });
    writeFileSync(join(copy, builtOf(file)), outputText);
  };
  const makes = (file) => (file.endsWith(".lua") ? GENERATED : [file]);
  // As the compiler of the mutants makes them: where a mutant differs is then where it is wrong.
  for (const file of new Set(mutated.flatMap(makes))) transpile(file);
  const builtBefore = new Map(mutated.flatMap(makes).map((file) => [builtOf(file), read(builtOf(file))]));

  return {
    copy,
    /** Writes a file and builds what follows from it. */
    build(file, text) {
      writeFileSync(join(copy, file), text);
      if (!file.endsWith(".lua")) return transpile(file);
      for (const { out, text: made } of luaModules(new URL(`${pathToFileURL(copy).href}/`))) {
        if (read(out) === made) continue;
        writeFileSync(join(copy, out), made);
        transpile(out);
      }
    },
    /** Where in what is built the mistake that was just built is; of a script, in which line. */
    placesOf: (file) =>
      makes(file).flatMap((made) => {
        const built = builtOf(made);
        const [before, after] = [builtBefore.get(built), read(built)];
        return file.endsWith(".lua") ? linesOf(before, after) : firstDifference(built, before, after);
      }),
    /** While `work` lasts scripts tell which of their lines they run, and tests hear it of their servers. */
    async whileTelling(work) {
      const heard = read(SERVER_PROCESS);
      for (const file of GENERATED)
        writeFileSync(join(copy, builtOf(file)), tellingLines(read(builtOf(file))));
      const telling = heard.replace(
        "(this.#output += text)",
        "(globalThis.mutationHears?.(text), (this.#output += text))",
      );
      if (telling === heard) throw new Error(`Expected \`${SERVER_PROCESS}\` to read what a server says.`);
      writeFileSync(join(copy, SERVER_PROCESS), telling);
      try {
        return await work();
      } finally {
        writeFileSync(join(copy, SERVER_PROCESS), heard);
        for (const file of GENERATED) transpile(file);
      }
    },
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
};

const firstDifference = (built, before, after) => {
  if (before === after) return [];
  let at = 0;
  while (before[at] === after[at]) at++;
  return [{ built, at }];
};

/** The scripts of a generated module, by name. */
const scriptsIn = (code) =>
  new Map([...code.matchAll(SCRIPT)].map(([, , name, , , text]) => [name, JSON.parse(text).split("\n")]));

const SCRIPT = /(name: "([\w-]+)",\s+)(sha1: ")\w+(",\s+lua: )("(?:[^"\\]|\\.)*")/g;

/** A line of a script as a place, far from those of other lines. */
const placeOfLine = (line) => 10 * line;

/** Of each script whose text is another now, the line. */
const linesOf = (before, after) => {
  const now = scriptsIn(after);
  return [...scriptsIn(before)].flatMap(([name, lines]) => {
    const line = lines.findIndex((text, i) => text !== now.get(name)?.[i]);
    return line < 0 ? [] : [{ built: `lua:${name}`, at: placeOfLine(line) }];
  });
};

/** Where a statement can stand: not before the second half of another, nor within a table. */
const BEGINS = /^\s*(?!(?:else|elseif|end|until|and|or)\b)[a-zA-Z](?!.*,$)/;

/** The same module, with scripts that tell the log of their server which of their lines they run. */
export const tellingLines = (code) =>
  code.replace(SCRIPT, (_, head, name, sha, middle, text) => {
    const lines = JSON.parse(text)
      .split("\n")
      .map((line, i) => (BEGINS.test(line) ? `redis.log(3,'ran ${name} ${i}') ${line}` : line));
    const lua = lines.join("\n");
    return `${head}${sha}${createHash("sha1").update(lua).digest("hex")}${middle}${JSON.stringify(lua)}`;
  });
