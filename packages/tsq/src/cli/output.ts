/**
 * What a command prints, and what it asks. Data goes to standard output, for people or as JSON; questions and
 * progress go to standard error, so that a pipe gets data alone.
 */
import { dumpJson } from "@tsq/core/protocol";
import { inertJson } from "./terminal-text.ts";
import type { Progress, Stopper, Work } from "./progress.ts";
import type { Question } from "./confirm.ts";
import { fitted } from "./wrapped.ts";

/** Where it prints to and asks; those of this process unless a test has others. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
  readonly stdout: Writer;
  readonly stderr: Writer;
  /** Who hears Ctrl-C. */
  readonly signals: Stopper;
}

interface Writer {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface OutputOptions {
  /** `--json`: what is printed is for a program. */
  readonly isJson: boolean;
  /** `--yes`: everything that may be asked is answered. */
  readonly isConfirmed: boolean;
}

/** What is told behind a result. */
export interface Behind {
  readonly what: string;
  readonly why: string;
}

const THIS_PROCESS: Terminal = {
  // Read when it is needed: to look at standard input already opens it.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
};

const DEAF: Stopper = { once: () => {}, off: () => {} };

export class Output {
  readonly #options: OutputOptions;
  readonly #terminal: Terminal;
  readonly #behind = new Map<string, Behind>();

  constructor(options: OutputOptions, terminal: Terminal = THIS_PROCESS) {
    this.#options = options;
    this.#terminal = terminal;
  }

  line(text: string): void {
    this.#terminal.stdout.write(`${text}\n`);
  }

  /** A sentence for people: on a terminal it is broken at words. */
  say(text: string): void {
    this.line(fitted(text, this.#terminal.stdout));
  }

  /** As it is, for what moves about on the terminal. */
  raw(text: string): void {
    this.#terminal.stdout.write(text);
  }

  /** On one line, integers of any size as they are, whether or not `--json` is given: who calls this has looked. */
  json(value: unknown): void {
    this.line(inertJson(dumpJson(value)));
  }

  /**
   * Asks, and resolves to whether the answer is yes; everything but `y` and `yes` is no.
   *
   * @throws ConfigError without a terminal and without `--yes`: a script must say that it means it
   */
  async confirm(question: string, more: Question = {}): Promise<boolean> {
    if (this.#options.isConfirmed) return true;
    const { askOnTerminal } = await import("./confirm.ts");
    return askOnTerminal(question, this.#terminal, more);
  }

  /** What a program that reads the output must not take for it. */
  warn(text: string): void {
    this.#terminal.stderr.write(`${fitted(text, this.#terminal.stderr)}\n`);
  }

  /** What is told behind the result, once: before it nobody would know what it is about. */
  behind(what: string, why: string): void {
    this.#behind.set(`${what}: ${why}`, { what, why });
  }

  /** The result is out, or an error is, behind which it stands: what was to be told then. */
  takeBehind(): readonly Behind[] {
    const all = [...this.#behind.values()];
    this.#behind.clear();
    return all;
  }

  /**
   * Reads something long: shows how many were looked at on a terminal. Ctrl-C ends the process, as there is nothing done to
   * tell of.
   */
  async reading<T>(label: string, run: (tell: (looked: number) => void) => Promise<T>): Promise<T> {
    const { withBar } = await import("./progress.ts");
    const bar = this.#options.isJson ? undefined : this.#terminal.stderr;
    return withBar({ label, total: 0 }, { signals: DEAF, bar }, ({ tell }) => run(tell));
  }

  /**
   * Does something long: shows how far it is on a terminal. Ctrl-C aborts its signal, and the work says what was done
   * by then; a second one ends the process.
   */
  async work<T>(progress: Progress, run: (work: Work) => Promise<T>): Promise<T> {
    const { withBar } = await import("./progress.ts");
    const { stderr, signals } = this.#terminal;
    return withBar(progress, { signals, bar: this.#options.isJson ? undefined : stderr }, run);
  }
}
