/** The keys of a terminal, as they are pressed: raw, so that none of them does anything by itself. */
import { emitKeypressEvents } from "node:readline";
import type { Interface } from "node:readline";
import { keyOf } from "./keys.ts";
import type { Pressed } from "./keys.ts";

// Bytes behind Esc come at once, over ssh within some tens of milliseconds; readline waits half a second, which one sees.
const ESCAPE_MS = 100;

export class Keyboard {
  readonly #input: NodeJS.ReadStream;
  readonly #onPressed: (letter: string | undefined, pressed: Pressed) => void;
  readonly #onEnd: () => void;

  constructor(input: NodeJS.ReadStream, onKey: (key: string) => void, onEnd: () => void) {
    this.#input = input;
    this.#onPressed = (_, pressed) => {
      const key = keyOf(pressed);
      if (key !== "") onKey(key);
    };
    this.#onEnd = onEnd;
    // Of an interface it looks at this alone.
    emitKeypressEvents(input, { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface);
    input.on("keypress", this.#onPressed);
    input.once("end", onEnd);
    // One that hangs up just now tells of it here, and what nobody hears is thrown amid the way out.
    input.on("error", onEnd);
  }

  start(): void {
    this.#input.setRawMode(true);
    this.#input.resume();
  }

  /** The terminal's own lines again. */
  stop(): void {
    // A terminal that has hung up has no mode.
    try {
      if (!this.#input.destroyed) this.#input.setRawMode(false);
    } catch {
      // Whoever ends the program goes on with that.
    }
    this.#input.pause();
  }

  close(): void {
    this.stop();
    this.#input.off("keypress", this.#onPressed);
    this.#input.off("end", this.#onEnd);
  }
}
