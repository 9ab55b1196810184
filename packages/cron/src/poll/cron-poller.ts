/**
 * Looks at the schedule now and then, and fires what is due. Any number of processes do so, of tsq and of Ruby: who adds
 * an instant to an entry's set fires it (WIRE §12.4).
 */
import type { Redis } from "@tsq/core/protocol";
import type { EntryHash } from "../entry/fields.ts";
import { isWatched, readPolicy } from "../entry/policy.ts";
import type { Policy } from "../entry/policy.ts";
import { readRubyTime, tickMember } from "../entry/times.ts";
import { WRITTEN_SECONDS } from "../entry/load-book.ts";
import { POLLED, polledBy, WRITTEN } from "../redis/keys.ts";
import { repliesOf } from "../entry/sets.ts";
import { GRACE_MS } from "./due.ts";
import { fireAndTell, isOfEntry } from "./fire-and-tell.ts";
import type { FiredOrNot } from "./fire-and-tell.ts";
import { Firing } from "./firing.ts";
import type { Claimed, FiringParts } from "./firing.ts";
import { mendAhead, mendNumber } from "./mend-time.ts";
import { findMissed, missedSince, missedSinceOfOthers, noteMissed } from "./missed.ts";
import type { MissedTick } from "./missed.ts";
import { repair } from "./repair.ts";
import { noteRuby } from "./ruby-signs.ts";
import { noteExpressions, readSince } from "./since.ts";
import type { Teller } from "./teller.ts";
import { forgetDeleted, readSnapshot } from "./snapshot.ts";
import type { Glance, Snapshot } from "./snapshot.ts";

/** How long tsq remembers that it has polled: an outage of a month is one. */
const POLLED_SECONDS = 30 * 86_400;
/** And that a process was there. */
const PRESENT_SECONDS = 86_400;

export interface CronPollerParts extends FiringParts {
  /** Those to look at. */
  readonly namespaces: (nowMs: number) => Promise<readonly string[]>;
  /** What is to be told, with the entry's key. */
  readonly tell: Teller;
  /** Called when an entry asks for its runs to be watched. */
  readonly watch: () => void;
}

/** An entry that is enabled, with its last instant. */
interface Candidate {
  readonly glance: Glance;
  readonly cron: string;
  readonly tickMs: number;
  readonly lastEnqueuedMs: number | undefined;
  readonly policy: Policy;
  /** Only Ruby, or another process, knows how its job is pushed. */
  readonly isLeft: boolean;
}

export class CronPoller {
  readonly #parts: CronPollerParts;
  readonly #firing: Firing;
  #processes = 1;
  #hasTwice = false;
  #hasPolled = false;
  #hasForgotten = false;
  #entries = 0;
  /** The first and the last of the polls since the last good one that Redis did not let come to its end. */
  #failed: { readonly fromMs: number; readonly toMs: number } | undefined;

  constructor(parts: CronPollerParts) {
    this.#parts = parts;
    this.#firing = new Firing(parts);
  }

  /** Whether the last poll has seen an entry in 1.x and in 2.x. */
  get hasTwice(): boolean {
    return this.#hasTwice;
  }

  /** Whether Redis did not know at the last poll that this process had polled before: it has come back empty. */
  get hasForgotten(): boolean {
    return this.#hasForgotten;
  }

  /** How many entries the last poll has seen. */
  get entries(): number {
    return this.#entries;
  }

  /** How many processes the last poll has seen. */
  get processes(): number {
    return this.#processes;
  }

  get firing(): Firing {
    return this.#firing;
  }

  /** One look at all entries; what is wrong with one of them keeps no other from firing. Resolves to how many fired. */
  async poll(nowMs: number): Promise<number> {
    try {
      const fired = await this.#poll(nowMs);
      this.#failed = undefined;
      return fired;
    } catch (error) {
      this.#failed = { fromMs: this.#failed?.fromMs ?? nowMs, toMs: nowMs };
      throw error;
    }
  }

