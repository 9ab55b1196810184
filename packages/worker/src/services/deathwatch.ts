/**
 * Says which owners are dead. A process is alive while the hash named for its identity is there, which expires 60 s
 * after its last beat. FLUSHALL, or a server whose clock steps, takes the hashes of the living as well: they are back
 * with the next beats, so only who stays away for longer than a beat takes is dead.
 */
import { identityOf, isIdentity, keys } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import { LEASE_SECONDS } from "../beat/beat.ts";

// Beats are 10 s apart; one that is refused, or whose main thread is busy, comes a few seconds later.
const SUSPECT_MS = 15_000;

export interface DeathwatchOptions {
  readonly redis: Redis;
  /** Whoever asks is not dead. */
  readonly own?: string | undefined;
  /** How long an owner must have been silent at every look. @default 15_000 */
  readonly suspectMs?: number | undefined;
}

export class Deathwatch {
  readonly #redis: Redis;
  readonly #own: string | undefined;
  readonly #suspectMs: number;
  /** When each silent owner was first found silent, by a clock that does not step. */
  #suspects: ReadonlyMap<string, number> = new Map();

  constructor({ redis, own, suspectMs = SUSPECT_MS }: DeathwatchOptions) {
    this.#redis = redis;
    this.#own = own;
    this.#suspectMs = suspectMs;
    // What happened while nobody could look is not known. After an outage of Redis all are silent at first.
    redis.on("close", () => (this.#suspects = new Map()));
  }

  get hasSuspects(): boolean {
    return this.#suspects.size > 0;
  }

  /** Those of the owners that were silent at the last look, are now, and were for long enough. */
  async dead(owners: readonly string[]): Promise<readonly string[]> {
    await this.#write();
    const nowMs = performance.now();
    const suspects = new Map<string, number>();
    const dead: string[] = [];
    for (const owner of await this.#silent(owners)) {
      const sinceMs = this.#suspects.get(owner);
      if (sinceMs !== undefined && nowMs - sinceMs >= this.#suspectMs) dead.push(owner);
      // Also the dead: their rescue may fail.
      suspects.set(owner, sinceMs ?? nowMs);
    }
    this.#suspects = suspects;
    return dead;
  }

  /**
   * Where nothing can be written nobody can beat: a replica, a full disk, a master that lacks its replicas. A look at such
   * a time is none, and what was seen before it counts no more.
   */
  async #write(): Promise<void> {
    try {
      // Nothing is there by this name. A full memory lets it pass, as it does a beat's first word.
      await this.#redis.hdel(keys.OWNERS, "");
    } catch (error) {
      this.#suspects = new Map();
      throw error;
    }
  }

  async #silent(owners: readonly string[]): Promise<readonly string[]> {
    const others = owners.filter((owner) => identityOf(owner) !== this.#own);
    const identities = [...new Set(others.map(identityOf))];
    const alive = new Set<string>();
    const immortal: string[] = [];
    const pipeline = this.#redis.pipeline();
    for (const identity of identities) pipeline.ttl(identity);
    const replies = (await pipeline.exec()) ?? [];
    for (const [i, [error, ttl]] of replies.entries()) {
      if (error) throw error;
      if (ttl !== ABSENT) alive.add(identities[i] as string);
      if (ttl === FOR_EVER || (ttl as number) > LEASE_SECONDS) immortal.push(identities[i] as string);
    }
    for (const identity of immortal) await this.#makeMortal(identity);
    return others.filter((owner) => !alive.has(identityOf(owner)));
  }

  /**
   * A record that was restored or persisted by hand would live for ever. One that beats is renewed by its process.
   * What else has the name of an owner's process, a queue say, is nobody's heartbeat, and must not end in a minute.
   */
  async #makeMortal(identity: string): Promise<void> {
    if (!isIdentity(identity)) return;
    // Every beat has written this field, Ruby's too. Asked of another type it is an error, which says no as well.
    const beat = await this.#redis.hexists(identity, "beat").catch(saysNo);
    if (beat === 1) await this.#redis.expire(identity, LEASE_SECONDS);
  }
}

const saysNo = (error: Error): number => {
  if (error.message.startsWith("WRONGTYPE ")) return 0;
  throw error;
};

// What TTL answers.
const ABSENT = -2;
const FOR_EVER = -1;
