/**
 * A queue from its newest job to its oldest, in pieces. Places are counted from the old end, so that pushes do not move them;
 * what workers take moves them, and then the last job seen is looked for.
 */
import { createHash } from "node:crypto";
import { queueKey } from "../../wire/keys.ts";
import type { ApiConnection } from "../api-connection.ts";
import { readMarks } from "../queues/queue-marks.ts";
import type { QueuedJob, QueueSeat } from "../queues/queued-job.ts";
import { numberOf, togetherOf } from "../replies.ts";
import { refusedCursor, SliceSize } from "./slices.ts";
import type { Slices } from "./slices.ts";

/** How many are older than the last one seen, and a digest of its bytes. */
const CURSOR = /^(\d{1,15})~([\da-f]{16})$/;

export class QueueSlices implements Slices<QueuedJob> {
  total = 0;
  isAtEnd = false;
  /** Whether nothing that was seen before is in the last piece: it may be newer than that. */
  isLost = false;
  readonly #api: ApiConnection;
  readonly #key: string;
  readonly #make: (payload: Buffer, seat: QueueSeat) => QueuedJob;
  readonly #size = new SliceSize();
  /** How many are older than the first to read; undefined before the first piece, which begins with the newest. */
  #older: number | undefined;
  /** The last piece, with what was seen before it. */
  #seen: readonly Buffer[] | undefined;
  #lastSeen: string | undefined;
  #length = 0;
  #slice: readonly Buffer[] = [];
  #sliceOlder = 0;

  /** @throws FilterError when `after` is no cursor */
  constructor(
    api: ApiConnection,
    queue: string,
    make: (payload: Buffer, seat: QueueSeat) => QueuedJob,
    after?: string,
  ) {
    this.#api = api;
    this.#key = queueKey(queue);
    this.#make = make;
    if (after === undefined) return;
    const [, older, digest] = CURSOR.exec(after) ?? [];
    if (digest === undefined) throw refusedCursor(after);
    this.#older = Number(older);
    this.#lastSeen = digest;
  }

  async next(): Promise<readonly QueuedJob[] | undefined> {
    if (this.isAtEnd) return undefined;
    const { page, older } = await this.#page();
    const behind = this.#behindSeen(page);
    this.isLost = behind === undefined;
    const fresh = page.slice(behind);
    const last = page.at(-1);
    this.#older = older - (page.length - 1);
    this.isAtEnd = page.length === 0 || this.#older <= 0;
    this.#slice = fresh;
    this.#sliceOlder = older - (page.length - fresh.length);
    if (last) {
      this.#lastSeen = digestOf(last);
      this.#seen = page;
    }
    this.#size.saw(page);
    return fresh.map((payload, i) => this.#make(payload, { ahead: this.older(i), length: this.#length }));
  }

  atMs(job: QueuedJob): number {
    return (job.enqueuedAt ?? job.createdAt)?.getTime() ?? Number.NaN;
  }

  /** What tells later which jobs were there now. */
  async marks(): Promise<readonly string[]> {
    return (await readMarks(this.#api, this.#key)).digests;
  }

  /** How many jobs are older than one of the last piece. */
  older(place: number): number {
    return this.#sliceOlder - place;
  }

  // It answers as that of a set does, which has to ask.
  // oxlint-disable-next-line typescript/require-await
  async cursorBehind(place: number): Promise<string> {
    const payload = this.#slice[place];
    if (!payload) throw new RangeError(`Expected a place in the last slice, got ${place}`);
    return `${this.older(place)}~${digestOf(payload)}`;
  }

  /** The jobs from a place on, the last one seen among them unless it was taken, and how many are older than the first. */
  async #page(): Promise<{ readonly page: readonly Buffer[]; readonly older: number }> {
    const { count } = this.#size;
    const from = this.#older === undefined ? 0 : -this.#older - 1;
    // Beyond the old end there is nothing; 0 counts from the new end.
    const to = from < 0 ? Math.min(from + count - 1, -1) : count - 1;
    const [size, found] = await togetherOf(this.#api.redis, (chain) =>
      chain.llen(this.#key).lrangeBuffer(this.#key, from, to),
    );
    const length = numberOf(size);
    this.#length = length;
    if (this.#seen === undefined) this.total = length;
    const page = (found ?? []) as Buffer[];
    const isCut = this.#older !== undefined && this.#older >= length;
    // So many were taken that the place lies before the newest: the newest are read instead.
    if (isCut && page.length === 0 && length > 0) {
      this.#older = length - 1;
      return this.#page();
    }
    return { page, older: this.#older === undefined || isCut ? length - 1 : this.#older };
  }

  /** Where what was not yet seen begins; undefined when that is not known. */
  #behindSeen(page: readonly Buffer[]): number | undefined {
    const lastSeen = this.#lastSeen;
    if (lastSeen === undefined) return 0;
    if (page[0] && digestOf(page[0]) === lastSeen) return 1;
    const place = page.findIndex((payload) => digestOf(payload) === lastSeen);
    if (place >= 0) return place + 1;
    if (this.#seen === undefined) return undefined;
    // When the last one was deleted, those before it tell as well. As texts they are compared a thousand times quicker.
    const seen = new Set(this.#seen.map((payload) => payload.toString("latin1")));
    const last = page.findLastIndex((payload) => seen.has(payload.toString("latin1")));
    return last >= 0 ? last + 1 : undefined;
  }
}

const digestOf = (bytes: Buffer): string => createHash("sha1").update(bytes).digest("hex").slice(0, 16);
