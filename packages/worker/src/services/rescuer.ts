/**
 * Brings back the jobs of processes that died (deathwatch.ts says who). Any process may rescue; lua/core/rescue.lua
 * makes it once. A job that comes back too often is a poison pill (poison-pills.ts).
 */
import type { Logger } from "pino";
import {
  digestOf,
  burialAt,
  bury,
  capsuleOf,
  connect,
  identityOf,
  keys,
  open,
  orNoPermission,
  rescue,
  timeToken,
} from "@tsq/core/protocol";
import type { Outage, Redis } from "@tsq/core/protocol";
import type { RedisTarget, WireGeneration } from "@tsq/core";
import { Deathwatch } from "./deathwatch.ts";
import { foundIn, landedOn, marksIn, queueNames } from "./found-jobs.ts";
import type { Found } from "./found-jobs.ts";
import { NO_CALLS } from "../fetch/reliable/calls.ts";
import { countRescues, PILL_BURIED, pillsAmong, pillText } from "./poison-pills.ts";
import type { RetryPolicy } from "../run/conclude.ts";
import type { ErrorHandler } from "../run/hooks.ts";
import { Loop } from "./loop.ts";
import type { Service } from "./service.ts";

const LOOK_EVERY_MS = 10_000;
// With a suspect, so that a dead one is known for dead, or a living one for alive, soon.
const LOOK_AGAIN_MS = 5_000;
// A line of the log must not grow with what a process had.
const MOST_JIDS = 20;
const AT_ONCE = 500;

export interface RescuerOptions {
  readonly redis: RedisTarget;
  readonly wire: () => WireGeneration;
  readonly policy: RetryPolicy;
  readonly log: Logger;
  readonly onError: ErrorHandler;
  readonly outage: Outage;
  /** Told of each process's jobs that came back. */
  readonly onRescued?: (jids: readonly string[]) => void;
  /** The process that looks: it never rescues itself. */
  readonly identity?: string;
  /** How long an owner must have been silent to be dead. @default 15_000 */
  readonly suspectMs?: number;
}

export class Rescuer implements Service {
  readonly name = "rescuer";
  readonly #options: RescuerOptions;
  readonly #redis: Redis;
  readonly #deathwatch: Deathwatch;
  readonly #loop: Loop;

