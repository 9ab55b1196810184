/** Takes an instant of an entry, and pushes its job: once in the whole fleet, whoever is faster (WIRE §12.4). */
import { randomUUID } from "node:crypto";
import type { Chain, ClientMiddleware, JobClient, Registry, WireGeneration } from "@tsq/core";
import { HookWaits, keys, preparePush } from "@tsq/core/protocol";
import type { PreparedPush, Redis } from "@tsq/core/protocol";
import { readFields } from "../entry/fields.ts";
import type { EntryFields, EntryHash } from "../entry/fields.ts";
import { isWatched } from "../entry/policy.ts";
import type { Policy } from "../entry/policy.ts";
import { historyTime, rubyTime, tickMember, tickScore } from "../entry/times.ts";
import { repliesOf } from "../entry/sets.ts";
import { CLAIMS, firedKey, historyKey, instantField, instantIn, RUNS, WAITING } from "../redis/keys.ts";
import { claim, fire, takeover } from "../redis/scripts.gen.ts";
import { writeClaim } from "./claim-text.ts";
import { cronItem, MARK } from "./cron-item.ts";
import { knowsForm } from "./form.ts";
import { Expressions, GRACE_MS, SKEW_MS } from "./due.ts";
import { writeRun } from "./run-record.ts";

/** What sidekiq-cron keeps of an entry's instants: a day. */
const KEPT_MS = 86_400_000;
/** A claim that nobody comes back for. */
const CLAIMS_SECONDS = 86_400;
/** And of its jobs (`cron_history_size`). */
const HISTORY = 10;
/** As long as a worker's `hookTimeoutMs` is by default: of a run by hand, which has no worker. */
const MIDDLEWARE_MS = 20_000;
/** Three such waits are in a look, which must come again within `GRACE_MS` of the one before: 45 s later at most. */
const LOOK_MS = 2_000;
/** A run whose end nobody has told counts as going on for so long. */
export const LONGEST_RUN_MS = 86_400_000;

export interface FiringParts {
  readonly redis: () => Redis;
  /** Asked at each push: what a worker pushes with is made when somebody needs it. */
  readonly client: () => Pick<JobClient, "nextJid" | "defaultJobOptions">;
  readonly middleware: Chain<ClientMiddleware>;
  readonly registry: Pick<Registry, "find">;
  readonly wire: () => WireGeneration;
  readonly identity: string;
  /** Between 0 and 1. */
  readonly random: () => number;
  /** `hookTimeoutMs` of the worker, so long client middleware is waited for. @default 20_000, which nothing raises */
  readonly middlewareMs?: number;
  /** How long a look waits for it. @default 2_000 */
  readonly lookMs?: number;
}

/** What became of an instant: its job was pushed, a middleware stopped it, somebody else has it, or a run goes on. */
export type Fired = "pushed" | "stopped" | "lost" | "skipped" | "waits";

/** What a firing goes by. */
export interface FireWhat {
  readonly hash: EntryHash;
  readonly policy: Policy;
  readonly nowMs: number;
}

/** An instant that is this process's. */
export interface Claimed {
  readonly key: string;
  /** The instant; of a run by hand, when it was asked for. */
  readonly tick: string;
  readonly isByHand?: boolean;
  readonly field: string;
  /** The text in `CLAIMS`, which says whose it is. */
  readonly claim: string;
}

export class Firing {
  readonly expressions = new Expressions();
  /** The keys of entries for which a poll fires something now. It may wait for client middleware. */
  readonly unanswered = new Set<string>();
  readonly lookMs: number;
  readonly #parts: FiringParts;
  readonly #waits: HookWaits;
  #count = 0;

  constructor(parts: FiringParts) {
    this.#parts = parts;
    this.lookMs = parts.lookMs ?? LOOK_MS;
    const { middlewareMs } = parts;
    this.#waits =
      middlewareMs === undefined
        ? new HookWaits(MIDDLEWARE_MS, { isOption: false })
        : new HookWaits(middlewareMs);
  }

