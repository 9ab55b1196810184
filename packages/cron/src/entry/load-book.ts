/**
 * What loads of schedule files have written, as `tsq:cron:written` has it: who removes an entry must know that nobody else
 * has taken it over since. `source: schedule` does not tell: sidekiq-cron writes that too, or leaves it as it finds it.
 */
import { createHash } from "node:crypto";
import { isRecord, keys } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import { WRITTEN } from "../redis/keys.ts";
import { repliesOf } from "./sets.ts";

/** The fields that a schedule decides. */
const FIELDS = [
  "name",
  "namespace",
  "klass",
  "cron",
  "description",
  "source",
  "args",
  "date_as_argument",
  "message",
  "active_job",
  "queue_name_prefix",
  "queue_name_delimiter",
  "retry",
  "symbolize_args",
] as const;

/** One entry of the book. */
export interface WrittenEntryRecord {
  /** When it became what it is, in milliseconds. */
  readonly at: number;
  /** Of the fields; empty of an entry that a load has removed. */
  readonly digest: string;
  /** Of what the file asks for: a process that knows the class writes other fields than one that does not. */
  readonly asked: string;
  /** The namespace where the schedule's entries go that name none: two programs may have a schedule each. */
  readonly of: string;
  /** The entry's own. */
  readonly namespace: string;
  /** The process; empty of a program that is no worker. */
  readonly by: string;
}

/** What a load has changed of what another one wrote a moment ago. */
export interface TakenBack {
  readonly name: string;
  readonly by: string;
}

/** As long as a poll keeps it, or the next load. */
export const WRITTEN_SECONDS = 30 * 86_400;
/** Two loads within so long are of one deployment. */
const RECENT_MS = 600_000;

export interface LoadBookParts {
  readonly redis: Redis;
  readonly nowMs: number;
  /** The process that loads; empty of a program that is no worker. */
  readonly by: string;
  /** The namespace of its schedule. */
  readonly of: string;
}

/** As one load reads and writes it. */
export class LoadBook {
  readonly #parts: LoadBookParts;
  readonly #records: ReadonlyMap<string, WrittenEntryRecord>;
  readonly #takenBack: TakenBack[] = [];

  private constructor(parts: LoadBookParts, records: ReadonlyMap<string, WrittenEntryRecord>) {
    this.#parts = parts;
    this.#records = records;
  }

  static async read(parts: LoadBookParts): Promise<LoadBook> {
    const texts = Object.entries(await parts.redis.hgetall(WRITTEN));
    return new LoadBook(
      parts,
      new Map(
        texts.flatMap(([key, text]) => {
          const record = readRecord(text);
          return record ? [[key, record]] : [];
        }),
      ),
    );
  }

  /** Of the entry of a key, where a load of this schedule, or of an earlier one of its program, has written it. */
  own(key: string): WrittenEntryRecord | undefined {
    const record = this.#records.get(key);
    return record?.of === this.#parts.of ? record : undefined;
  }

  /** Whether the entry is in the book of another program. */
  isOthers(key: string): boolean {
    const record = this.#records.get(key);
    return record !== undefined && record.digest !== "" && record.of !== this.#parts.of;
  }

  /** The namespaces in which this program has entries. */
  get namespaces(): readonly string[] {
    return [...this.#records.values()]
      .filter(({ of, digest }) => of === this.#parts.of && digest !== "")
      .map(({ namespace }) => namespace);
  }

  /**
   * What to write of an entry that is written now.
   *
   * @param definition what the file asks for
   * @param fields the fields and values of its hash
   */
  write(key: string, { name, namespace }: Named, definition: unknown, fields: readonly string[]): string {
    const digest = digestOf(FIELDS.map((field) => valueIn(fields, field)));
    const asked = digestOf(definition);
    const before = this.own(key);
    const isSame = before?.asked === asked;
    if (!isSame) this.#note(name, before);
    return this.#text({ at: isSame ? before.at : this.#parts.nowMs, digest, asked, namespace });
  }

  /** Whether an entry is as tsq has written it. */
  async isAsWritten(key: string): Promise<boolean> {
    const before = this.own(key);
    if (before === undefined || before.digest === "") return false;
    return digestOf(await this.#parts.redis.hmget(key, ...FIELDS)) === before.digest;
  }

  /** Whether the entry is as a load has written it that was asked for the same. */
  async isUnchanged(key: string, definition: unknown): Promise<boolean> {
    return this.own(key)?.asked === digestOf(definition) && (await this.isAsWritten(key));
  }

  /** Notes those that a load has removed, for who brings them back; and forgets what somebody else has deleted. */
  async removed(entries: readonly ({ readonly key: string } & Named)[]): Promise<void> {
    const { redis, nowMs } = this.#parts;
    const pipeline = redis.pipeline();
    for (const { key, name, namespace } of entries) {
      this.#note(name, this.own(key));
      pipeline.hset(WRITTEN, key, this.#text({ at: nowMs, digest: "", asked: "", namespace }));
    }
    pipeline.expire(WRITTEN, WRITTEN_SECONDS);
    const gone = new Set(entries.map(({ key }) => key));
    const old = [...this.#records].filter(([key, { at }]) => !gone.has(key) && !this.#isRecent(at));
    for (const [key] of old) pipeline.exists(key);
    const replies = (await repliesOf(pipeline)).slice(entries.length + 1);
    const forgotten = old.filter((_, i) => replies[i] === 0).map(([key]) => key);
    if (forgotten.length > 0) await redis.hdel(WRITTEN, ...forgotten);
  }

  /** What a process that is alive, or a program, has written within the last minutes, and this load otherwise. */
  async takenBack(): Promise<readonly TakenBack[]> {
    if (this.#takenBack.length === 0) return [];
    const { redis } = this.#parts;
    const alive = new Set(await redis.smembers(keys.PROCESSES));
    return this.#takenBack.filter(({ by }) => by === "" || alive.has(by));
  }

  #note(name: string, before: WrittenEntryRecord | undefined): void {
    if (before && before.by !== this.#parts.by && this.#isRecent(before.at))
      this.#takenBack.push({ name, by: before.by });
  }

  #isRecent(at: number): boolean {
    return Math.abs(this.#parts.nowMs - at) < RECENT_MS;
  }

  #text(record: Pick<WrittenEntryRecord, "at" | "digest" | "asked" | "namespace">): string {
    const { by, of } = this.#parts;
    return JSON.stringify({ ...record, of, by } satisfies WrittenEntryRecord);
  }
}

interface Named {
  readonly name: string;
  readonly namespace: string;
}

const valueIn = (fields: readonly string[], name: string): string | null => {
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return fields[i + 1] ?? null;
  return null;
};

const digestOf = (values: unknown): string =>
  createHash("sha256").update(JSON.stringify(values)).digest("hex").slice(0, 16);

const readRecord = (text: string): WrittenEntryRecord | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return undefined;
    const { at, digest, asked, of, namespace, by } = value;
    const texts = [digest, asked, of, namespace, by];
    return typeof at === "number" && texts.every((one) => typeof one === "string")
      ? (value as unknown as WrittenEntryRecord)
      : undefined;
  } catch {
    return undefined;
  }
};
