/** A question before something that cannot be undone. Whoever answers nothing has not said yes. */
import { createInterface } from "node:readline";
import { setImmediate as turn } from "node:timers/promises";
import { ConfigError } from "@tsq/core";
import { terminalText } from "./terminal-text.ts";
import { fitted } from "./wrapped.ts";

/** What stands around a question. */
export interface Question {
  /** Lines before it, shown where there is somebody to answer. */
  readonly about?: readonly string[];
  /** What has to be typed in the place of `y`, where a slip would cost much. */
  readonly typed?: string | undefined;
}

type Input = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  /** Of a terminal. */
  setRawMode?(isRaw: boolean): unknown;
};

/** Who is asked, and where. */
interface Asked {
  readonly stdin: Input;
  readonly stderr: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
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
  await dropTypedAhead(stdin);
  const fit = (text: string): string => fitted(text, stderr);
  for (const line of about) stderr.write(`${fit(line)}\n`);
  stderr.write(fit(typed === undefined ? `${shown} [y/N] ` : `${shown} Type ${typed} to go on: `));
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

// A turn of the event loop reads what lies there.
const QUIET_TURNS = 3;
const CTRL_C = "\u0003";

/** What was typed while jobs were counted answers no question that nobody had seen. Ctrl-C is none. */
const dropTypedAhead = async (stdin: Input): Promise<void> => {
  if (!stdin.setRawMode) return;
  let quiet = 0;
  const drop = (bytes: Buffer | string): void => {
    quiet = 0;
    if (bytes.includes(CTRL_C)) process.kill(process.pid, "SIGINT");
  };
  // As it is, also what no Enter has followed yet.
  stdin.setRawMode(true);
  stdin.on("data", drop);
  while (quiet++ < QUIET_TURNS) await turn();
  stdin.off("data", drop);
  stdin.pause();
  stdin.setRawMode(false);
};
