/** Runs the command that the arguments name. */
import { exitUnheard, exitWith } from "./exit.ts";
import { createProgram } from "./program.ts";

export const runCommand = (): void => {
  process.stdout.on("error", exitUnheard);
  createProgram().parseAsync().catch(exitWith);
};
