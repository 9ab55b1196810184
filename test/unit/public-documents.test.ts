/** An editor shows what stands above an export. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
// The compiler that comes with tsq: the workspace's own has no such interface.
import ts from "../../packages/tsq/node_modules/typescript/lib/typescript.js";

const PACKAGE = fileURLToPath(new URL("../../packages/tsq/", import.meta.url));

const ENTRIES = ["index", "api", "config", "web"];
const fileOf = (entry: string): string => `${PACKAGE}dist/${entry}.d.ts`;

// One for all, and without the types of JavaScript and Node themselves: to read them takes ten times as long as the rest.
const program = ts.createProgram(ENTRIES.map(fileOf), {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  skipLibCheck: true,
  noLib: true,
  types: [],
});
const checker = program.getTypeChecker();

test.each(ENTRIES)("every export of %s says what it is", (entry) => {
  const source = program.getSourceFile(fileOf(entry));
  const module = source && checker.getSymbolAtLocation(source);
  const exported = module ? checker.getExportsOfModule(module) : [];

  const silent = exported.filter((symbol) => {
    const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return ts.displayPartsToString(meant.getDocumentationComment(checker)).trim() === "";
  });

  expect(exported.length).toBeGreaterThan(5);
  expect(silent.map(({ name }) => name)).toEqual([]);
});
