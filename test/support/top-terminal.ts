/** `tsq top` on a terminal of a given size, plain unless colours are asked for: what is on its screen, and the bytes that made it so. */
import { execFile } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { promisify } from "node:util";
import { eventually } from "./eventually.ts";
import { onTerminal } from "./tsq-terminal.ts";
import type { OnTerminal } from "./tsq-terminal.ts";

const run = promisify(execFile);

export interface TopTerminal extends OnTerminal {
  /** Its lines as somebody sees them. */
  readonly screen: () => readonly string[];
  /** Resolves when the text is on the screen now. */
  readonly shows: (text: string | RegExp) => Promise<void>;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  readonly signal: (name: NodeJS.Signals) => void;
}

export const LEFT = "\u001b[?2004l\u001b[?7h\u001b[0m\u001b[?25h\u001b[?1049l";

export const topOnTerminal = (
  env: Readonly<Record<string, string>>,
  {
    args = [],
    size = [80, 24],
  }: { readonly args?: readonly string[]; readonly size?: readonly [number, number] } = {},
): TopTerminal => {
  const [columns, rows] = size;
  const before = `stty cols ${columns} rows ${rows}; `;
  const terminal = onTerminal(["top", "--interval", "0.2", ...args], { NO_COLOR: "1", ...env }, before);
  const screen = () => screenOf(terminal.output());
  return {
    ...terminal,
    screen,
    shows: (text) =>
      eventually(() => {
        const lines = screen().join("\n");
        if (typeof text === "string" ? lines.includes(text) : text.test(lines)) return;
        throw new Error(`Expected \`${String(text)}\` on the screen, got:\n${lines}`);
      }),
    resize: async (columns, rows) => {
      const tty = readlinkSync(`/proc/${nodeOf(terminal.pid)}/fd/0`);
      await run("stty", ["-F", tty, "cols", `${columns}`, "rows", `${rows}`]);
    },
    signal: (name) => void process.kill(nodeOf(terminal.pid), name),
  };
};

/** The process of the command: the only child of `script`. */
const nodeOf = (script: number): number => {
  const [child] = readFileSync(`/proc/${script}/task/${script}/children`, "utf8").trim().split(" ");
  return Number(child);
};

/** Lines are written whole, each at its place: the last of a place is what is there. */
const ESC = "\u001b";
const DRAWN = new RegExp(`${ESC}\\[(\\d+);1H([^${ESC}]*)`, "g");

/** What tsq itself writes; all else on the terminal is text. */
export const OURS = new RegExp(`${ESC}\\[(?:\\?(?:1049|25|7|2004)[hl]|2J|K|0m|\\d+;1H)`, "g");

const screenOf = (output: string): readonly string[] => {
  const lines: string[] = [];
  // What was drawn before it was entered again is gone.
  const entered = output.slice(Math.max(0, output.lastIndexOf("\u001b[2J")));
  for (const [, row, text = ""] of entered.matchAll(DRAWN)) lines[Number(row) - 1] = text.trimEnd();
  return Array.from(lines, (line) => line ?? "");
};
