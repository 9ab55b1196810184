/** Jobs of one queue, or of the schedule, that were pushed together: they travel in one slice and share an answer. */
import { queueKey, SCHEDULE } from "../wire/keys.ts";

/** What one call of enqueue.lua carries at most; it is atomic, and holds the server up for about a millisecond. */
export const SLICE_JOBS = 1_000;
export const SLICE_BYTES = 1_000_000;

export class Parcel {
  /** None for the schedule. */
  readonly queue: string | undefined;
  readonly key: string;
  bytes = 0;
  #payloads: string[] = [];
  #sizes: number[] = [];
  #times: number[] = [];
  /** One for all pushes of this parcel: each waits for it and answers with its own jid. */
  readonly sent: Promise<void>;
  #settle: (error?: Error) => void = () => {};

  constructor(queue?: string) {
    this.queue = queue;
    this.key = queue === undefined ? SCHEDULE : queueKey(queue);
    this.sent = new Promise<void>((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve());
    });
  }

  /** Ends the wait of its pushes, and lets go of the payloads: whoever still holds the parcel holds little. */
  settle(error?: Error): void {
    this.#payloads = this.#sizes = this.#times = [];
    this.#settle(error);
  }

  get jobs(): number {
    return this.#payloads.length;
  }

  /** How many arguments its jobs are. */
  get values(): number {
    return this.#payloads.length + this.#times.length;
  }

  /** The time is for the schedule alone. */
  add(payload: string, atSeconds?: number): void {
    const size = Buffer.byteLength(payload);
    this.#payloads.push(payload);
    this.#sizes.push(size);
    if (atSeconds !== undefined) this.#times.push(atSeconds);
    this.bytes += size;
  }

  /** Its jobs as arguments of a command. */
  text(): string {
    // In one go: a text that grows with each push costs the garbage collector more than all the rest.
    let text = "";
    for (let i = 0; i < this.#payloads.length; i++) {
      if (this.#times.length > 0) text += argument(String(this.#times[i]));
      text += `$${this.#sizes[i]}\r\n${this.#payloads[i]}\r\n`;
    }
    return text;
  }

  hasRoomFor(payload: string): boolean {
    if (this.jobs === 0) return true;
    // A character is three bytes of UTF-8 at most.
    return (
      this.jobs < SLICE_JOBS &&
      (this.bytes + 3 * payload.length <= SLICE_BYTES ||
        this.bytes + Buffer.byteLength(payload) <= SLICE_BYTES)
    );
  }
}

/** One argument of a command as it is on the wire. */
export const argument = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
