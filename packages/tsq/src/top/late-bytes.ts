/**
 * A key whose bytes come in two pieces, the second so late that the first was taken for a key of its own: put together again, or
 * letters of an arrow would be commands, and so would be those of a paste.
 */

const ESC = "\u001b";

/** Bytes behind which more of the same key come. */
const OPEN = new RegExp(`${ESC}(?:\\[[\\d;]*|O)?$`);
/** All of one, with whatever comes behind it. */
const WHOLE = new RegExp(`^${ESC}(?:\\[[\\d;]*[A-Za-z~]|O[A-Za-z])`);

export class LateBytes {
  #open = "";
  #isTaken = false;

  /** What was told as a key. */
  taken(sequence: string | undefined): void {
    if (this.#open !== "" && sequence === this.#open) this.#isTaken = true;
  }

  /** The next piece, with what belongs before it. A lone letter behind Esc is one that somebody has typed. */
  joined(text: string): string {
    const isLate = this.#isTaken && text.length > 1 && WHOLE.test(this.#open + text);
    const whole = isLate ? this.#open + text : text;
    const before = this.#isTaken ? "" : this.#open;
    this.#isTaken = false;
    this.#open = OPEN.exec(before + whole)?.[0] ?? "";
    return whole;
  }
}
