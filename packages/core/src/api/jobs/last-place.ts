/** A job where it was a moment ago: whoever looks again asks there, and does not look through sets and queues once more. */
import { queueKey } from "../../wire/keys.ts";
import type { ApiConnection } from "../api-connection.ts";
import { numberOf, PAGE, repliesOf, scoredOf, scoreText, togetherOf } from "../replies.ts";
import { SliceSize } from "../search/slices.ts";

/** Where a job was. */
export type LastPlace =
  | {
      readonly place: "scheduled" | "retry" | "dead";
      /** Byte for byte. */
      readonly bytes: Buffer;
      /** In seconds. */
      readonly score: number;
    }
  | {
      readonly place: "queue";
      readonly queue: string;
      readonly bytes: Buffer;
      /** How many jobs on the queue were older. */
      readonly ahead: number;
    };

/** What a worker gives back it puts at the old end. */
const GIVEN_BACK = 4;
/** Of a queue that nobody touches it is the first. */
const FIRST = 2 * GIVEN_BACK;
/** Workers take what is older meanwhile: within five seconds not more than that. */
const MOST_TAKEN = 5_000;
/** Of one score; what is scheduled in bulk has the same. */
const MOST_OF_SCORE = 10 * PAGE;

/** Whether it is there with the same bytes and the same score. */
export const isStillIn = async (
  { redis }: ApiConnection,
  key: string,
  { bytes, score }: Pick<Extract<LastPlace, { score: number }>, "bytes" | "score">,
): Promise<boolean> => {
  const at = scoreText(score);
  for (let offset = 0; offset < MOST_OF_SCORE; offset += PAGE) {
    const page = redis.pipeline().zrangebyscoreBuffer(key, at, at, "WITHSCORES", "LIMIT", offset, PAGE);
    const found = scoredOf((await repliesOf(page))[0]);
    if (found.some((one) => one.bytes.equals(bytes))) return true;
    if (found.length < PAGE) return false;
  }
  return false;
};

/** How many jobs are older by now, and how many there are; undefined when it is not near where it was. */
export const stillOn = async (
  { redis }: ApiConnection,
  { queue, bytes, ahead }: Pick<Extract<LastPlace, { ahead: number }>, "queue" | "bytes" | "ahead">,
): Promise<{ readonly ahead: number; readonly length: number } | undefined> => {
  const key = queueKey(queue);
  const size = new SliceSize();
  let older = ahead + GIVEN_BACK;
  let count = FIRST;
  while (older >= 0 && ahead - older < MOST_TAKEN) {
    const from = -older - 1;
    const to = Math.min(from + count - 1, -1);
    const [llen, found] = await togetherOf(redis, (chain) => chain.llen(key).lrangeBuffer(key, from, to));
    const length = numberOf(llen);
    const page = (found ?? []) as Buffer[];
    // Where the queue is shorter than that, Redis begins with its newest.
    const first = Math.min(older, length - 1);
    const place = page.findIndex((payload) => payload.equals(bytes));
    if (place >= 0) return { ahead: first - place, length };
    older = Math.min(older - count, length - 1);
    size.saw(page);
    ({ count } = size);
  }
  return undefined;
};
