/** What the demo shows: lines for what happens, below them a bar that moves, and a table at the end. */
import { clearLine, cursorTo } from "node:readline";
import Table from "cli-table3";

const BAR_WIDTH = 30;
const TELL_EVERY_MS = 1_000;

export class Screen {
  #out = process.stdout;
  #bar = "";
  #told = "";
  #toldAt = 0;

  /** A line that stays. */
  line(text = "") {
    this.#wipe();
    this.#out.write(`${text}\n`);
    this.#draw();
  }

  /** How far it is: drawn again in place on a terminal, else a line now and then. */
  progress(done, total, counts) {
    const filled = Math.floor((done / total) * BAR_WIDTH);
    const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
    const numbers = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
    this.#wipe();
    this.#bar = `${bar} ${done}/${total} ended · ${numbers.join(" · ")}`;
    this.#draw();
    if (this.#out.isTTY || this.#bar === this.#told || Date.now() - this.#toldAt < TELL_EVERY_MS) return;
    this.#told = this.#bar;
    this.#toldAt = Date.now();
    this.#out.write(`${this.#bar}\n`);
  }

  /** The bar stays as it is, and what comes next goes below it. */
  finish() {
    this.#wipe();
    if (this.#bar !== this.#told) this.#out.write(`${this.#bar}\n`);
    this.#bar = "";
  }

  table(head, rows) {
    // Without colours of the table's own: not every terminal and no log file has them.
    const table = new Table({ head, style: { head: [], border: [] } });
    table.push(...rows);
    this.line(table.toString());
  }

  #wipe() {
    if (!this.#out.isTTY || !this.#bar) return;
    cursorTo(this.#out, 0);
    clearLine(this.#out, 0);
  }

  #draw() {
    // A line that wraps cannot be wiped.
    if (this.#out.isTTY && this.#bar) this.#out.write(this.#bar.slice(0, this.#out.columns - 1));
  }
}
