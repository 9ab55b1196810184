/** The `tsq` command on a terminal: somebody who sees what it prints, and types. */
import { spawn } from "node:child_process";
import { onTestFinished } from "vitest";
import { eventually } from "./eventually.ts";
import { CLI } from "./inside-tsq.ts";
import { application } from "./tsq-command.ts";

export interface OnTerminal {
  /** Of `script`, whose child the command is. */
  readonly pid: number;
  readonly output: () => string;
  /** Resolves when the text has been printed. */
  readonly sees: (text: string | RegExp) => Promise<void>;
  readonly types: (text: string) => void;
  /** The exit code of the command. */
  readonly ended: Promise<number | null>;
}

export const CTRL_C = "\u0003";

/**
 * @param args without quotes and spaces: a shell reads them
 * @param before what the shell does first, such as `stty cols 80; `
 */
export const onTerminal = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  before = "",
): OnTerminal => {
  const cwd = application();
  // In the place of the shell, which would hear Ctrl-C as well.
  const child = spawn(
    "script",
    ["-qec", before + ["exec", process.execPath, CLI, ...args].join(" "), "/dev/null"],
    {
      cwd,
      env: { PATH: process.env["PATH"] ?? "", HOME: cwd, TERM: "xterm", ...env },
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  if (child.pid === undefined) throw new Error("Expected `script` to start, but it did not.");
  return {
    pid: child.pid,
    output: () => output,
    sees: (text) =>
      eventually(() => {
        if (typeof text === "string" ? output.includes(text) : text.test(output)) return;
        throw new Error(`Expected \`${String(text)}\` on the terminal, got:\n${output}`);
      }),
    types: (text) => void child.stdin.write(text),
    ended,
  };
};
