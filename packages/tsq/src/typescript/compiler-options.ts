/** What the tsconfig.json of a file says about how its classes and decorators are compiled. */
import { dirname, resolve } from "node:path";
import { createFilesMatcher, getTsconfig, parseTsconfig } from "get-tsconfig";
import type { TsConfigResult } from "get-tsconfig";

export interface CompilerOptions {
  /** Decorators as TypeScript had them before the standard: TypeORM, NestJS and class-validator need these. */
  readonly experimentalDecorators: boolean;
  readonly emitDecoratorMetadata: boolean;
  /** Fields are defined on the object, as in JavaScript, instead of being assigned. */
  readonly useDefineForClassFields: boolean;
  readonly verbatimModuleSyntax: boolean;
}

/** Of the nearest tsconfig.json, or of the project it refers to which has the file; TypeScript's defaults without one. */
export const compilerOptionsOf = (file: string): CompilerOptions => {
  const { compilerOptions: options = {} } = projectOf(file)?.config ?? {};
  return {
    experimentalDecorators: options.experimentalDecorators ?? false,
    emitDecoratorMetadata: options.emitDecoratorMetadata ?? false,
    useDefineForClassFields: options.useDefineForClassFields ?? definesFields(options.target),
    verbatimModuleSyntax: options.verbatimModuleSyntax ?? false,
  };
};

const projectOf = (file: string): TsConfigResult | null => {
  const nearest = getTsconfig(file);
  const { references } = nearest?.config ?? {};
  if (!nearest || !references?.length || createFilesMatcher(nearest)(file)) return nearest;
  // A tsconfig.json that only refers to others, as Nx and Vite write it: the options are in one of those.
  const named = references
    .map(({ path }) => resolve(dirname(nearest.path), path))
    .map((path) => (path.endsWith(".json") ? path : resolve(path, "tsconfig.json")));
  for (const path of named) {
    const project = { path, config: parseTsconfig(path) };
    if (createFilesMatcher(project)(file)) return project;
  }
  return nearest;
};

// TypeScript assigns fields up to the target ES2021, and its versions from 6.0 aim higher when none is named.
const definesFields = (target: string | undefined): boolean =>
  target === undefined || !/^es(?:3|5|6|2015|2016|2017|2018|2019|202[01])$/i.test(target);
