/**
 * The `tsq` command as its users run it: a process of its own, in a folder of its own, with nothing of this
 * process's environment. What a test starts ends with it.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { eventually } from "./eventually.ts";
import { CLI } from "./inside-tsq.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Files by path, such as `{ "jobs.ts": "…", "config/sidekiq.yml": "…" }`. */
export type Files = Readonly<Record<string, string>>;

/** A folder as an application has it: its files, and `tsq` among its node_modules. */
export function application(files: Files = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "tsq-application-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(ROOT, "packages/tsq"), join(folder, "node_modules/tsq"));
  write(folder, files);
  return folder;
}

export function write(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export interface TsqOptions {
  /** @default an empty application */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A file descriptor to write to instead; `stdout` is empty then. */
  readonly stdout?: number;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One line of the log, as pino writes it. */
export interface LogLine {
  readonly msg: string;
  readonly level: number;
  readonly [field: string]: unknown;
}

/** Runs the command to its end. */
export function tsq(args: readonly string[], options: TsqOptions = {}): Promise<Ended> {
  return startTsqCommand(args, options).ended;
}

/** Starts a command that stays. */
export function startTsqCommand(args: readonly string[], options: TsqOptions = {}): TsqCommand {
  const command = new TsqCommand(args, options);
  onTestFinished(() => command.kill9());
  return command;
}

export class TsqCommand {
  readonly ended: Promise<Ended>;
  readonly #process: ChildProcess;
  #stdout = "";
  #stderr = "";

  constructor(args: readonly string[], { cwd = application(), env = {}, stdout }: TsqOptions) {
    this.#process = spawn(process.execPath, [CLI, ...args], {
      cwd,
      env: { PATH: process.env["PATH"] ?? "", HOME: cwd, ...env },
      stdio: ["ignore", stdout ?? "pipe", "pipe"],
    });
    this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#stdout += text));
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    this.ended = new Promise((resolve) => {
      this.#process.once("close", (code) => resolve({ code, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error("Expected a running tsq, but it never started.");
    return this.#process.pid;
  }

  /** Nobody reads any more what it prints, as after `| head`. */
  closeStdout(): void {
    this.#process.stdout?.destroy();
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** What it printed, log and messages. */
  output(): string {
    return this.#stdout + this.#stderr;
  }

  log(): LogLine[] {
    const lines = this.#stdout.split("\n").slice(0, -1);
    // The command writes one object per line; what is none fails the test.
    return lines.map((line) => JSON.parse(line) as LogLine);
  }

  /** Resolves to the first line of the log with this message. */
  async logged(message: string | RegExp): Promise<LogLine> {
    return eventually(
      () => {
        const line = this.log().find(({ msg }) =>
          typeof message === "string" ? msg === message : message.test(msg),
        );
        if (line) return line;
        throw new Error(`Expected \`${message}\` in the log, got:\n${this.output()}`);
      },
      { timeoutMs: 20_000 },
    );
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Resolves when the process is gone, however it was. */
  async kill9(): Promise<void> {
    if (!this.hasEnded) this.#process.kill("SIGKILL");
    await this.ended;
  }
}
