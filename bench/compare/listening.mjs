/** A worker that waits for jobs: how long each was on its way, and what waiting costs. */
import { setTimeout as sleep } from "node:timers/promises";
import { nowMicros, order, options, say } from "./protocol.mjs";

export class Listener {
  #latencies = [];

  /** What the job does that carries the time of its push. */
  arrived(pushedAt) {
    this.#latencies.push(nowMicros() - pushedAt);
  }

  /** What a job of the load does: it keeps its slot, and leaves the processor alone. */
  async work(ms) {
    await sleep(ms);
  }

  /** Answers the bench until it ends this process. */
  async listen() {
    say("listening");
    for (;;) {
      const word = await order();
      if (word === "collect") say("latencies", { micros: this.#latencies.splice(0) });
      else if (word === "rest") await this.#rest();
    }
  }

  async #rest() {
    const before = process.cpuUsage();
    await sleep(options.restSeconds * 1_000);
    const { user, system } = process.cpuUsage(before);
    say("rested", { cpuMicros: user + system });
  }
}
