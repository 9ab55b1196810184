/** Who guesses passwords, and how long they wait: each for what they have tried, and many together for what they try at once. */
import { createHmac, randomBytes } from "node:crypto";
import { Attempts } from "./attempts.ts";

/** Who has tried to be whom. */
export interface Tried {
  readonly address: string;
  readonly name: string;
}

/** Who waits from now on, and did not before. */
interface Waiting {
  readonly isOne: boolean;
  readonly isMany: boolean;
}

// Of guesses at one name from many addresses, and at many names from one: one in a second.
const OF_MANY = { free: 100, firstMs: 1_000, longestMs: 1_000 };

export class Guesses {
  readonly #own = new Attempts();
  readonly #ofMany = new Attempts(OF_MANY);
  readonly #secret = randomBytes(32);

  /** Milliseconds until this is looked at; 0 when it is now. */
  waitMs(tried: Tried, nowMs: number): number {
    return Math.max(
      this.#own.waitMs(this.#ownKey(tried), nowMs),
      ...this.#manyKeys(tried, nowMs).map((key) => this.#ofMany.waitMs(key, nowMs)),
    );
  }

  /** Whether nobody was wrong at this address of late. */
  isNew(address: string, nowMs: number): boolean {
    return !this.#ofMany.isKnown(this.#key("address", address), nowMs);
  }

  failed(tried: Tried, nowMs: number): Waiting {
    const many = this.#manyKeys(tried, nowMs).map((key) => this.#ofMany.failed(key, nowMs));
    return { isOne: this.#own.failed(this.#ownKey(tried), nowMs), isMany: many.includes(true) };
  }

  succeeded(tried: Tried): void {
    this.#own.succeeded(this.#ownKey(tried));
  }

  #ownKey({ address, name }: Tried): string {
    return this.#key("own", address, name);
  }

  /** Of a name those who were wrong before wait for one another, and not whoever comes for the first time. */
  #manyKeys({ address, name }: Tried, nowMs: number): readonly string[] {
    const kind = this.isNew(address, nowMs) ? "new at name" : "name";
    return [this.#key("address", address), this.#key(kind, name)];
  }

  /** A digest: a name may be as long as the headers of a request, and ten thousand are kept. */
  #key(...parts: readonly string[]): string {
    return createHmac("sha256", this.#secret).update(JSON.stringify(parts)).digest("base64");
  }
}
