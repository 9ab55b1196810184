/** The keys of a terminal, as they are pressed: raw, so that none of them does anything by itself. */
import { EventEmitter } from "node:events";
import { emitKeypressEvents } from "node:readline";
import type { Interface } from "node:readline";
import { StringDecoder } from "node:string_decoder";
import { keyOf } from "./keys.ts";
import type { Pressed } from "./keys.ts";
import { LateBytes } from "./late-bytes.ts";

// Bytes behind Esc come at once, over ssh within some tens of milliseconds; readline waits half a second, which one sees.
const ESCAPE_MS = 100;

export class Keyboard {
  readonly #input: NodeJS.ReadStream;
  readonly #onData: (bytes: Buffer) => void;
  readonly #onEnd: () => void;

  constructor(input: NodeJS.ReadStream, onKey: (key: string) => void, onEnd: () => void) {
    this.#input = input;
    this.#onEnd = onEnd;
    const late = new LateBytes();
    const decoder = new StringDecoder("utf8");
    const pieces = new EventEmitter();
    this.#onData = (bytes) => void pieces.emit("data", late.joined(decoder.write(bytes)));
    // Of a stream it hears the event alone, and of an interface it looks at the timeout alone.
    emitKeypressEvents(
      pieces as unknown as NodeJS.ReadableStream,
      { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface,
    );
    pieces.on("keypress", (_: string | undefined, pressed: Pressed) => {
      late.taken(pressed.sequence);
      const key = keyOf(pressed);
      if (key !== "") onKey(key);
    });
    input.on("data", this.#onData);
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
    this.#input.off("data", this.#onData);
    this.#input.off("end", this.#onEnd);
  }
}
