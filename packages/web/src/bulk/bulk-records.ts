/** What dashboards do to many jobs, as Redis knows it: whoever asks another one, or one that was started again, sees it there. */
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import type { ApiConnection } from "@tsq/core/api";
import { BULK as KEY } from "@tsq/core/config";
import { SharedReading } from "../frame/shared-reading.ts";
import type { BulkOrder, BulkView, BulkWork } from "./bulk-work.ts";
import { readRecord, writtenOf } from "./bulk-record.ts";

const WEEK_SECONDS = 7 * 86_400;
const MOST_KEPT = 50;
// Each page of a list asks for them.
const FRESH_MS = 2_000;
const BEAT_MS = 2_000;
/** Its process, as others see it. */
const PROCESS = `${hostname()}:${process.pid}`;

const endOf = (id: string): string => `end ${id}`;

/** A hash: of each work how it stands, and whether somebody has asked for its end. */
export class BulkRecords {
  readonly #api: ApiConnection;
  readonly #reading: SharedReading<readonly BulkView[]>;

  constructor(api: ApiConnection) {
    this.#api = api;
    this.#reading = new SharedReading(() => this.#read(), FRESH_MS);
  }

  /** The newest first. */
  all(): Promise<readonly BulkView[]> {
    return this.#reading.now();
  }

  async find(id: string): Promise<BulkView | undefined> {
    const [text] = await this.#api.redis.hmget(KEY, id);
    return text ? readRecord(id, text, Date.now()) : undefined;
  }

  /**
   * Says that it begins, before it does. Where Redis refuses that, it is known to this process alone.
   *
   * @returns false when another dashboard has begun what has this id
   */
  async claims(order: BulkOrder, asked: string): Promise<boolean> {
    const { redis } = this.#api;
    const first = writtenOf({ order, startedAt: new Date() }, PROCESS, digestOf(asked), Date.now());
    try {
      const isOurs = (await redis.hsetnx(KEY, order.id, first)) === 1;
      if (isOurs) await redis.expire(KEY, WEEK_SECONDS);
      if (isOurs) await this.#forgetOld();
      return isOurs;
    } catch {
      return true;
    }
  }

  /**
   * Says every two seconds how it stands, until it has ended, and ends it when another dashboard was asked to.
   *
   * @param later tries again what Redis did not take
   */
  follow(work: BulkWork, asked: string, later: (task: () => Promise<boolean>) => Promise<void>): void {
    const { id } = work.order;
    const digest = digestOf(asked);
    let isBusy = false;
    const beat = async (): Promise<void> => {
      const { redis } = this.#api;
      const text = writtenOf(work, PROCESS, digest, Date.now());
      const [, , end] =
        (await redis.multi().hset(KEY, id, text).expire(KEY, WEEK_SECONDS).hget(KEY, endOf(id)).exec()) ?? [];
      if (end?.[1] !== null && end?.[1] !== undefined) work.cancel();
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
    const nowMs = Date.now();
    const all = Object.entries(await this.#api.redis.hgetall(KEY));
    return all
      .flatMap(([id, text]) => readRecord(id, text, nowMs) ?? [])
      .toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
  }

  async #forgetOld(): Promise<void> {
    this.#reading.forget();
    const old = (await this.#reading.now()).slice(MOST_KEPT).filter(({ state }) => state !== "running");
    if (old.length > 0)
      await this.#api.redis.hdel(KEY, ...old.flatMap(({ order: { id } }) => [id, endOf(id)]));
  }
}

const digestOf = (text: string): string => createHash("sha1").update(text).digest("base64url");
