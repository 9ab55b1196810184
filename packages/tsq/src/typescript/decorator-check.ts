/** Finds decorators that TypeScript would leave out of the program without a word. */
import type ts from "typescript";

/** Where a decorator stands that would not be applied, and what to do. */
export interface LostDecorator {
  readonly position: number;
  readonly reason: string;
}

export const lostDecorator = (
  compiler: typeof ts,
  source: ts.SourceFile,
  isExperimental: boolean,
): LostDecorator | undefined => {
  const visit = (node: ts.Node): LostDecorator | undefined => {
    const decorator = decoratorOf(compiler, node);
    const reason = decorator && whyLost(compiler, node, isExperimental);
    if (decorator && reason) return { position: decorator.getStart(source), reason };
    return compiler.forEachChild(node, visit);
  };
  return visit(source);
};

const decoratorOf = (compiler: typeof ts, node: ts.Node): ts.Decorator | undefined => {
  // Every node may carry modifiers, though few kinds say so in their type.
  const { modifiers } = node as { modifiers?: readonly ts.ModifierLike[] };
  return modifiers?.find((modifier) => compiler.isDecorator(modifier));
};

const whyLost = (compiler: typeof ts, node: ts.Node, isExperimental: boolean): string | undefined => {
  if (compiler.isParameter(node)) {
    if (isExperimental) return undefined;
    return 'a parameter has no standard decorators. Set `"experimentalDecorators": true` in tsconfig.json';
  }
  if (!compiler.canHaveDecorators(node)) return "only classes and their members have decorators. Remove it";
  if (!isExperimental) return undefined;
  if (compiler.isClassExpression(node)) {
    return "with `experimentalDecorators` a class expression has none. Write a class declaration";
  }
  return node.name && compiler.isPrivateIdentifier(node.name)
    ? "with `experimentalDecorators` a private name has none. Write `private` instead of `#`"
    : undefined;
};
