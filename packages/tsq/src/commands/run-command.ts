/** Runs the command that the arguments name. */
import { exitUnheard, exitWith } from "../cli/exit.ts";
import { COMMANDS } from "./all.ts";
import { createProgram } from "./program.ts";

export const runCommand = (): void => {
  process.stdout.on("error", exitUnheard);
  const [, , first, name] = process.argv;
  // Of `tsq help work` commander would show the flags that are there, and these are loaded when the command is called.
  const isHelp = first === "help" && COMMANDS.some((command) => command.name === name);
  const args = isHelp ? [name as string, "--help"] : process.argv.slice(2);
  createProgram()
    .parseAsync(args, { from: "user" })
    .catch(async (error: unknown) => {
      const { fitted } = await import("../cli/wrapped.ts");
      exitWith(error, fitted);
    });
};
