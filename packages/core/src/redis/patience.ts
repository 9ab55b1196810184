/** Whoever waits for a connection gets an answer within a bounded time: its commands fail when there is none for so long. */
import type { Redis } from "ioredis";

/** What ioredis keeps to itself; its own limit of attempts forgets those that were unanswered at the first loss. */
interface Waiting {
  readonly offlineQueue: Queue;
  readonly prevCommandQueue: Queue | null | undefined;
}

interface Queue {
  shift(): { readonly command: { reject(error: Error): void } } | undefined;
}

const LOOKS = 10;

/** @param unreachable the error for those who waited, from the last one of the connection, if it had one */
export const boundWaiting = (
  redis: Redis,
  limitMs: number,
  unreachable: (cause: Error | undefined) => Error,
): void => {
  let timer: NodeJS.Timeout | undefined;
  let cause: Error | undefined;
  const begin = (): void => {
    // Looks are counted, not time: to a blocked event loop a connection that could be made has not been.
    let looks = 0;
    timer ??= setInterval(() => {
      if (++looks < LOOKS) return;
      clearInterval(timer);
      timer = undefined;
      // Those who come now wait as long: the next failed attempt begins anew.
      if (redis.status !== "ready") rejectWaiting(redis, unreachable(cause));
    }, limitMs / LOOKS).unref();
  };
  const over = (): void => {
    clearInterval(timer);
    timer = undefined;
    cause = undefined;
  };
  redis.on("close", begin);
  redis.on("error", (error: Error) => {
    cause = error;
    // A search for the master that finds none is no closed connection.
    begin();
  });
  redis.on("ready", over);
  redis.on("end", over);
  begin();
};

const rejectWaiting = (redis: Redis, error: Error): void => {
  // The cast: see `Waiting`.
  const { offlineQueue, prevCommandQueue } = redis as unknown as Waiting;
  for (const queue of [prevCommandQueue, offlineQueue]) {
    for (let item = queue?.shift(); item; item = queue?.shift()) item.command.reject(error);
  }
};
