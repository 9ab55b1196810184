/** A wait for the moment at which nothing is left to do; whoever waits at the same time waits for the same. */
export class Drain {
  #waiting: Promise<void> | undefined;
  #end = (): void => {};

  wait(): Promise<void> {
    return (this.#waiting ??= new Promise<void>((resolve) => (this.#end = resolve)));
  }

  /** Nothing is left. */
  over(): void {
    this.#waiting = undefined;
    this.#end();
  }
}
