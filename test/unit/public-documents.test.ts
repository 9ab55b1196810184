/** An editor shows what stands above an export. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
// The compiler that comes with tsq: the workspace's own has no such interface.
import ts from "../../packages/tsq/node_modules/typescript/lib/typescript.js";

const PACKAGE = fileURLToPath(new URL("../../packages/tsq/", import.meta.url));

test.each(["index", "api", "config", "web"])("every export of %s says what it is", (entry) => {
  const file = `${PACKAGE}dist/${entry}.d.ts`;
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const exported = module ? checker.getExportsOfModule(module) : [];

  const silent = exported.filter((symbol) => {
    const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return ts.displayPartsToString(meant.getDocumentationComment(checker)).trim() === "";
  });

  expect(exported.length).toBeGreaterThan(5);
  expect(silent.map(({ name }) => name)).toEqual([]);
});
