/**
 * Where those wait who stand by: Redis serves them first come, first served. What comes is no job, and whoever loses it
 * asks for a seat by itself in a moment.
 */
import { connect, isNoPermission, silenceLimitOf } from "@tsq/core/protocol";
import type { Outage, Redis, Witness } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";

const WAIT_MS = 1_500;

export class Bell {
  readonly #target: RedisTarget;
  readonly #outage: Outage;
  readonly #waiting: Witness;
  readonly #rung: (isForUs: boolean) => void;
  readonly #waitSeconds: number;
  #redis: Redis | undefined;
  #clientId: number | undefined;
  #isWaiting = false;
  #isStopped = false;

  /** @param rung told when it has rung for us, and when it has not for a while */
  constructor(target: RedisTarget, outage: Outage, rung: (isForUs: boolean) => void) {
    this.#target = target;
    this.#outage = outage;
    this.#waiting = outage.part("wait to be called when there are jobs for an idle worker");
    this.#rung = rung;
    this.#waitSeconds = Math.min(WAIT_MS, silenceLimitOf(target) / 2) / 1_000;
  }

  stop(): void {
    this.#isStopped = true;
    this.#waiting.ended();
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
        this.#waiting.answered();
        if (!this.#isStopped) this.#rung(token !== null);
      },
      // Refused or lost: who stands by has a clock as well.
      (error: Error) => {
        this.#isWaiting = false;
        // Lost, or a server in trouble: of that others tell.
        if (isNoPermission(error.message)) this.#waiting.failing(error);
      },
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
    const redis = connect(this.#target, "blocking", this.#outage.connection("bell"));
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
