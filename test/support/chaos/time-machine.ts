/**
 * Does to dead processes at once what time would do within 90 seconds: it deletes their identity hashes, which
 * would expire 60 s after the last beat, and looks for dead owners twice, as a rescuer of any process does every
 * ten seconds. Only processes that the harness knows to be dead, or wants to be taken for dead, are touched.
 */
import { pino } from "pino";
import type { Redis } from "ioredis";
import type { RedisTarget } from "tsq";
import { setTimeout as sleep } from "node:timers/promises";
import { outage } from "../outage.ts";
import { Rescuer } from "../inside-worker.ts";

const LOOK_EVERY_MS = 150;
const STOP_WITHIN_MS = 1_000;

export interface TimeMachineOptions {
  /** Where its rescuer connects to. */
  readonly target: RedisTarget;
  readonly redis: Redis;
  /** Whether the process of this name, `host:pid:nonce`, is to be taken for dead. */
  readonly isDead: (identity: string) => boolean;
}

export class TimeMachine {
  readonly #options: TimeMachineOptions;
  readonly #rescuer: Rescuer;
  readonly #errors: unknown[] = [];
  #isRunning = true;
  #running: Promise<void> = Promise.resolve();

  constructor(options: TimeMachineOptions) {
    this.#options = options;
    this.#rescuer = new Rescuer({
      redis: options.target,
      wire: () => 8,
      policy: { maxRetries: 25, deadMaxJobs: 1_000_000, deadTimeoutInSeconds: 15_552_000 },
      suspectMs: 0,
      log: pino({ level: "silent" }),
      outage: outage((error) => this.#errors.push(error)),
      onError: (error) => this.#errors.push(error),
    });
  }

  /** What its rescuer could not do. */
  get errors(): readonly unknown[] {
    return this.#errors;
  }

  /** Passes, again and again, until `stop()`. */
  start(): void {
    this.#running = (async () => {
      while (this.#isRunning) {
        try {
          await this.pass();
        } catch (error) {
          // A server that is being killed, full or failing over: the next pass finds it well, or the drain fails.
          if (this.#isRunning) this.#errors.push(error);
        }
        await sleep(LOOK_EVERY_MS);
      }
    })();
  }

  /** Resolves to how many jobs came back. */
  async pass(): Promise<number> {
    await this.expire();
    await this.#rescuer.look();
    return this.#rescuer.look();
  }

  /** Deletes the identities of the dead; resolves to them. */
  async expire(): Promise<readonly string[]> {
    const { redis, isDead } = this.#options;
    const named = [
      ...(await redis.smembers("processes")),
      ...(await redis.hkeys("tsq:owners")).map((owner) => owner.split("~", 1)[0] ?? ""),
    ];
    const dead = [...new Set(named)].filter(isDead);
    if (dead.length > 0) await redis.del(...dead);
    return dead;
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#rescuer.stop();
    // What a server that died had been asked is sent again when it is back: it may never be answered.
    await Promise.race([this.#running, sleep(STOP_WITHIN_MS, undefined, { ref: false })]);
  }
}

export const pidOf = (identity: string): number => Number(identity.split(":").at(-2));
