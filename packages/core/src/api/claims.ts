/**
 * Removing an entry is the claim to it, and "gone" is the answer to whoever came too late. A command whose answer was
 * lost is sent again by ioredis, and is told "gone" also when it was the lost one that removed the entry: then nobody
 * knows, and that is said instead.
 */
import { ClaimUnknownError } from "../errors.ts";
import type { Redis } from "../redis/connect.ts";

/** How often a connection was lost that commands had been sent on. */
class Losses {
  count = 0;
  #isReady: boolean;

  constructor(redis: Redis) {
    this.#isReady = redis.status === "ready";
    redis.on("ready", () => (this.#isReady = true));
    redis.on("close", () => {
      if (this.#isReady) this.count++;
      this.#isReady = false;
    });
  }
}

/** One for each connection, for one that was given may serve any number of objects. */
const watched = new WeakMap<Redis, Losses>();

const lossesOf = (redis: Redis): Losses => {
  const known = watched.get(redis);
  if (known) return known;
  const losses = new Losses(redis);
  watched.set(redis, losses);
  return losses;
};

/**
 * Asks for something that the server does once.
 *
 * @param isDone whether the answer says that it was done, so that it tells the truth also when it is the second one
 * @throws ClaimUnknownError when an answer was lost, and what came after does not tell
 */
export const claim = async <Answer>(
  redis: Redis,
  ask: (redis: Redis) => Promise<Answer>,
  isDone: (answer: Answer) => boolean,
): Promise<Answer> => {
  const losses = lossesOf(redis);
  const before = losses.count;
  const answer = await ask(redis).catch((error: Error) => {
    throw losses.count === before ? error : new ClaimUnknownError(error);
  });
  if (losses.count !== before && !isDone(answer)) throw new ClaimUnknownError();
  return answer;
};
