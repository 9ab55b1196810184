/** A question before something that cannot be undone. Whoever answers nothing has not said yes. */
import { createInterface } from "node:readline";
import { ConfigError } from "@tsq/core";
import type { Terminal } from "./output.ts";
import { terminalText } from "./terminal-text.ts";

/** @throws ConfigError where there is nobody to answer */
export const askOnTerminal = async (
  question: string,
  { stdin, stderr }: Pick<Terminal, "stdin" | "stderr">,
): Promise<boolean> => {
  const shown = terminalText(question);
  if (!stdin.isTTY || !stderr.isTTY) {
    throw new ConfigError(`Expected --yes, because there is no terminal to ask \`${shown}\` on. Pass --yes.`);
  }
  stderr.write(`${shown} [y/N] `);
  // The terminal itself edits the line, and Ctrl-C ends the process, as nothing has been done yet.
  const lines = createInterface({ input: stdin, terminal: false });
  try {
    return await new Promise((resolve) => {
      lines.once("line", (answer) => resolve(/^y(es)?$/i.test(answer.trim())));
      // Ctrl-D.
      lines.once("close", () => resolve(false));
    });
  } finally {
    lines.close();
  }
};
