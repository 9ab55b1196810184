/** What is said to who writes what to look for without `--where`: the same with it. */
import { terminalText } from "./terminal-text.ts";

/** @param usage the command up to there: `tsq retries` */
export const whereInstead = (usage: string, words: readonly string[]): string =>
  `What to look for stands behind --where: ${usage} --where ${inShell(terminalText(words.join(" ")))}.`;

const inShell = (text: string): string =>
  /^[\w.:@,/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
