/**
 * Terminals as tmux has them, each test's own: what is on the screen is what a terminal makes of the bytes, not what a test
 * reads in them.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "./eventually.ts";
import { CLI } from "./inside-tsq.ts";
import { isRequired } from "./required.ts";
import { application } from "./tsq-command.ts";

const run = promisify(execFile);

const REASON = "there is no tmux on PATH: apt-get install tmux";

export const hasTmux = (): boolean => {
  try {
    execFileSync("tmux", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

/** Registers the test: without tmux it is skipped with the reason, or fails if TSQ_REQUIRE lists `tmux`. */
export const testTmux = (suite: string): void => {
  test(`a tmux for ${suite}`, async ({ skip }) => {
    if (!hasTmux()) {
      if (isRequired("tmux")) throw new Error(`TSQ_REQUIRE lists \`tmux\`, but ${REASON}.`);
      console.warn(`Skipped: ${suite}, because ${REASON}.`);
      skip(REASON);
    }

    const { stdout } = await run("tmux", ["-V"]);

    // The first that knows `new-session -e` and `send-keys -H`.
    expect(Number(/^tmux (?:next-)?([\d.]+)/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(3.2);
  });
};

export interface TmuxTerminal {
  /** Its lines as somebody sees them, without blanks at their ends. */
  readonly screen: () => Promise<readonly string[]>;
  /** With its colours, as sequences. */
  readonly colours: () => Promise<string>;
  /** Resolves to the screen when the text is on it. */
  readonly shows: (text: string | RegExp) => Promise<readonly string[]>;
  /** What tmux knows of it, by a format of its own. */
  readonly says: (format: string) => Promise<string>;
  /** As it is typed: of two calls the second is another read of the program. */
  readonly types: (text: string) => Promise<void>;
  /** As the terminal's own paste, with marks around it where the program wants them. */
  readonly pastes: (text: string) => Promise<void>;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  /** The process of the command that runs in it. */
  readonly node: () => Promise<number>;
  /** Takes the terminal away from whoever uses it. */
  readonly hangUp: () => Promise<void>;
  /** Its device. */
  readonly tty: () => Promise<string>;
}

/** `$TSQ` in a line is the command. */
export type OpenTerminal = (
  line: string,
  options?: {
    readonly size?: readonly [number, number];
    /** @default a shell that does nothing to the modes of its terminal */
    readonly shell?: readonly string[];
  },
) => Promise<TmuxTerminal>;

/** A tmux with terminals in it, that ends with the test. */
export const startTmux = (env: Readonly<Record<string, string>>): OpenTerminal => {
  const folder = mkdtempSync(join(tmpdir(), "tsq-tmux-"));
  const cwd = application();
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run("tmux", ["-u", "-f", "/dev/null", "-S", join(folder, "socket"), ...args], {
      cwd,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: cwd,
        TERM: "xterm",
        LC_ALL: "C.UTF-8",
        TSQ: `${process.execPath} ${CLI}`,
        ...env,
      },
    });
    return stdout;
  };
  onTestFinished(async () => {
    await tmux("kill-server").catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  });
  let opened = 0;
  return async (line, { size: [columns, rows] = [80, 24], shell = ["sh", "-c"] } = {}) => {
    const name = `t${opened++}`;
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    await tmux("new-session", "-d", "-s", name, ...size, ...shell, line, ";", "set", "status", "off");
    return terminalOf(tmux, name);
  };
};

const terminalOf = (tmux: (...args: readonly string[]) => Promise<string>, name: string): TmuxTerminal => {
  const at = ["-t", `${name}:`];
  const screen = async (): Promise<readonly string[]> =>
    (await tmux("capture-pane", ...at, "-p")).replace(/\n$/, "").split("\n");
  const says = async (format: string): Promise<string> =>
    (await tmux("display-message", ...at, "-p", format)).trim();
  return {
    screen,
    colours: () => tmux("capture-pane", ...at, "-p", "-e"),
    shows: (text) =>
      eventually(async () => {
        const lines = await screen();
        const all = lines.join("\n");
        if (typeof text === "string" ? all.includes(text) : text.test(all)) return lines;
        throw new Error(`Expected \`${String(text)}\` on the screen, got:\n${all}`);
      }),
    says,
    types: async (text) => {
      const bytes = [...Buffer.from(text)].map((byte) => byte.toString(16));
      await tmux("send-keys", ...at, "-H", ...bytes);
    },
    pastes: async (text) => void (await tmux("set-buffer", text, ";", "paste-buffer", ...at, "-p")),
    resize: async (columns, rows) =>
      void (await tmux("resize-window", ...at, "-x", `${columns}`, "-y", `${rows}`)),
    node: async () => {
      const shell = await says("#{pane_pid}");
      const children = readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8");
      return Number(children.trim().split(" ")[0]);
    },
    hangUp: async () => void (await tmux("kill-session", ...at)),
    tty: () => says("#{pane_tty}"),
  };
};
