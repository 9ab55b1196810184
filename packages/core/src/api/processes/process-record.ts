/** One worker process as its heartbeat describes it, whichever generation writes it. */
import { ConfigError } from "../../errors.ts";
import { signal } from "../../redis/scripts.gen.ts";
import { isRubyVersion, serves } from "../../redis/serving.ts";
import { signalsKey } from "../../wire/keys.ts";
import type { ApiConnection } from "../api-connection.ts";
import { dateOf, dateOfSeconds } from "../dates.ts";
import { numberOf } from "../replies.ts";
import { isSilent } from "./silence.ts";

/** Queue names with their weights; 0 where all are asked in order. */
export type QueueWeights = Readonly<Record<string, number>>;

/** One capsule of a process. */
export interface CapsuleInfo {
  readonly concurrency: number;
  /** How queues are chosen: `strict`, `random` or `weighted`. */
  readonly mode: string;
  readonly weights: QueueWeights;
}

/** The fields of the process hash that are read (WIRE §7.3). */
export const PROCESS_FIELDS = [
  "info",
  "concurrency",
  "busy",
  "beat",
  "quiet",
  "rss",
  "rtt_us",
  "lag_us",
] as const;

const SIGNALS_EXPIRE_SECONDS = 60;

type Fields = Readonly<Record<string, unknown>>;

/** A worker process, Ruby's or ours. It is a picture of its last heartbeat, up to ten seconds old. */
export class ProcessRecord {
  /** `host:pid:nonce`. */
  readonly identity: string;
  /** What the process says of itself, as it stands in Redis; empty when that is no JSON object. */
  readonly info: Fields;
  /** How many jobs it runs at once. */
  readonly concurrency: number;
  /** How many jobs it was running. */
  readonly busy: number;
  /** When its heart last beat. */
  readonly beatAt: Date | undefined;
  /** Whether it takes no more jobs, because it was told to be quiet or is stopping. */
  readonly isQuiet: boolean;
  /** Memory in KiB. */
  readonly rssKib: number;
  /** Round trip to Redis in microseconds. */
  readonly rttUs: number;
  /**
   * How late its event loop was at most between its last two heartbeats, in microseconds; undefined of Ruby, which has none,
   * and of a worker that does not measure it.
   */
  readonly lagUs: number | undefined;
  readonly #api: ApiConnection;
  readonly #text: unknown;
  #weights: readonly QueueWeights[] | undefined;

  /**
   * @param replies what PROCESS_FIELDS hold
   * @param before the process at an earlier heartbeat: what it said in the same bytes is not parsed again
   */
  constructor(api: ApiConnection, identity: string, replies: readonly unknown[], before?: ProcessRecord) {
    const [info, concurrency, busy, beat, quiet, rss, rttUs, lagUs] = replies;
    this.#api = api;
    this.identity = identity;
    this.#text = info;
    const isSame = before !== undefined && before.#text === info;
    this.info = isSame ? before.info : parseFields(info);
    this.#weights = isSame ? before.#weights : undefined;
    this.concurrency = concurrency === undefined ? this.#ownConcurrency() : numberOf(concurrency);
    this.busy = numberOf(busy);
    this.beatAt = dateOfSeconds(beat);
    this.isQuiet = quiet === "true";
    this.rssKib = numberOf(rss);
    this.rttUs = numberOf(rttUs);
    this.lagUs = lagUs === undefined ? undefined : numberOf(lagUs);
  }

  /** @internal Of what HMGET answers for PROCESS_FIELDS: none where there is no heartbeat. */
  static read(api: ApiConnection, identity: string, hash: unknown, before?: ProcessRecord): ProcessRecord[] {
    const fields = Array.isArray(hash) ? hash.map((field: unknown) => field ?? undefined) : [];
    return typeof fields[0] === "string" ? [new ProcessRecord(api, identity, fields, before)] : [];
  }

  /** The host, or the dyno. */
  get hostname(): string {
    return textOr(this.info["hostname"], this.identity.split(":")[0] ?? "");
  }

  /** The process id on its host; 0 when it does not say. */
  get pid(): number {
    return numberOf(this.info["pid"]);
  }

  /** The application's name, or `""`. */
  get tag(): string {
    return textOr(this.info["tag"], "");
  }

  /** What it was labelled with; ours carry `tsq`. */
  get labels(): readonly string[] {
    return texts(this.info["labels"]);
  }

  /** `8.1.7`, or `tsq 0.1.0`; undefined up to Sidekiq 7.0.1. */
  get version(): string | undefined {
    return textOr(this.info["version"], undefined);
  }

