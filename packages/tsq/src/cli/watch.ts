/** Pictures that follow each other: on a terminal each in the place of the one before, in a pipe one below the other. */
import { spanText, utcText } from "./ages.ts";

const HOME = "\u001b[H";
const CLEAR = "\u001b[2J";
const CLEAR_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

export class Watch {
  readonly #everyMs: number;
  #frames = 0;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** What to write for the next picture. */
  frame(text: string): string {
    const every = this.#everyMs < 1_000 ? `${this.#everyMs} ms` : spanText(this.#everyMs);
    const head = `Every ${every}, ${utcText(new Date())} UTC; Ctrl-C ends it.`;
    const lines = [head, "", ...text.split("\n")];
    const isFirst = this.#frames++ === 0;
    if (!process.stdout.isTTY) return `${isFirst ? "" : "\n"}${lines.join("\n")}\n`;
    // What is below the last line would push the first one out. A terminal that was not told its size has 0.
    const fitting = lines.slice(0, Math.max(3, (process.stdout.rows || 24) - 1));
    // Written at once and over the old one: nothing flickers.
    return `${isFirst ? CLEAR : ""}${HOME}${fitting.map((line) => `${line}${CLEAR_LINE}\n`).join("")}${CLEAR_BELOW}`;
  }
}
