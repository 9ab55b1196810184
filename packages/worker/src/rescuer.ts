/**
 * Brings back the jobs of processes that died. A process is dead when its heartbeat, the hash named for its
 * identity, has expired: 60 s after its last beat. Any process may rescue; lua/rescue.lua makes it once.
 *
 * A job that was rescued three times within 72 h has probably killed its process each time: the next time it
 * goes to the dead set (Sidekiq Pro's rule for poison pills).
 */
import { createHash } from "node:crypto";
import type { Logger } from "pino";
import {
  bury,
  connect,
  dumpJson,
  editPayloadBytes,
  keys,
  memberText,
  parsePayload,
  rescue,
  scoreOf,
  timeToken,
} from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import type { RedisTarget, WireGeneration } from "@tsq/core";
import { capsuleOf, identityOf } from "./ownership.ts";
import type { ErrorHandler, RetryPolicy } from "./processor.ts";
import { MOVED, splitHeld, withoutQueue } from "./reliable-unit.ts";
import { within } from "./within.ts";

const LOOK_EVERY_MS = 10_000;
const AT_ONCE = 500;
const MOST_RESCUES = 3;
const STOP_WITHIN_MS = 3_000;

export interface RescuerOptions {
  readonly redis: RedisTarget;
  readonly wire: () => WireGeneration;
  readonly policy: RetryPolicy;
  readonly log: Logger;
  readonly onError: ErrorHandler;
}

interface Found {
  readonly slot: string;
  readonly queue: string;
  readonly payload: Buffer;
  readonly jid: string;
}

export class Rescuer {
  readonly #options: RescuerOptions;
  readonly #redis: Redis;
  // Seen without a heartbeat at the last look. After an outage of Redis every heartbeat has expired although
  // the processes live: only who is still silent at the next look is dead.
  #suspects: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: RescuerOptions) {
    this.#options = options;
    this.#redis = connect(options.redis, "worker");
    this.#redis.on("close", () => (this.#suspects = new Set()));
  }

  start(): void {
    this.#looking = this.#lookOnce();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    if (this.#looking && this.#redis.status === "ready") await within(STOP_WITHIN_MS, this.#looking);
    this.#redis.disconnect();
  }

  async #lookOnce(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      if (!this.#isStopped)
        this.#options.onError(error, { context: "Could not look for dead processes; trying again" });
    }
    // Not in step with the other processes' looks.
    if (!this.#isStopped) {
      this.#timer = setTimeout(
        () => {
          this.#looking = this.#lookOnce();
        },
        LOOK_EVERY_MS * (0.75 + Math.random() / 2),
      );
    }
  }

  /** Rescues the owners that were silent at the last look and still are; returns how many jobs came back. */
  async look(): Promise<number> {
    const owners = await this.#redis.hgetall(keys.OWNERS);
    const silent = new Set<string>();
    let rescued = 0;
    for (const [owner, queues] of Object.entries(owners)) {
      if (await this.#redis.exists(identityOf(owner))) continue;
      if (this.#suspects.has(owner)) rescued += await this.#rescue(owner, queueNames(queues));
      else silent.add(owner);
    }
    this.#suspects = silent;
    return rescued;
  }

  async #rescue(owner: string, padQueues: readonly string[]): Promise<number> {
    const inFlight = keys.inFlightKey(owner);
    const hash = await this.#redis.hgetallBuffer(inFlight);
    const found = foundIn(hash);
    const pills = await this.#poisonPills(found);
    // Pills are buried before the hash is emptied by the last call.
    const marks = [...marksIn(hash), ...Array.from(pills, ({ slot }) => slot)];
    const back = found.filter((job) => !pills.has(job));
    const targets = [...new Set([...padQueues, ...found.map(({ queue }) => queue)])];
    let moved = 0;
    for (let i = 0; i === 0 || i < back.length; i += AT_ONCE) {
      const some = back.slice(i, i + AT_ONCE);
      const isLast = i + AT_ONCE >= back.length;
      if (isLast) await this.#bury(inFlight, pills);
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
          counts: some.map(({ jid }) => keys.rescueCountKey(jid)),
        },
        {
          owner,
          plan: {
            slots: [...some.map(({ slot }) => slot), ...(isLast ? marks : [])],
            targets: some.map(({ queue }) => targets.indexOf(queue) + 1),
            queues: targets.length,
            last: isLast,
          },
        },
      );
      if (answer < 0) return moved;
      moved += answer;
    }
    this.#options.log.warn(
      { owner, jobs: moved, pills: pills.size },
      "Brought back the jobs of a dead process",
    );
    return moved;
  }

  async #poisonPills(found: readonly Found[]): Promise<ReadonlySet<Found>> {
    if (found.length === 0) return new Set();
    const counts = await this.#redis.mget(...found.map(({ jid }) => keys.rescueCountKey(jid)));
    return new Set(found.filter((_, i) => Number(counts[i] ?? 0) >= MOST_RESCUES));
  }

  async #bury(inFlight: string, pills: ReadonlySet<Found>): Promise<void> {
    const nowMs = Date.now();
    const { deadMaxJobs, deadTimeoutSeconds } = this.#options.policy;
    for (const { slot, payload, queue, jid } of pills) {
      const now = timeToken(nowMs, this.#options.wire());
      const text = editPayloadBytes(payload, {
        queue: dumpJson(queue),
        error_class: dumpJson("Tsq::PoisonPill"),
        error_message: dumpJson(
          `The process that ran this job died ${MOST_RESCUES + 1} times within 72 hours`,
        ),
        ...(memberText(payload.toString("latin1"), "failed_at") ? { retried_at: now } : { failed_at: now }),
      });
      await bury(
        this.#redis,
        { inFlight, dead: keys.DEAD },
        {
          slot,
          score: scoreOf(nowMs),
          payload: text,
          oldest: scoreOf(nowMs - deadTimeoutSeconds * 1_000),
          maxJobs: deadMaxJobs,
        },
      );
      this.#options.log.error(
        { jid, queue },
        "Poison pill: its process died each time, the job is in the dead set",
      );
    }
  }
}

const queueNames = (json: string): readonly string[] => {
  try {
    const names: unknown = JSON.parse(json);
    return Array.isArray(names) ? names.filter((name): name is string => typeof name === "string") : [];
  } catch {
    // Written by hand: the slots name their own queues, only the pads are not found by it.
    return [];
  }
};

const isMark = (value: Buffer): boolean => value.toString("latin1") === MOVED;

/** Slots of jobs that are in the retry set or the dead set already. */
const marksIn = (hash: Readonly<Record<string, Buffer>>): readonly string[] =>
  Object.entries(hash)
    .filter(([, value]) => isMark(value))
    .map(([slot]) => slot);

const foundIn = (hash: Readonly<Record<string, Buffer>>): readonly Found[] =>
  Object.entries(hash)
    .filter(([slot, value]) => !slot.startsWith("#") && !isMark(value))
    .map(([slot, value]) => {
      const payload = withoutQueue(value);
      const { queue } = splitHeld(value.toString("utf8"));
      return { slot, queue, payload, jid: jidOf(payload) };
    });

/** What its rescues are counted by. Jobs without a jid must not be counted as one. */
const jidOf = (payload: Buffer): string => {
  const jid = jidIn(payload.toString("utf8"));
  return typeof jid === "string" ? jid : createHash("sha1").update(payload).digest("hex");
};

const jidIn = (text: string): unknown => {
  try {
    return parsePayload(text)["jid"];
  } catch {
    // Garbage goes back to its queue; whoever fetches it puts it into the dead set.
    return undefined;
  }
};
