/** Where jobs are in Redis, as the data API tells it: on a queue, in one of the three sets, or in none of them. */
import { ApiConnection, DeadSet, Queue, RetrySet, ScheduledSet } from "tsq/api";

/**
 * @returns a Map from the jid to `queue`, `scheduled`, `retry` or `dead`; what has no jid is under its text, so a
 *   malformed payload is found only if not one byte of it has changed
 */
export const whereabouts = async (redis) => {
  const api = new ApiConnection({ redis });
  const places = new Map();
  const note = async (jobs, place) => {
    for await (const job of jobs) places.set(job.jid ?? job.text, place);
  };
  try {
    for (const queue of await Queue.all(api)) await note(queue, "queue");
    await note(new ScheduledSet(api), "scheduled");
    await note(new RetrySet(api), "retry");
    await note(new DeadSet(api), "dead");
  } finally {
    await api.close();
  }
  return places;
};
