/** Queues that hold jobs, some at a time: of a hundred thousand one after the other would be as many round trips. */
import { queueKey } from "../../wire/keys.ts";
import type { ApiConnection } from "../api-connection.ts";
import { askEach, numberOf, PAGE } from "../replies.ts";

// What the first piece of one queue is at most: together they take no more memory than that.
const MOST_JOBS = 200;

/** In their order; one that holds more is a group by itself. */
export async function* queueGroups<T extends { readonly name: string }>(
  api: ApiConnection,
  queues: readonly T[],
): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < queues.length; from += PAGE) {
    const page = queues.slice(from, from + PAGE);
    const sizes = await askEach(api.redis, page, (pipeline, { name }) => pipeline.llen(queueKey(name)));
    let group: T[] = [];
    let jobs = 0;
    for (const [i, queue] of page.entries()) {
      const size = numberOf(sizes[i]?.[0]);
      if (size === 0) continue;
      if (group.length > 0 && jobs + size > MOST_JOBS) {
        yield group;
        [group, jobs] = [[], 0];
      }
      group.push(queue);
      jobs += size;
    }
    if (group.length > 0) yield group;
  }
}
