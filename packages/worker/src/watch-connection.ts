/** Says once when Redis cannot be reached, and once when it can again. */
import type { Redis } from "@tsq/core/protocol";
import type { FetchEvents } from "./fetch.ts";

// A connection that was lost and is there again at the first attempt is nothing to tell of.
const ATTEMPTS = 2;

export const watchConnection = (redis: Redis, events: Pick<FetchEvents, "failing" | "recovered">): void => {
  let attempts = 0;
  let lastError = new Error("The connection to Redis was lost");
  redis.on("error", (error: Error) => (lastError = error));
  redis.on("reconnecting", () => {
    if (++attempts === ATTEMPTS) events.failing(lastError);
  });
  redis.on("ready", () => {
    if (attempts >= ATTEMPTS) events.recovered();
    attempts = 0;
  });
};
