/** A queue from its newest job to its oldest, without what was pushed after somebody had looked. */
import { payloadDigest } from "../payload-digest.ts";
import { NEWEST } from "../queues/queue-marks.ts";
import type { QueuedJob } from "../queues/queued-job.ts";
import type { QueueSlices } from "../search/queue-slices.ts";

export class JobsBefore {
  readonly #slices: QueueSlices;
  readonly #marks: readonly string[];
  /** From the first of these on all were there; undefined once it has come. */
  #awaited: ReadonlySet<string> | undefined;
  #last: readonly QueuedJob[] = [];
  #left: QueuedJob[] = [];
  #isSure = false;

  /** @param marks digests of jobs that were there, the newest first: without any none was */
  constructor(slices: QueueSlices, marks: readonly string[]) {
    this.#slices = slices;
    this.#marks = marks;
    this.#awaited = new Set(marks);
  }

  /** Those of the last piece that were passed over. */
  get left(): readonly QueuedJob[] {
    return this.#left;
  }

  /** Whether all that was passed over has come since: the first job that was met was one of the newest, between which lay nothing. */
  get isSure(): boolean {
    return this.#isSure;
  }

  get total(): number {
    return this.#slices.total;
  }

  get isAtEnd(): boolean {
    return this.#slices.isAtEnd;
  }

  /** The next piece; undefined when there is no more. */
  async next(): Promise<readonly QueuedJob[] | undefined> {
    const slice = await this.#slices.next();
    if (!slice) return undefined;
    // When all that was seen is gone, workers have come to what was pushed since; or others have deleted it.
    if (this.#slices.isLost) {
      this.#isSure = false;
      this.#awaited = new Set([...this.#marks, ...this.#last.map(({ bytes }) => payloadDigest(bytes))]);
    }
    this.#left = [];
    const there = slice.filter((job) => {
      const wasThere = this.#wasThere(job.bytes);
      if (!wasThere) this.#left.push(job);
      return wasThere;
    });
    if (there.length > 0) this.#last = there;
    return there;
  }

  atMs(job: QueuedJob): number {
    return this.#slices.atMs(job);
  }

  /** Asked of each in their order. */
  #wasThere(payload: Buffer): boolean {
    if (!this.#awaited) return true;
    const digest = payloadDigest(payload);
    if (!this.#awaited.has(digest)) return false;
    this.#isSure = this.#marks.slice(0, NEWEST).includes(digest);
    this.#awaited = undefined;
    return true;
  }
}
