/** Imports a TypeScript module with all it imports, into the same copies of modules that tsq itself uses. */
import { VERSION } from "@tsq/core/protocol";
import { createJiti } from "jiti";
import type { TransformOptions, TransformResult } from "jiti";
import { cached } from "./compile-cache.ts";
import { compileClasses, needsCompiler } from "./compile-classes.ts";
import { compilerOptionsOf } from "./compiler-options.ts";

export const importTypeScript = (file: string): Promise<unknown> => {
  // It makes CommonJS of what is JavaScript by then, or strips the types where nothing else is to be done.
  const jiti = createJiti(file, JITI);
  const compiled = (options: TransformOptions): string => {
    const { filename, source, ts } = options;
    if (!ts || filename === undefined) return jiti.transform(options);
    const rules = compilerOptionsOf(filename);
    // The compilers are pinned to the version.
    return cached(filename, [source, rules, options.async, VERSION], () =>
      needsCompiler(source, rules)
        ? jiti.transform({ ...options, ts: false, source: compileClasses(filename, source, rules) })
        : jiti.transform(options),
    );
  };
  const transform = (options: TransformOptions): TransformResult => ({ code: compiled(options) });
  return createJiti(file, { ...JITI, transform }).import(file);
};

const JITI = {
  tsconfigPaths: true,
  interopDefault: true,
  // Its own would not see that an option has changed.
  fsCache: false,
  // Mail templates are often JSX; files that are not .tsx are read as before.
  jsx: { runtime: "automatic" },
} as const;
