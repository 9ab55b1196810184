/** A source file of the project, with what is no code taken out of the way. */

export interface SourceText {
  /** From the folder of the project on. */
  readonly path: string;
  readonly text: string;
  /** The text without its comments, each character where it was. */
  readonly code: string;
  /** The same without what stands in strings: words in it are words of the program. */
  readonly bare: string;
}

/** From 1. */
export const lineAt = (text: string, at: number): number => {
  let line = 1;
  for (let end = text.indexOf("\n"); end !== -1 && end < at; end = text.indexOf("\n", end + 1)) line++;
  return line;
};

/** Blanks a stretch, and leaves its lines. */
export const blanked = (text: string): string => text.replaceAll(/[^\n]/g, " ");

/** All places where a pattern fits what is code. */
export const matchesIn = ({ bare }: SourceText, pattern: RegExp): readonly RegExpExecArray[] => [
  ...bare.matchAll(new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`)),
];

/** The statement that begins here, to the end of its line; a line that cannot end there goes on in the next one. */
export const statementAt = ({ bare, code }: SourceText, at: number): string => {
  let end = endOfLine(bare, at);
  while (end < bare.length && isUnfinished(bare.slice(at, end))) end = endOfLine(bare, end + 1);
  return code.slice(at, end);
};

const endOfLine = (text: string, at: number): number => {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
};

const isUnfinished = (statement: string): boolean => {
  if (/[,\\([{]\s*$/.test(statement)) return true;
  let depth = 0;
  for (const [bracket] of statement.matchAll(/[()[\]{}]/g)) depth += "([{".includes(bracket) ? 1 : -1;
  return depth > 0 && statement.length < LONGEST_STATEMENT;
};

const LONGEST_STATEMENT = 4_000;
