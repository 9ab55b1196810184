/**
 * Where those wait who stand by: Redis serves them first come, first served. What comes is no job, and whoever loses it
 * asks for a seat by itself in a moment.
 */
import { connect, silenceLimitOf } from "@tsq/core/protocol";
import type { Redis, Witness } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";

const WAIT_MS = 1_500;

export class Bell {
  readonly #target: RedisTarget;
  readonly #witness: Witness;
  readonly #rung: (isForUs: boolean) => void;
  readonly #waitSeconds: number;
  #redis: Redis | undefined;
  #isWaiting = false;

  /** @param rung told when it has rung for us, and when it has not for a while */
  constructor(target: RedisTarget, witness: Witness, rung: (isForUs: boolean) => void) {
    this.#target = target;
    this.#witness = witness;
    this.#rung = rung;
    this.#waitSeconds = Math.min(WAIT_MS, silenceLimitOf(target) / 2) / 1_000;
  }

  start(): void {
    this.#redis = connect(this.#target, "blocking", this.#witness);
  }

  stop(): void {
    this.#redis?.disconnect();
    this.#redis = undefined;
  }

  /** Waits for its turn, unless it does already, or cannot. */
  wait(key: string): void {
    const redis = this.#redis;
    if (this.#isWaiting || redis?.status !== "ready") return;
    this.#isWaiting = true;
    redis.brpop(key, this.#waitSeconds).then(
      (token) => {
        this.#isWaiting = false;
        if (this.#redis) this.#rung(token !== null);
      },
      // Refused or lost: who stands by has a clock as well.
      () => (this.#isWaiting = false),
    );
  }
}