  /** Whether it is a process of Ruby. */
  get isRuby(): boolean {
    return isRubyVersion(this.version);
  }

  /** Whether it takes jobs from a queue: one that is quiet takes none any more. */
  serves(queue: string): boolean {
    return serves(this, queue);
  }

  /** Whether its heart has not beaten for 30 s at that time, in epoch ms: it has died, is cut off, or its clock is wrong. */
  isSilentAt(nowMs: number): boolean {
    return isSilent(this.beatAt, nowMs);
  }

  /** The queues of all capsules, each once. */
  get queues(): readonly string[] {
    const own = texts(this.info["queues"]);
    return own.length > 0 ? own : [...new Set(this.weights.flatMap((weights) => Object.keys(weights)))];
  }

  /** The weights of each capsule's queues; empty up to Sidekiq 7.0.1. */
  get weights(): readonly QueueWeights[] {
    // A page of queues asks each process once for each of them.
    return (this.#weights ??= this.#readWeights());
  }

  /** Its capsules by name; empty up to Sidekiq 8.0.8. */
  get capsules(): Readonly<Record<string, CapsuleInfo>> {
    const { capsules } = this.info;
    if (!isFields(capsules)) return {};
    return Object.fromEntries(
      Object.entries(capsules).flatMap(([name, capsule]) =>
        isFields(capsule) ? [[name, capsuleOf(capsule)]] : [],
      ),
    );
  }

  /** When the process was started. */
  get startedAt(): Date | undefined {
    return dateOf(this.info["started_at"]);
  }

  /**
   * How it learns of jobs while it is idle, by its option `waiting`: `pads`, a connection for each queue, or `hybrid`, told by
   * Redis. Undefined of Ruby and of a worker with `fetch: "basic"`.
   */
  get waiting(): string | undefined {
    return textOr(this.info["waiting"], undefined);
  }

  /** Whether it runs inside another program, which alone may stop it. */
  get isEmbedded(): boolean {
    return this.info["embedded"] === true;
  }

  /**
   * Tells the process to take no more jobs. It does so at its next heartbeat.
   *
   * @throws ConfigError when the process is embedded
   */
  quiet(): Promise<void> {
    return this.#signal("TSTP");
  }

  /**
   * Tells the process to end: it waits for its jobs as long as it is set to, and hands back the rest.
   *
   * @throws ConfigError when the process is embedded
   */
  stop(): Promise<void> {
    return this.#signal("TERM");
  }

  /**
   * Tells the process to log what it is doing: in Ruby the stacks of its threads.
   *
   * @throws ConfigError when the process is embedded
   */
  dump(): Promise<void> {
    return this.#signal("TTIN");
  }

  async #signal(name: "TSTP" | "TERM" | "TTIN"): Promise<void> {
    if (this.isEmbedded) {
      throw new ConfigError(
        `Expected a process that obeys signals, got \`${this.identity}\`, which is embedded in another program. Stop that program.`,
      );
    }
    const keys = { signals: signalsKey(this.identity) };
    await signal(this.#api.redis, keys, { name, seconds: SIGNALS_EXPIRE_SECONDS });
  }

  #readWeights(): readonly QueueWeights[] {
    const { weights } = this.info;
    // What Sidekiq 8.1 reads: a later one may leave out the rest.
    if (weights === undefined) return Object.values(this.capsules).map((capsule) => capsule.weights);
    // 7.0.2 wrote one object for all capsules.
    return (Array.isArray(weights) ? weights : [weights]).filter(isFields).map(weightsOf);
  }

  /** Before 8.1.2 it stands in `info`. */
  #ownConcurrency(): number {
    const own = numberOf(this.info["concurrency"]);
    return own || Object.values(this.capsules).reduce((sum, { concurrency }) => sum + concurrency, 0);
  }
}

const parseFields = (info: unknown): Fields => {
  try {
    const parsed: unknown = typeof info === "string" ? JSON.parse(info) : {};
    return isFields(parsed) ? parsed : {};
  } catch {
    // A process that describes itself in something else is still a process.
    return {};
  }
};

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const capsuleOf = (capsule: Fields): CapsuleInfo => ({
  concurrency: numberOf(capsule["concurrency"]),
  mode: textOr(capsule["mode"], ""),
  weights: isFields(capsule["weights"]) ? weightsOf(capsule["weights"]) : {},
});

const weightsOf = (weights: Fields): QueueWeights =>
  Object.fromEntries(Object.entries(weights).map(([queue, weight]) => [queue, numberOf(weight)]));

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

const textOr = <T>(value: unknown, otherwise: T): string | T =>
  typeof value === "string" ? value : otherwise;
