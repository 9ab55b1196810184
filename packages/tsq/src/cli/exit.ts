/** How the command ends when something is wrong: one clear line, exit code 1, no stack trace. */
import { isExpected } from "./fault.ts";
import { terminalLines, terminalText } from "./terminal-text.ts";

/** Set it to see where an unexpected error came from. */
const DEBUG = "TSQ_DEBUG";

/** @param fit how what is said is broken at the terminal's width; handed in, as nobody else at a start needs it */
export const exitWith = (
  error: unknown,
  fit: (text: string, terminal: NodeJS.WriteStream) => string,
): never => {
  const message = error instanceof Error ? error.message : String(error);
  // Those that are expected have one line: an end of one comes with what somebody has typed or written.
  const told = isExpected(error) ? terminalText(message) : terminalLines(message);
  process.stderr.write(`${fit(`tsq: ${told}`, process.stderr)}\n`);
  if (process.env[DEBUG] && error instanceof Error)
    process.stderr.write(`${terminalLines(String(error.stack))}\n`);
  else if (!isExpected(error)) process.stderr.write(`(set ${DEBUG}=1 to see where it happened)\n`);
  process.exit(1);
};

/** For errors of standard output: a reader that has seen enough, as `head` does, is none; a full disk is. */
export const exitUnheard = (error: NodeJS.ErrnoException): never => {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`tsq: Cannot write to standard output: ${error.message}\n`);
  process.exit(1);
};
