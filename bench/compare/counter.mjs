/** Counts jobs as they run, and says when the last one has. */
import { nowMicros, say } from "./protocol.mjs";

const TELL_EVERY_MS = 10;

export class Counter {
  #jobs;
  #done = 0;
  #told = 0;
  #startedAt = 0;
  #firstAt = 0;
  #steadyAt = 0;
  #steadyFrom;
  #cpu = process.cpuUsage();

  constructor(jobs) {
    this.#jobs = jobs;
    // A quarter for the compiler to warm up, which a process that runs for a day has forgotten.
    this.#steadyFrom = Math.max(1, Math.floor(jobs / 4));
  }

  /** The worker is loaded and starts now. One of several at the same jobs also tells how far it is. */
  start({ isOneOfMany = false } = {}) {
    this.#startedAt = nowMicros();
    this.#cpu = process.cpuUsage();
    if (isOneOfMany) setInterval(() => this.#tell(), TELL_EVERY_MS);
  }

  // On every job's path: the clock is read only where it must be.
  count() {
    this.#done++;
    if (this.#done === 1) this.#firstAt = nowMicros();
    if (this.#done === this.#steadyFrom) this.#steadyAt = nowMicros();
    if (this.#done === this.#jobs) say("done", this.#sample());
  }

  #sample() {
    const endedAt = nowMicros();
    return {
      seconds: (endedAt - this.#startedAt) / 1e6,
      firstAfterMs: (this.#firstAt - this.#startedAt) / 1e3,
      steadyRate: ((this.#jobs - this.#steadyFrom) * 1e6) / (endedAt - this.#steadyAt),
      cpuMicros: this.#cpuMicros(),
      rssMB: process.memoryUsage.rss() / 2 ** 20,
    };
  }

  #tell() {
    if (this.#told === this.#done) return;
    this.#told = this.#done;
    const [startedAt, at] = [this.#startedAt, nowMicros()];
    say("progress", { done: this.#done, startedAt, at, cpuMicros: this.#cpuMicros() });
  }

  #cpuMicros() {
    const { user, system } = process.cpuUsage(this.#cpu);
    return user + system;
  }
}