  constructor(options: RescuerOptions) {
    this.#options = options;
    this.#redis = connect(options.redis, "worker", options.outage.connection("rescuer"));
    const { identity: own, suspectMs } = options;
    const deathwatch = (this.#deathwatch = new Deathwatch({ redis: this.#redis, own, suspectMs }));
    this.#loop = new Loop({
      name: this.name,
      nextMs: () => waitMs(deathwatch.hasSuspects),
      retryMs: () => waitMs(deathwatch.hasSuspects),
      runOnce: () => this.look(),
      witness: options.outage.part("look for dead processes"),
      isReachable: () => this.#redis.status === "ready",
    });
  }

  start(): void {
    open(this.#redis);
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    this.#redis.disconnect();
  }

  /** Rescues the owners that have been silent for long enough, at two looks at least; returns how many jobs came back. */
  async look(): Promise<number> {
    const owners = await this.#redis.hgetall(keys.OWNERS);
    let rescued = 0;
    for (const owner of await this.#deathwatch.dead(Object.keys(owners)))
      rescued += await this.#rescueApart(owner, queueNames(owners[owner] as string));
    return rescued;
  }

  /** What is wrong with one owner keeps no other from its jobs. */
  async #rescueApart(owner: string, padQueues: readonly string[]): Promise<number> {
    try {
      return await this.#rescue(owner, padQueues);
    } catch (error) {
      if (!this.#loop.isStopped) {
        const context = `Could not bring back all jobs of the dead process \`${owner}\`; trying again`;
        this.#failed(error, context);
      }
      return 0;
    }
  }

  async #rescue(owner: string, padQueues: readonly string[]): Promise<number> {
    const inFlight = keys.inFlightKey(owner);
    const hash = await this.#redis.hgetallBuffer(inFlight);
    const found = foundIn(hash);
    const targets = [...new Set([...padQueues, ...found.map(({ queue }) => queue)])];
    const landed = await landedOn(this.#redis, capsuleOf(owner), targets);
    const pills = await pillsAmong(this.#redis, [...found, ...landed]);
    const slotPills = found.filter((job) => pills.has(job));
    const padPills = landed.filter((job) => pills.has(job));
    // Pills are buried before the hash is emptied by the last call.
    const marks = [...marksIn(hash), ...slotPills.map(({ slot }) => slot)];
    const back = found.filter((job) => !pills.has(job));
    const target = ({ queue }: Found): number => targets.indexOf(queue) + 1;
    // And before the pads are, by each. One that cannot be stays there.
    await this.#bury(inFlight, padPills);
    let moved = 0;
    for (let i = 0; i === 0 || i < back.length; i += AT_ONCE) {
      const some = back.slice(i, i + AT_ONCE);
      const isLast = i + AT_ONCE >= back.length;
      if (isLast) await this.#bury(inFlight, slotPills);
      const answer = await rescue(
        this.#redis,
        {
          inFlight,
          beat: identityOf(owner),
          owners: keys.OWNERS,
          queues: keys.QUEUES,
          rescued: keys.rescuedKey(owner),
          targets: targets.map(keys.queueKey),
          pads: targets.map((queue) => keys.padKey(capsuleOf(owner), queue)),
          counts: [...some, ...landed].map(({ jid }) => keys.rescueCountKey(jid)),
        },
        {
          owner,
          plan: {
            slots: [...some.map(({ slot }) => slot), ...(isLast ? marks : [])],
            digests: [...some, ...landed].map(({ digest }) => digest),
            targets: some.map(target),
            landed: landed.map(target),
            queues: targets.length,
            last: isLast,
            calls: [],
            spared: padPills.map(target),
          },
          mark: "1",
        },
      );
      if (answer < 0) return moved;
      moved += answer;
    }
    const jids = [...back, ...landed].flatMap((job) => (pills.has(job) ? [] : [job.jid]));
    this.#options.log.warn(
      { owner, jobs: moved, pills: pills.size, jids: jids.slice(0, MOST_JIDS) },
      "Brought back the jobs of a dead process",
    );
    this.#options.onRescued?.(jids);
    return moved;
  }

  /**
   * Counts jobs of our own as rescued once, because their process ends by a mistake that one of them may have made.
   *
   * @returns those that had been rescued too often before
   */
  strike<T extends { readonly text: string }>(units: readonly T[]): Promise<ReadonlySet<T>> {
    return countRescues(this.#redis, units);
  }

  async #bury(inFlight: string, pills: readonly Found[]): Promise<void> {
    for (const pill of pills) {
      const { jid, queue } = pill;
      try {
        await this.#buryOne(inFlight, pill);
        this.#options.log.error({ jid, queue }, PILL_BURIED);
      } catch (error) {
        // It stays where it is, and by it its owner is found again; the others' jobs go back meanwhile.
        const context = `Could not put a poison pill of queue \`${queue}\` into the dead set; trying again`;
        this.#failed(error, context);
      }
    }
  }

  #failed(error: unknown, context: string): void {
    this.#options.onError(orNoPermission(this.#options.redis, error), { context });
  }

  async #buryOne(inFlight: string, { slot, pad, payload, queue }: Found): Promise<void> {
    const nowMs = Date.now();
    await bury(
      this.#redis,
      { inFlight, dead: keys.DEAD, pads: pad === undefined ? [] : [pad] },
      {
        slot,
        ...NO_CALLS,
        digest: digestOf(payload),
        ...burialAt(nowMs, this.#options.policy),
        payload: pillText(payload, queue, timeToken(nowMs, this.#options.wire())),
      },
    );
  }
}

/** Not in step with the other processes' looks. */
const waitMs = (hasSuspects: boolean): number =>
  (hasSuspects ? LOOK_AGAIN_MS : LOOK_EVERY_MS) * (0.75 + Math.random() / 2);
