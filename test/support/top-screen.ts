/** `tsq top` without a terminal: keys pressed one after the other, and what is on its screen then. */
import type { ApiConnection } from "@tsq/core/api";
import { eventually } from "./eventually.ts";
import { Screen, Session } from "./inside-tsq.ts";

// So wide and high that a sentence is a line, and all that there is has room.
const SIZE = { columns: 1_000, rows: 60 } as const;
// What it reads by itself comes too late to be taken for an answer to a key.
const STILL_MS = 3_600_000;

const ESC = "\u001b";
const DRAWN = new RegExp(`${ESC}\\[(\\d+);1H((?:(?!${ESC}\\[\\d+;1H)[^])*)`, "g");
const COLOURS = new RegExp(`${ESC}\\[[\\d;]*[A-Za-z]`, "g");
const RED = `${ESC}[31m`;

/** What stands below the list, or in its place, when no work goes on. */
export interface Settled {
  readonly kind: "said" | "question" | "told";
  readonly text: string;
  readonly isWrong: boolean;
}

export class TopScreen {
  readonly #session: Session;
  readonly #lines: string[] = [];
  readonly #over: Promise<void>;
  #failure: { readonly error: unknown } | undefined;

  /** @param url of the Redis that what goes wrong is told of */
  constructor(api: ApiConnection, url: string) {
    const screen = new Screen({ ...SIZE, write: (text) => this.#drawn(text) }, true);
    const fail = (error: unknown) => (this.#failure = { error });
    const told = { api, url, redis: url, screen, everyMs: STILL_MS, goals: {}, suspend: () => {}, fail };
    this.#session = new Session(told);
    screen.enter();
    this.#over = this.#session.run();
  }

  /** Its lines as somebody sees them. */
  get lines(): readonly string[] {
    return Array.from(this.#lines, (line: string | undefined) =>
      (line ?? "").replaceAll(COLOURS, "").trimEnd(),
    );
  }

  /** The row that one is on; undefined of a list without rows. */
  get row(): string | undefined {
    return this.lines.find((line) => line.startsWith(">"));
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) this.#session.press(key);
  }

  /** Resolves when a line is like this, and what one looks at was read. */
  async shows(text: RegExp): Promise<void> {
    await this.#eventually(() => this.lines.some((line) => text.test(line)) && !this.#isReading);
  }

  /** Resolves to what is said when it says something, asks, or waits for somebody to have read it. */
  async settles(): Promise<Settled> {
    let settled: Settled | undefined;
    await this.#eventually(() => (settled = this.#settled) !== undefined);
    return settled as Settled;
  }

  /** Resolves when it asks nothing any more. */
  async goesOn(): Promise<void> {
    await this.#eventually(() => this.#settled?.kind !== "question");
  }

  async quit(): Promise<void> {
    this.#session.quit();
    await this.#over;
  }

  get #isReading(): boolean {
    return this.lines.includes("Reading…");
  }

  get #settled(): Settled | undefined {
    const keys = this.lines.at(-1) ?? "";
    if (/^(?:y does it|Esc does nothing)/.test(keys)) return { ...this.#body(), kind: "question" };
    if (keys.startsWith("Enter or Esc closes it")) return { ...this.#body(), kind: "told" };
    const at = this.lines.length - 2;
    const said = this.lines[at] ?? "";
    if (!keys.startsWith("? help") || said === "" || said.startsWith("filter  ")) return undefined;
    return { kind: "said", text: said, isWrong: this.#lines[at]?.includes(RED) ?? false };
  }

  /** Between the numbers of the head and the last lines. */
  #body(): Omit<Settled, "kind"> {
    const from = this.lines.indexOf("", 2);
    const [lines, drawn] = [this.lines, this.#lines].map((all) => all.slice(from, -2));
    return {
      text: (lines ?? []).filter((line) => line !== "").join("\n"),
      isWrong: (drawn ?? []).some((line) => line?.includes(RED)),
    };
  }

  #drawn(text: string): void {
    for (const [, row, line = ""] of text.matchAll(DRAWN)) this.#lines[Number(row) - 1] = line;
  }

  async #eventually(isSo: () => boolean): Promise<void> {
    await eventually(() => {
      if (this.#failure) return;
      if (!isSo()) throw new Error(`Expected another screen, got:\n${this.lines.join("\n")}`);
    });
    if (this.#failure) throw this.#failure.error;
  }
}
