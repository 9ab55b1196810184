/**
 * How busy whoever keeps the watch is by what it takes: whether its jobs last, and whether it has had its share of them.
 * Else all that is pushed to an idle fleet would be one process's, as long as each job is over before the next one comes.
 */

// A job that is over sooner leaves the watch with a process that is warm.
const LASTS_MICROS = 5_000;

export class Stint {
  // When the first job was taken since it was last asked whether they last.
  #since: NodeJS.CpuUsage | undefined;
  #lasts = false;
  #hasServed = false;

  took(): void {
    this.#hasServed = true;
    this.#since ??= process.cpuUsage();
  }

  /** Whether the last ones did; then the next one does, mostly. */
  get lasts(): boolean {
    return this.#lasts;
  }

  /**
   * A moment after it has taken some: whether they keep it busy. One that computes is over when a timer rings at last, and
   * so it is asked what the processor has done, and not the clock: on a busy machine everybody would hand on for nothing.
   */
  isBusy(isWorking: boolean): boolean {
    if (this.#since === undefined) return false;
    const { user, system } = process.cpuUsage(this.#since);
    this.#since = undefined;
    return (this.#lasts = isWorking || user + system >= LASTS_MICROS);
  }

  /** Whether it has taken any since this was last asked. */
  hadItsShare(): boolean {
    const hasServed = this.#hasServed;
    this.#hasServed = false;
    return hasServed;
  }
}
