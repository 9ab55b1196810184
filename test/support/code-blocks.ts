/** The code that stands in Markdown files, and the compiler that reads it as strictly as it can. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { application, type Files } from "./tsq-command.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface Block {
  readonly language: string;
  readonly code: string;
}

/** @param path from the root of a checkout */
export const blocksOf = (path: string): Block[] =>
  [...readFileSync(join(ROOT, path), "utf8").matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(
    ([, language = "", code = ""]) => ({ language, code }),
  );

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: "es2023",
    lib: ["es2023", "dom", "esnext.disposable"],
    module: "nodenext",
    rewriteRelativeImportExtensions: true,
    types: ["node"],
    rootDir: ".",
    outDir: "out",
    skipLibCheck: true,
  },
  include: ["**/*.ts"],
};

/** An application of these files, compiled into its folder `out`, and what the compiler says of them. */
export const compiled = (files: Files): { folder: string; says: string } => {
  const folder = application({
    ...files,
    "tsconfig.json": JSON.stringify(TSCONFIG),
    "package.json": `{ "type": "module" }`,
    // What the jobs fetch is not there.
    "offline.mjs": `globalThis.fetch = async () => new Response("sent");`,
  });
  mkdirSync(join(folder, "node_modules/@types"));
  symlinkSync(join(ROOT, "node_modules/@types/node"), join(folder, "node_modules/@types/node"));
  symlinkSync(
    dirname(createRequire(import.meta.url).resolve("zod/package.json")),
    join(folder, "node_modules/zod"),
  );
  const tsc = spawnSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc")], {
    cwd: folder,
    encoding: "utf8",
  });
  return { folder, says: tsc.stdout + tsc.stderr };
};