  async #poll(nowMs: number): Promise<number> {
    const redis = this.#parts.redis();
    const snapshot = await readSnapshot(redis, await this.#parts.namespaces(nowMs));
    this.#processes = Math.max(1, snapshot.processes);
    this.#entries = snapshot.glances.length;
    this.#hasTwice = snapshot.twice.size > 0;
    // Whoever fires it: the worker that runs the job says how it ends, and that may be this one.
    if (Object.values(snapshot.policies).some((text) => isWatched(readPolicy(text)))) this.#parts.watch();
    const candidates: Candidate[] = [];
    for (const glance of snapshot.glances) {
      if (snapshot.twice.has(glance.at.key)) this.#parts.tell.twice(glance.at.key);
      else {
        const candidate = await this.#candidate(redis, glance, snapshot, nowMs);
        if (candidate) candidates.push(candidate);
      }
    }
    const due = candidates.filter(
      ({ tickMs, lastEnqueuedMs, isLeft }) => !isLeft && isDue(tickMs, lastEnqueuedMs, nowMs),
    );
    const fired = await this.#settleAll(due, ({ glance, tickMs, policy }) =>
      this.#fireDue(glance.at.key, tickMs, policy, nowMs),
    );
    await repair({ firing: this.#firing, redis, snapshot, tell: this.#parts.tell, nowMs });
    const late = await this.#catchUp(candidates, snapshot, nowMs);
    await forgetDeleted(redis, snapshot);
    await noteExpressions(redis, snapshot, nowMs);
    if (snapshot.seesRuby) await noteRuby(redis, nowMs);
    const [, before] = await repliesOf(
      redis
        .pipeline()
        .set(POLLED, String(nowMs), "EX", POLLED_SECONDS)
        .set(polledBy(this.#parts.identity), "1", "EX", PRESENT_SECONDS, "GET")
        .expire(WRITTEN, WRITTEN_SECONDS),
    );
    this.#hasForgotten = this.#hasPolled && before === null;
    this.#hasPolled = true;
    return fired + late;
  }

  /** Of an entry that could be due; undefined of one that is switched off or cannot be read. */
  async #candidate(
    redis: Redis,
    seen: Glance,
    { policies, hasRuby }: Snapshot,
    nowMs: number,
  ): Promise<Candidate | undefined> {
    const { tell } = this.#parts;
    const { key } = seen.at;
    if (seen.error) {
      tell.failed(key, seen.error);
      return undefined;
    }
    // If the entry is switched off as well.
    const read = await mendNumber(redis, seen, tell);
    if (read.status !== "enabled") return undefined;
    const cron = read.cron ?? "";
    let tickMs: number;
    try {
      tickMs = this.#firing.expressions.lastTickMs(cron, nowMs);
    } catch (error) {
      tell.failed(key, error);
      return undefined;
    }
    const glance = await mendAhead(redis, read, { tickMs, nowMs }, tell);
    const lastEnqueuedMs = readRubyTime(glance.lastEnqueued);
    const policy = readPolicy(policies[key]);
    const isLeft = hasRuby && !this.#firing.knows(glance, policy);
    if (isLeft) tell.left(key, glance.class);
    return { glance, cron, tickMs, lastEnqueuedMs, policy, isLeft };
  }

  async #fireDue(key: string, tickMs: number, policy: Policy, nowMs: number): Promise<boolean> {
    const claimed = await this.#firing.claim(key, tickMs, nowMs);
    return claimed !== undefined && (await this.#fire(claimed, policy, nowMs)) === "pushed";
  }

  async #fire(claimed: Claimed, policy: Policy, nowMs: number): Promise<FiredOrNot> {
    const hash: EntryHash = await this.#parts.redis().hgetall(claimed.key);
    const what = { hash, policy, nowMs };
    return fireAndTell(this.#firing, this.#parts.tell, claimed, what);
  }

  /** Tells what was missed, and fires it late where the entry says so. */
  async #catchUp(candidates: readonly Candidate[], snapshot: Snapshot, nowMs: number): Promise<number> {
    const redis = this.#parts.redis();
    const { polledMs, since } = snapshot;
    const asked = candidates.flatMap((candidate) => {
      const { tickMs: lastTickMs, lastEnqueuedMs, glance, isLeft } = candidate;
      const sinceMs = (isLeft ? missedSinceOfOthers : missedSince)({
        lastTickMs,
        lastEnqueuedMs,
        nowMs,
        polledMs,
      });
      return sinceMs === undefined || sinceMs > lastTickMs
        ? []
        : [{ ...candidate, sinceMs, key: glance.at.key }];
    });
    return this.#settleAll(
      asked,
      async ({ key, cron, tickMs, lastEnqueuedMs, isLeft, policy: own, sinceMs }) => {
        // What others are to fire is theirs to make up.
        const policy: Policy = isLeft ? { ...own, catchUp: "none" } : own;
        const expression = this.#firing.expressions.get(cron);
        const expressionMs = readSince(since[key], cron) ?? nowMs;
        const question = { key, expression, expressionMs, lastTickMs: tickMs, lastEnqueuedMs };
        const found = await findMissed(redis, { ...question, nowMs, polledMs, policy }, sinceMs);
        const missed = found.map((one) => this.#withReason(one, isLeft));
        const isNew = await noteMissed(redis, key, missed);
        if (isNew.length > 0) this.#parts.tell.missed(key, isNew, policy);
        let fired = 0;
        let isSilent = false;
        for (const one of missed) {
          const isWanted = policy.catchUp === "all" || (policy.catchUp === "last" && one.tickMs === tickMs);
          // Of one that was taken no claim decides who makes it up: who has told it does.
          if (!isWanted || (one.reason === "died" && !isNew.includes(one))) continue;
          const claimed = await this.#claimLate(key, one, nowMs);
          // Behind one that does not answer they wait for their turn: no later look finds what is missed a second time.
          if (!claimed || isSilent) continue;
          const became = await this.#fire(claimed, policy, nowMs);
          isSilent = became === "silent";
          if (became === "pushed") fired++;
        }
        return fired;
      },
    );
  }

  /** Why it was missed, for what no process has taken. */
  #withReason(missed: MissedTick, isLeft: boolean): MissedTick {
    const { tickMs, reason } = missed;
    if (reason !== "nobody") return missed;
    const failed = this.#failed;
    // A poll that failed had this instant before it. Ruby's have failed as well.
    const wasRefused = failed !== undefined && failed.fromMs - GRACE_MS <= tickMs && tickMs <= failed.toMs;
    return { tickMs, reason: wasRefused ? "redis" : isLeft ? "left" : "nobody" };
  }

