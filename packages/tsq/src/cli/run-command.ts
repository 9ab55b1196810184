/** Runs the command that the arguments name. */
import { exitUnheard, exitWith } from "./exit.ts";
import { program } from "./program.ts";

export const runCommand = (): void => {
  process.stdout.on("error", exitUnheard);
  program.parseAsync().catch(exitWith);
};
