/** A job on a queue, not yet taken by a worker. */
import type { ApiConnection } from "../api-connection.ts";
import { JobRecord } from "../job-record.ts";
import type { KillOptions } from "../sets/killing.ts";
import { killQueued, moveQueued, removeQueued } from "./queue-moves.ts";
import type { QueuePlace } from "./queue-moves.ts";

/** Where on its queue a job was seen. */
export interface QueueSeat {
  /** How many jobs were older. */
  readonly ahead: number;
  /** How many there were. */
  readonly length: number;
}

/**
 * A job on a queue. It is a picture: a worker may have taken the job since. What is done to it makes Redis look for its bytes
 * from the end of the queue that it was nearer to: about 0.1 ms for every thousand jobs on the way.
 */
export class QueuedJob extends JobRecord {
  /** How many jobs on its queue were older when it was read; undefined where that is not known. */
  readonly ahead: number | undefined;
  readonly #api: ApiConnection;
  readonly #place: QueuePlace;

  constructor(api: ApiConnection, queue: string, payload: Buffer, seat?: QueueSeat) {
    super(payload);
    this.#api = api;
    this.ahead = seat?.ahead;
    this.#place = { queue, side: seat && seat.ahead < seat.length / 2 ? -1 : 1 };
  }

  /** The queue it lies on, whatever its payload says. */
  override get queue(): string {
    return this.#place.queue;
  }

  /**
   * Takes the job off its queue.
   *
   * @returns false when it was gone: a worker or somebody else has taken it
   * @throws ClaimUnknownError when the answer was lost, and nobody knows whether it was this
   */
  delete(): Promise<boolean> {
    return removeQueued(this.#api, this, this.#place);
  }

  /**
   * Moves the job to the dead set and tells the death handlers of the options.
   *
   * @returns false when it was gone; then nobody is told
   * @throws what a death handler throws; the job is in the dead set all the same. ClaimUnknownError when the answer was
   * lost, and nobody knows whether it was this; then nobody is told
   */
  kill(options: KillOptions = {}): Promise<boolean> {
    return killQueued(this.#api, this, this.#place, options);
  }

  /**
   * Moves the job to the far end of another queue, and names that queue in it.
   *
   * @returns false when it was gone: a worker or somebody else has taken it
   * @throws InvalidJobError when the name is none. MalformedPayloadError when it is no job. ClaimUnknownError when the answer
   * was lost, and nobody knows whether it was this
   */
  move(queue: string): Promise<boolean> {
    return moveQueued(this.#api, this, this.#place, queue);
  }
}
