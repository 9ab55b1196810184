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
  #clientId: number | undefined;
  #isWaiting = false;
  #isStopped = false;

  /** @param rung told when it has rung for us, and when it has not for a while */
  constructor(target: RedisTarget, witness: Witness, rung: (isForUs: boolean) => void) {
    this.#target = target;
    this.#witness = witness;
    this.#rung = rung;
    this.#waitSeconds = Math.min(WAIT_MS, silenceLimitOf(target) / 2) / 1_000;
  }

  stop(): void {
    this.#isStopped = true;
    this.#redis?.disconnect();
  }

  /** Waits for its turn, unless it does already, or cannot. Who is never called has no connection for it. */
  wait(key: string): void {
    if (this.#isWaiting || this.#isStopped) return;
    const redis = (this.#redis ??= this.#connect());
    if (redis.status !== "ready") return;
    this.#isWaiting = true;
    redis.brpop(key, this.#waitSeconds).then(
      (token) => {
        this.#isWaiting = false;
        if (!this.#isStopped) this.#rung(token !== null);
      },
      // Refused or lost: who stands by has a clock as well.
      () => (this.#isWaiting = false),
    );
  }

  /**
   * Gives its turn to others. Whoever may not, or is called in this moment, passes it on; but that takes a process whose
   * event loop is not blocked by the job that it has just taken.
   */
  leave(through: Redis): void {
    if (this.#isWaiting && this.#clientId !== undefined)
      through.client("UNBLOCK", this.#clientId).catch(() => {});
  }

  #connect(): Redis {
    const redis = connect(this.#target, "blocking", this.#witness);
    redis.on("close", () => (this.#clientId = undefined));
    redis.on("ready", () => {
      redis.client("ID").then(
        (id) => (this.#clientId = id),
        () => {},
      );
      this.#rung(false);
    });
    return redis;
  }
}
