/** A source file of the project, with what is no code taken out of the way. */

export interface SourceText {
  /** From the folder of the project on. */
  readonly path: string;
  readonly text: string;
  /** The text without its comments, each character where it was. */
  readonly code: string;
  /** The same without what stands in strings: words in it are words of the program. */
  readonly bare: string;
  /** False where its reader has lost its way. */
  readonly isWhole: boolean;
}

/** From 1. */
export const lineAt = (text: string, at: number): number => {
  let line = 1;
  for (let end = text.indexOf("\n"); end !== -1 && end < at; end = text.indexOf("\n", end + 1)) line++;
  return line;
};

/** Blanks a stretch, and leaves its lines. */
export const blanked = (text: string): string => text.replaceAll(/[^\n]/g, " ");

/** All places where a pattern fits what is code, in all of it or in a stretch. */
export const matchesIn = (
  { bare }: SourceText,
  pattern: RegExp,
  from = 0,
  to = bare.length,
): readonly RegExpExecArray[] => {
  const found = [
    ...bare.slice(from, to).matchAll(new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`)),
  ];
  for (const match of found) match.index += from;
  return found;
};

/** The statement that begins here, to the end of its line; a line that cannot end there goes on in the next one. */
export const statementAt = ({ bare, code }: SourceText, at: number): string => {
  const most = Math.min(bare.length, at + LONGEST_STATEMENT);
  let depth = 0;
  // Each character once: whoever wrote the file may have meant to keep a reader busy.
  let isUnfinished = false;
  for (let end = at; end < most; end++) {
    switch (bare.charAt(end)) {
      case " ":
      case "\t":
      case "\r":
        break;
      case "\n":
        if (depth <= 0 && !isUnfinished) return code.slice(at, end);
        break;
      case "(":
      case "[":
      case "{":
        depth++;
        isUnfinished = true;
        break;
      case ")":
      case "]":
      case "}":
        depth--;
        isUnfinished = false;
        break;
      case ",":
      case "\\":
        isUnfinished = true;
        break;
      default:
        isUnfinished = false;
    }
  }
  return code.slice(at, most);
};

const LONGEST_STATEMENT = 4_000;
