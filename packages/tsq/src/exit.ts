/** How the command ends when something is wrong: one clear line, exit code 1, no stack trace. */
import { TsqError } from "@tsq/core";
import { EmbeddedError } from "./embedded/start-embedded.ts";

/** Set it to see where an unexpected error came from. */
const DEBUG = "TSQ_DEBUG";

export const exitWith = (error: unknown): never => {
  const isExpected = error instanceof TsqError || error instanceof EmbeddedError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`tsq: ${message}\n`);
  if (process.env[DEBUG] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  else if (!isExpected) process.stderr.write(`(set ${DEBUG}=1 to see where it happened)\n`);
  process.exit(1);
};
