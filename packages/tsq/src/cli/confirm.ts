/** A question before something that cannot be undone. Whoever answers nothing has not said yes. */
import { createInterface } from "node:readline";
import { ConfigError } from "@tsq/core";
import { terminalText } from "./terminal-text.ts";

/** What stands around a question. */
export interface Question {
  /** Lines before it, shown where there is somebody to answer. */
  readonly about?: readonly string[];
  /** What has to be typed in the place of `y`, where a slip would cost much. */
  readonly typed?: string | undefined;
}

/** Who is asked, and where. */
interface Asked {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown };
}

/** @throws ConfigError where there is nobody to answer */
export const askOnTerminal = async (
  question: string,
  { stdin, stderr }: Asked,
  { about = [], typed }: Question = {},
): Promise<boolean> => {
  const shown = terminalText(question);
  if (!stdin.isTTY || !stderr.isTTY) {
    throw new ConfigError(`Expected --yes, because there is no terminal to ask \`${shown}\` on. Pass --yes.`);
  }
  for (const line of about) stderr.write(`${line}\n`);
  stderr.write(typed === undefined ? `${shown} [y/N] ` : `${shown} Type ${typed} to go on: `);
  // The terminal itself edits the line, and Ctrl-C ends the process, as nothing has been done yet.
  const lines = createInterface({ input: stdin, terminal: false });
  try {
    return await new Promise((resolve) => {
      lines.once("line", (answer) => resolve(isYes(answer.trim(), typed)));
      // Ctrl-D.
      lines.once("close", () => resolve(false));
    });
  } finally {
    lines.close();
  }
};

const isYes = (answer: string, typed: string | undefined): boolean =>
  typed === undefined ? /^y(es)?$/i.test(answer) : answer.replaceAll(",", "") === typed;
