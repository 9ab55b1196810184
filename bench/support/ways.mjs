/** How long jobs are on their way, and how long their pushes take: probes of one pusher that stays warm, to workers that wait. */
import { quantile } from "./statistics.mjs";

/** Pushers that are started once and kept, by name: the first pushes of a young process would be measured otherwise. */
export class Pushers {
  #peers = new Map();
  #url;
  #warmUp;

  /** @param warmUp how many jobs each pushes before it is measured, whoever gets them */
  constructor(url, warmUp) {
    this.#url = url;
    this.#warmUp = warmUp;
  }

  /** Resolves to the pusher, and whether it has been at work before. */
  async named(name, peer) {
    const known = this.#peers.get(name);
    if (known) return { pusher: known, isWarm: true };
    const pusher = await peer.boot("pushInTurn", { redis: this.#url });
    pusher.order("go");
    this.#peers.set(name, pusher);
    return { pusher, isWarm: false };
  }

  get warmUp() {
    return this.#warmUp;
  }

  async end() {
    await Promise.all([...this.#peers.values()].map((peer) => peer.end()));
  }
}

/**
 * One series of probes. Resolves to the quantiles of the ways from just before a push to the first line of the handler,
 * those of the pushes alone, and the processor time of the pusher.
 */
export const probe = async (pusher, workers, asked) => {
  pusher.order(JSON.stringify(asked));
  const { micros, cpuMicros } = await pusher.next("done");
  // The last ones are on their way.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const ways = [];
  for (const worker of workers) {
    worker.order("collect");
    ways.push(...(await worker.next("latencies")).micros);
  }
  return { way: quantilesOf(ways), push: quantilesOf(micros), pusherMicros: cpuMicros };
};

const quantilesOf = (micros) => {
  const at = (share) => quantile(micros, share) / 1_000;
  return {
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    most: Math.max(...micros) / 1_000,
    count: micros.length,
  };
};
