/** The end of a dashboard: it takes two seconds at most, and nothing comes after it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Services } from "./services.ts";
import type { UnderWay } from "./readings/under-way.ts";
import type { WebSettings } from "./web-options.ts";

// A process that is told to end has some seconds for it.
const ANSWERING_MS = 1_500;
const LAST_WORDS_MS = 500;

/** Ends what a dashboard does, and says that it is over. */
export class Closing {
  readonly #services: Services;
  readonly #redis: WebSettings["redis"];
  readonly #underWay: UnderWay;
  readonly #enough: AbortController;
  #closed: Promise<void> | undefined;

  /** @param enough ends what is still being read when nobody waits for it any more */
  constructor(services: Services, redis: WebSettings["redis"], underWay: UnderWay, enough: AbortController) {
    this.#services = services;
    this.#redis = redis;
    this.#underWay = underWay;
    this.#enough = enough;
  }

  /** Whether no more requests are taken. */
  get hasBegun(): boolean {
    return this.#closed !== undefined;
  }

  /** Whether those that were taken have had their time. */
  get isOver(): boolean {
    return this.#enough.signal.aborted;
  }

  /** Resolves when all has ended, or has had its time. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    const { bulk, recorder } = this.#services;
    const { api, isOwn } = this.#redis;
    // What is asked beside Redis, and a Redis that is silent, may never answer.
    await within(ANSWERING_MS, Promise.all([bulk.stop(), this.#underWay.ended(ANSWERING_MS)]));
    this.#enough.abort();
    const lastWords = async (): Promise<void> => {
      // What they have begun meanwhile.
      await bulk.stop();
      await recorder.close();
      if (isOwn) await api.close();
    };
    await within(LAST_WORDS_MS, lastWords());
    // What goes on all the same would open it again, and nobody would close it.
    if (isOwn) api.end();
  }
}

/** Resolves with it, or after so long; what it rejects with later is for nobody. */
const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
  const early = new AbortController();
  const late = sleep(ms, undefined, { signal: early.signal }).catch(() => {});
  try {
    await Promise.race([work, late]);
  } finally {
    early.abort();
  }
};
