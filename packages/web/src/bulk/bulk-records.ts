/** What dashboards do to many jobs, as Redis knows it: whoever asks another one, or one that was started again, sees it there. */
import { createHash, randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { ApiConnection } from "@tsq/core/api";
import { BULK as KEY } from "@tsq/core/config";
import { answerIn } from "../redis/is-away.ts";
import { SharedReading } from "../readings/shared-reading.ts";
import type { BulkOrder, BulkView, BulkWork } from "./bulk-work.ts";
import { readRecord, writtenOf } from "./bulk-record.ts";
import type { Writer } from "./bulk-record.ts";

const WEEK_SECONDS = 7 * 86_400;
const MOST_KEPT = 50;
const MOST_AT_ONCE = 200;
const MOST_READ = 1_000;
// Each page of a list asks for them.
const FRESH_MS = 2_000;
const BEAT_MS = 2_000;
/** Its process, as others see it. */
const PROCESS = `${hostname()}:${process.pid}`;

const endOf = (id: string): string => `end ${id}`;
const idIn = (field: string): string => (field.startsWith("end ") ? field.slice(4) : field);

export const newId = (): string => randomBytes(15).toString("base64url");

/** Of a form whose id something else has: an id is what anybody can send. The same form gets the same one, sent twice. */
export const otherId = (id: string, asked: string): string => digestOf(`${id}\n${asked}`);

/** A hash: of each work how it stands, and whether somebody has asked for its end. */
export class BulkRecords {
  readonly #api: ApiConnection;
  readonly #reading: SharedReading<readonly BulkView[]>;
  readonly #name = randomBytes(9).toString("base64url");

  constructor(api: ApiConnection) {
    this.#api = api;
    this.#reading = new SharedReading(() => this.#read(), FRESH_MS);
  }

  /** The newest first. */
  all(): Promise<readonly BulkView[]> {
    return this.#reading.now();
  }

  async find(id: string): Promise<BulkView | undefined> {
    const [[text], nowMs] = await Promise.all([
      this.#api.redis.hmget(KEY, id).catch(ofAnotherType([])),
      this.#nowMs(),
    ]);
    return text ? readRecord(id, text, nowMs) : undefined;
  }

  /**
   * Says that it begins, before it does. Where Redis refuses that, it is known to this process alone.
   *
   * @returns what to begin, with another id where something else has this one; when another dashboard has begun the same, its id
   */
  async claims(order: BulkOrder, asked: string): Promise<BulkOrder | string> {
    const { redis } = this.#api;
    const nowMs = await this.#nowMs();
    const first = writtenOf({ order, startedAt: new Date() }, this.#writerOf(asked), nowMs);
    let isFree: boolean;
    try {
      isFree = (await redis.hsetnx(KEY, order.id, first)) === 1;
    } catch {
      return order;
    }
    if (!isFree) {
      const found = (await redis.hget(KEY, order.id)) ?? "";
      const isSame = readRecord(order.id, found, nowMs)?.asked === digestOf(asked);
      if (!isSame) return this.claims({ ...order, id: otherId(order.id, asked) }, asked);
      // When its answer is lost it is sent again, and meets what it has written itself.
      if (found !== first) return order.id;
    }
    await redis
      .expire(KEY, WEEK_SECONDS)
      .then(() => this.#forgetOld())
      .catch(() => {});
    return order;
  }

  /**
   * Says every two seconds how it stands, until it has ended, and ends it when another dashboard was asked to.
   *
   * @param later tries again what Redis did not take
   */
  follow(work: BulkWork, asked: string, later: (task: () => Promise<boolean>) => Promise<void>): void {
    const { id } = work.order;
    const writer = this.#writerOf(asked);
    let isBusy = false;
    const beat = async (): Promise<void> => {
      const { redis } = this.#api;
      const text = writtenOf(work, writer, await this.#nowMs());
      // No transaction: a Redis that is full takes none, and is to be asked all the same whether somebody wants it to end.
      const [end, written] =
        (await redis.pipeline().hget(KEY, endOf(id)).hset(KEY, id, text).expire(KEY, WEEK_SECONDS).exec()) ??
        [];
      if (typeof end?.[1] === "string") work.cancel();
      if (written?.[0]) throw written[0];
    };
    const timer = setInterval(() => {
      // While Redis is away one is enough.
      if (isBusy) return;
      isBusy = true;
      // It is tried again.
      void beat()
        .catch(() => {})
        .then(() => (isBusy = false));
    }, BEAT_MS).unref();
    work.settled = work.ran.then(async () => {
      clearInterval(timer);
      this.#reading.forget();
      const last = async (): Promise<boolean> => {
        try {
          await beat();
          await this.#api.redis.hdel(KEY, endOf(id));
          return true;
        } catch {
          return false;
        }
      };
      if (!(await last())) void later(last);
    });
  }

  /** Asks the dashboard that carries it out to end it. */
  async askEnd(id: string): Promise<void> {
    await this.#api.redis.hset(KEY, endOf(id), "1");
    this.#reading.forget();
  }

  async #read(): Promise<readonly BulkView[]> {
    return worksIn(await this.#fields(), await this.#nowMs());
  }

  /** No more than there should be by far: each page of a list asks for them, whatever somebody has put there. */
  async #fields(): Promise<Readonly<Record<string, string>>> {
    const fields = new Map<string, string>();
    let cursor = "0";
    do {
      const [next, page] = await this.#api.redis
        .hscan(KEY, cursor, "COUNT", MOST_AT_ONCE)
        .catch(ofAnotherType<[string, string[]]>(["0", []]));
      for (let i = 0; i < page.length; i += 2) fields.set(page[i] ?? "", page[i + 1] ?? "");
      cursor = next;
    } while (cursor !== "0" && fields.size < MOST_READ);
    return Object.fromEntries(fields);
  }

  /** By the clock of Redis, for those of machines differ; by one's own where Redis does not say. */
  async #nowMs(): Promise<number> {
    const said = await this.#api.redis.time().catch(() => undefined);
    return said ? Number(said[0]) * 1_000 + Math.floor(Number(said[1]) / 1_000) : Date.now();
  }

  /** All beyond the newest that have ended, and what is none: nobody else takes that away. */
  async #forgetOld(): Promise<void> {
    this.#reading.forget();
    const fields = await this.#fields();
    const works = worksIn(fields, await this.#nowMs());
    const kept = works.filter(({ endedAt }, i) => i < MOST_KEPT || endedAt === undefined);
    const ids = new Set(kept.map(({ order }) => order.id));
    const old = Object.keys(fields).filter((field) => !ids.has(idIn(field)));
    if (old.length > 0) await this.#api.redis.hdel(KEY, ...old);
  }

  #writerOf(asked: string): Writer {
    return { process: PROCESS, asked: digestOf(asked), dashboard: this.#name };
  }
}

const worksIn = (fields: Readonly<Record<string, string>>, nowMs: number): readonly BulkView[] =>
  Object.entries(fields)
    .flatMap(([id, text]) => readRecord(id, text, nowMs) ?? [])
    .toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime());

/** Somebody's mistake in this key must not hide the lists, nor keep anybody from repairing what is in them. */
const ofAnotherType =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (answerIn(error)?.message.startsWith("WRONGTYPE") === true) return instead;
    throw error;
  };

const digestOf = (text: string): string => createHash("sha1").update(text).digest("base64url");
