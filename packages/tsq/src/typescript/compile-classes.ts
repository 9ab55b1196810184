/**
 * Compiles a file's classes to plain JavaScript with TypeScript's own compiler: of the compilers measured it alone
 * gets every form of decorators, their metadata and class fields right (docs/decisions/0022).
 */
import { createRequire } from "node:module";
import type ts from "typescript";
import type { CompilerOptions } from "./compiler-options.ts";
import { lostDecorator } from "./decorator-check.ts";
import { keepLines } from "./keep-lines.ts";

/** Whether classes of this file may mean something else to a compiler that ignores the options. */
export const needsCompiler = (source: string, { useDefineForClassFields }: CompilerOptions): boolean =>
  /\bclass\b/.test(source) && (!useDefineForClassFields || /@\s*[\w$(]|\baccessor\b/.test(source));

/**
 * JavaScript without types and decorators, line by line where the source has it; JSX stays.
 *
 * @throws Error naming file and line, for what does not parse and for decorators that would be lost
 */
export const compileClasses = (file: string, source: string, options: CompilerOptions): string => {
  // Loading it takes a third of a second: only who has such classes pays.
  const compiler = createRequire(import.meta.url)("typescript") as typeof ts;
  const before = (parsed: ts.SourceFile): ts.SourceFile => {
    const lost = lostDecorator(compiler, parsed, options.experimentalDecorators);
    if (!lost) return parsed;
    const { line } = parsed.getLineAndCharacterOfPosition(lost.position);
    throw new Error(`${file}:${line + 1}: This decorator would never run: ${lost.reason}.`);
  };
  const { outputText, sourceMapText, diagnostics } = compiler.transpileModule(source, {
    fileName: file,
    reportDiagnostics: true,
    transformers: { before: [() => before] },
    compilerOptions: {
      ...options,
      target: compiler.ScriptTarget.ES2022,
      module: isCommonJs(compiler, file, source) ? compiler.ModuleKind.CommonJS : compiler.ModuleKind.ESNext,
      jsx: compiler.JsxEmit.Preserve,
      sourceMap: true,
      removeComments: true,
      newLine: compiler.NewLineKind.LineFeed,
    },
  });
  const [wrong] = (diagnostics ?? []).filter((diagnostic) => diagnostic.file !== undefined);
  if (wrong) throw parseError(compiler, file, wrong);
  const { mappings } = JSON.parse(sourceMapText ?? "{}") as { mappings?: string };
  return keepLines(outputText, mappings ?? "", linesWithinTokens(compiler, file, outputText));
};

/** `import x = require()` and `export =` have no form in an ES module. */
const isCommonJs = (compiler: typeof ts, file: string, source: string): boolean => {
  if (!/\b(?:export|import\s+(?:type\s+)?[\w$]+)\s*=/.test(source)) return false;
  return compiler
    .createSourceFile(file, source, compiler.ScriptTarget.ESNext)
    .statements.some(
      (statement) =>
        (compiler.isExportAssignment(statement) && statement.isExportEquals) ||
        (compiler.isImportEqualsDeclaration(statement) &&
          compiler.isExternalModuleReference(statement.moduleReference)),
    );
};

const parseError = (compiler: typeof ts, file: string, wrong: ts.Diagnostic): Error => {
  const { line = 0, character = 0 } = wrong.file?.getLineAndCharacterOfPosition(wrong.start ?? 0) ?? {};
  const reason = compiler.flattenDiagnosticMessageText(wrong.messageText, " ").replace(/\.$/, "");
  // In the form of the other parse errors, whose second line is the place.
  return new Error(`ParseError: ${reason}\n ${file}:${line + 1}:${character + 1}`);
};

/** Of templates, strings with an escaped line end, and the text between JSX tags. */
const linesWithinTokens = (compiler: typeof ts, file: string, code: string): ((line: number) => boolean) => {
  const name = file.endsWith("x") ? "code.jsx" : "code.js";
  const parsed = compiler.createSourceFile(name, code, compiler.ScriptTarget.ESNext);
  const lineAt = (position: number): number => parsed.getLineAndCharacterOfPosition(position).line;
  const within = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (compiler.isStringLiteralLike(node) || compiler.isTemplateHead(node) || isRest(node)) {
      for (let line = lineAt(node.getStart(parsed)) + 1; line <= lineAt(node.end); line++) within.add(line);
    } else if (compiler.isJsxText(node)) {
      for (let line = lineAt(node.pos) + 1; line <= lineAt(node.end); line++) within.add(line);
    }
    compiler.forEachChild(node, visit);
  };
  const isRest = (node: ts.Node): boolean => compiler.isTemplateMiddleOrTemplateTail(node);
  visit(parsed);
  return (line) => within.has(line);
};
