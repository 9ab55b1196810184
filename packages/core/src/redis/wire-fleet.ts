/** Which Sidekiq generations share this Redis, so that times and metrics are written as they read them. */
import { TsqError } from "../errors.ts";
import type { Redis } from "./connect.ts";
import { isNoPermission } from "./no-permission.ts";
import { PROCESSES } from "../wire/keys.ts";
import { isRubyVersion } from "./serving.ts";
import type { WireGeneration } from "../wire/time.ts";

/** `auto` looks at the processes that are alive; 7 and 8 pin the spelling of times. */
export type WireOption = "auto" | WireGeneration;

const REFRESH_MS = 10_000;

/**
 * The generations seen: 6 stands for every process without a version, which is 7.0.1 and older (WIRE §7.3).
 *
 * @throws what an ACL refuses of them
 */
export const readGenerations = async (redis: Redis): Promise<ReadonlySet<number>> => {
  const identities = await redis.smembers(PROCESSES);
  const pipeline = redis.pipeline();
  for (const identity of identities) pipeline.hget(identity, "info");
  const replies = (await pipeline.exec()) ?? [];
  const found = new Set<number>();
  for (const [error, info] of replies) {
    // Who may not look must not be taken for nobody: older processes read other times than newer ones.
    if (error && (isNoPermission(error.message) || error instanceof TsqError)) throw error;
    if (typeof info !== "string") continue;
    const generation = generationOf(info);
    if (generation !== undefined) found.add(generation);
  }
  return found;
};

/** Whether the `info` of a process is that of one of Ruby. What is no record of a process says nothing. */
export const isRubyInfo = (info: string): boolean => generationOf(info) !== undefined;

const generationOf = (info: string): number | undefined => {
  try {
    const { version } = JSON.parse(info) as { version?: unknown };
    if (typeof version !== "string") return 6;
    if (!isRubyVersion(version)) return undefined;
    return Number.parseInt(version, 10) || 6;
  } catch {
    // A process record that is no JSON says nothing about the generation.
    return undefined;
  }
};

/** Integer milliseconds when nobody older than 8 is there. */
export const spellingFor = (generations: ReadonlySet<number>): WireGeneration =>
  [...generations].some((generation) => generation < 8) ? 7 : 8;

/** The spelling of times for a client, which has no heartbeat: looked up at the first push, then now and then. */
export class WireFleet {
  readonly #redis: Redis;
  readonly #pinned: WireGeneration | undefined;
  #wire: WireGeneration | undefined;
  #generations: ReadonlySet<number> | undefined;
  #lookedAtMs = 0;
  #looking: Promise<WireGeneration> | undefined;

  constructor(redis: Redis, option: WireOption) {
    this.#redis = redis;
    this.#pinned = option === "auto" ? undefined : option;
    this.#wire = this.#pinned;
    if (this.#pinned) this.#generations = new Set([this.#pinned]);
  }

  /** The spelling, or undefined until `look()` has answered once. */
  at(nowMs: number): WireGeneration | undefined {
    if (!this.#pinned && this.#wire && nowMs - this.#lookedAtMs > REFRESH_MS) {
      // What was last seen serves until the answer is here; a failed look is tried again at the next push.
      this.look().catch(() => {});
    }
    return this.#wire;
  }

  /** The generations that were seen last, or the pinned one; undefined until `look()` has answered once. */
  generationsAt(nowMs: number): ReadonlySet<number> | undefined {
    this.at(nowMs);
    return this.#generations;
  }

  async look(): Promise<WireGeneration> {
    if (this.#pinned) return this.#pinned;
    this.#looking ??= readGenerations(this.#redis)
      .then((generations) => {
        this.#lookedAtMs = Date.now();
        this.#generations = generations;
        return (this.#wire = spellingFor(generations));
      })
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }
}
