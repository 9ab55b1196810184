/** The terminal as a whole screen: entered, drawn on line by line where something has changed, and left as it was. */
import { paint, widthOfLine } from "./line.ts";
import type { Line } from "./line.ts";
import type { Size } from "./state.ts";

/** What is written to. */
export interface ScreenOutput {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

// The alternate screen, no cursor, no wrapping (a character that is wider than it seems must not push the next lines down), and
// marks around what is pasted.
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h\u001b[2J";
const LEAVE = "\u001b[?2004l\u001b[?7h\u001b[0m\u001b[?25h\u001b[?1049l";
const CLEAR_REST = "\u001b[K";

export class Screen {
  readonly #output: ScreenOutput;
  readonly #hasColors: boolean;
  #drawn: readonly string[] = [];
  #isEntered = false;

  constructor(output: ScreenOutput, hasColors: boolean) {
    this.#output = output;
    this.#hasColors = hasColors;
  }

  /** A terminal that was not told its size has 0. */
  get size(): Size {
    return { columns: this.#output.columns || 80, rows: this.#output.rows || 24 };
  }

  enter(): void {
    if (this.#isEntered) return;
    this.#isEntered = true;
    this.#drawn = [];
    this.#output.write(ENTER);
  }

  /** The second time it does nothing: whoever ends the program may call it. */
  leave(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    this.#output.write(LEAVE);
  }

  /** Nothing that was drawn is there any more: the next drawing draws all. */
  forget(): void {
    this.#drawn = [];
  }

  /** Writes the lines that have changed, all at once. */
  draw(lines: readonly Line[]): void {
    if (!this.#isEntered) return;
    const { columns } = this.size;
    const painted = lines.map((line) => {
      const text = paint(line, columns, this.#hasColors);
      // At the last column it would clear the last letter.
      return widthOfLine(line) < columns ? text + CLEAR_REST : text;
    });
    const changed = painted.flatMap((text, i) =>
      text === this.#drawn[i] ? [] : [`\u001b[${i + 1};1H${text}`],
    );
    this.#drawn = painted;
    if (changed.length > 0) this.#output.write(changed.join(""));
  }
}