  async #claimLate(key: string, { tickMs, reason }: MissedTick, nowMs: number): Promise<Claimed | undefined> {
    if (reason === "nobody" || reason === "redis") return this.#firing.claim(key, tickMs, nowMs);
    const claimed = this.#firing.claimOf(key, tickMember(tickMs), nowMs);
    await this.#firing.keep(claimed);
    return claimed;
  }

  /** All at once; what is wrong with an entry is told with it. Resolves to the sum. @throws what is wrong with Redis */
  async #settleAll<T extends { readonly glance: Glance }>(
    items: readonly T[],
    work: (item: T) => Promise<number | boolean>,
  ): Promise<number> {
    const results = await Promise.allSettled(items.map(work));
    let sum = 0;
    for (const [i, result] of results.entries()) {
      if (result.status === "fulfilled") sum += Number(result.value);
      else if (!isOfEntry(result.reason)) throw result.reason;
      else this.#parts.tell.failed((items[i] as T).glance.at.key, result.reason);
    }
    return sum;
  }
}

const isDue = (tickMs: number, lastEnqueuedMs: number | undefined, nowMs: number): boolean => {
  const seconds = Math.floor(nowMs / 1_000) - Math.floor(tickMs / 1_000);
  return seconds * 1_000 <= GRACE_MS && !(lastEnqueuedMs !== undefined && lastEnqueuedMs >= tickMs);
};