  /** Whether this process knows how the job of an entry is pushed. */
  knows(entry: Pick<EntryFields, "class" | "isActiveJob">, policy: Policy): boolean {
    return knowsForm(entry, policy, this.#parts.registry);
  }

  /** Undefined when another process was faster. */
  async claim(key: string, tickMs: number, nowMs: number): Promise<Claimed | undefined> {
    const claimed = this.claimOf(key, tickMember(tickMs), nowMs);
    const { tick, field, claim: text } = claimed;
    const isOurs = await claim(
      this.#parts.redis(),
      { fired: firedKey(key), claims: CLAIMS },
      { score: tickScore(tickMs), tick, field, claim: text },
    );
    return isOurs === 1 ? claimed : undefined;
  }

  /** Takes over what another process has taken and not fired. Undefined when it, or a third, was faster. */
  async takeOver(field: string, before: string, nowMs: number): Promise<Claimed | undefined> {
    const { key, tick } = instantIn(field);
    const claimed = { ...this.claimOf(key, tick, nowMs), field };
    const isOurs = await takeover(
      this.#parts.redis(),
      { claims: CLAIMS },
      { field, before, after: claimed.claim },
    );
    return isOurs === 1 ? claimed : undefined;
  }

  /** A claim of this process, which is no other's and no earlier one. */
  claimOf(key: string, tick: string, nowMs: number): Claimed {
    const text = writeClaim({ takenMs: nowMs, by: this.#parts.identity, count: ++this.#count });
    return { key, tick, field: instantField(key, tick), claim: text };
  }

  /** A claim of a run by hand: its instant is one that a poll may have too, in the same second. */
  claimByHand(key: string, nowMs: number): Claimed {
    const claimed = this.claimOf(key, tickMember(nowMs), nowMs);
    return { ...claimed, isByHand: true, field: `${claimed.field}\n${randomUUID()}` };
  }

  /** Writes down a claim that no set of instants decides. */
  async keep({ field, claim: text }: Claimed): Promise<void> {
    await repliesOf(this.#parts.redis().multi().hset(CLAIMS, field, text).expire(CLAIMS, CLAIMS_SECONDS));
  }

  /** Takes back a claim that will not fire. */
  async giveUp({ field, claim: before }: Claimed): Promise<void> {
    await takeover(this.#parts.redis(), { claims: CLAIMS }, { field, before, after: "" });
  }

  /** @throws what a middleware throws, and what Redis refuses: the claim stays, and is tried again */
  async fire(claimed: Claimed, what: FireWhat): Promise<Fired> {
    return this.push(claimed, await this.prepare(claimed, what), what);
  }

  /**
   * What is to be pushed: null when a client middleware stopped it, undefined when somebody has deleted the entry since.
   *
   * @throws what a middleware throws, HookTimeoutError when it does not answer
   */
  async prepare(
    { key, tick }: Claimed,
    { hash, policy, nowMs: clockMs }: FireWhat,
  ): Promise<PreparedPush | null | undefined> {
    const nowMs = notBefore(tick, clockMs);
    const { redis, middleware, registry, wire } = this.#parts;
    if (Object.keys(hash).length === 0) return undefined;
    const entry = readFields(hash);
    const client = this.#parts.client();
    const known = registry.find({ class: entry.class }) ?? registry.find({ wrapped: entry.class, class: "" });
    const prepared = (): Promise<PreparedPush | null> =>
      preparePush(
        {
          ...cronItem(entry, known, nowMs),
          ...(isWatched(policy) && { [MARK]: key }),
          ...this.#later(policy, nowMs),
        },
        {
          defaults: client.defaultJobOptions,
          middleware,
          nextJid: () => client.nextJid(),
          wire: wire(),
          push: { reason: "cron", redis },
        },
      );
    return this.#waits.answerOf(`client middleware for a job of ${entry.class}`, prepared);
  }

  /** Pushes it, unless the claim is somebody else's now. @throws what Redis refuses: the claim stays, and is tried again */
  async push(
    claimed: Claimed,
    job: PreparedPush | null | undefined,
    { hash, policy, nowMs: clockMs }: FireWhat,
  ): Promise<Fired> {
    const { key, tick, field, claim: text } = claimed;
    const nowMs = notBefore(tick, clockMs);
    if (job === undefined) return this.#deleted(claimed);
    const answer = await fire(
      this.#parts.redis(),
      {
        claims: CLAIMS,
        entry: key,
        history: historyKey(key),
        fired: firedKey(key),
        queues: keys.QUEUES,
        target: job?.at === undefined ? keys.queueKey(job?.queue ?? "default") : keys.SCHEDULE,
        runs: RUNS,
        waiting: WAITING,
      },
      {
        plan: {
          field,
          claim: text,
          queue: job?.queue ?? "",
          at: job?.at === undefined ? "" : String(job.at),
          enqueued: rubyTime(nowMs),
          due: this.#stillDue(claimed, hash, nowMs),
          before: claimed.isByHand ? "" : rubyTime(Date.parse(tick)),
          note: job ? JSON.stringify({ jid: job.jid, enqueued: historyTime(nowMs) }) : "",
          keep: HISTORY,
          oldest: `(${(nowMs - KEPT_MS) / 1_000}`,
          overlap: policy.overlap,
          alive: nowMs - LONGEST_RUN_MS,
          run: job && isWatched(policy) ? startedRun(job, tick, nowMs) : "",
        },
        payload: job?.text ?? "",
      },
    );
    if (answer === 1) return job ? "pushed" : "stopped";
    return answer === 2 ? "skipped" : answer === 3 ? "waits" : "lost";
  }

  /** Somebody has deleted the entry since. */
  async #deleted(claimed: Claimed): Promise<Fired> {
    await this.giveUp(claimed);
    return "lost";
  }

  /** An instant after this one that may be due now, or nothing. */
  #stillDue({ tick, isByHand }: Claimed, { cron = "" }: EntryHash, nowMs: number): string {
    try {
      // The instant of this very second has come.
      const lastMs = this.expressions.lastTickMs(cron, nowMs + 1_000);
      const isNear = nowMs - lastMs <= GRACE_MS + SKEW_MS;
      return isNear && (isByHand || lastMs > Date.parse(tick)) ? tickMember(lastMs) : "";
    } catch {
      // An expression that nobody can read has none. Its job can be pushed by hand.
      return "";
    }
  }

  #later({ jitter }: Policy, nowMs: number): { readonly at?: number } {
    return jitter > 0 ? { at: (nowMs + this.#parts.random() * jitter * 1_000) / 1_000 } : {};
  }
}

/**
 * Now, or the instant itself for a process whose clock is behind that of the one it fires for: an entry that was last
 * enqueued before an instant is one that has missed it.
 */
const notBefore = (tick: string, clockMs: number): number => Math.max(clockMs, Date.parse(tick));

const startedRun = ({ jid }: PreparedPush, tick: string, nowMs: number): string =>
  writeRun({ state: "running", jid, firedMs: nowMs, tick, endedMs: 0 });
