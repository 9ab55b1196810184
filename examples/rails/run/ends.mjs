/** What ends the parts of a run, the last that was started first, also when a signal ends it in the middle. */

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

export class Ends {
  #ends = [];
  #clearing;
  #onSignal = (signal) => {
    this.clear().finally(() => process.exit(128 + SIGNALS[signal]));
  };

  constructor() {
    // Not once: a second one, as when a terminal and npm both pass it on, must not leave anything behind either.
    for (const signal of Object.keys(SIGNALS)) process.on(signal, this.#onSignal);
  }

  /**
   * What was started is ended by this.
   *
   * @throws Error when the run has been ended meanwhile: then so is this, at once
   */
  add(end) {
    if (this.#clearing === undefined) return void this.#ends.push(end);
    // It never rejects.
    void ended(end);
    throw new Error("The run was ended.");
  }

  /** It has ended by itself. */
  delete(end) {
    this.#ends = this.#ends.filter((one) => one !== end);
  }

  /** Ends all that is still there. */
  clear() {
    return (this.#clearing ??= this.#clear());
  }

  async #clear() {
    while (this.#ends.length > 0) await ended(this.#ends.pop());
    for (const signal of Object.keys(SIGNALS)) process.off(signal, this.#onSignal);
  }
}

/** What cannot be ended must not keep the others. */
const ended = async (end) => {
  try {
    await end();
  } catch (error) {
    console.error(`rails example: ${error.message}`);
  }
};
