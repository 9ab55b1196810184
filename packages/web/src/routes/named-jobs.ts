/** The queue that a path names, its jobs that a form names, and the way back to its page. */
import { Queue } from "@tsq/core/api";
import type { QueuedJob } from "@tsq/core/api";
import { keyOf } from "@tsq/core/config";
import { path } from "../html/path.ts";
import type { Visit } from "../visit.ts";

/** Those that are named so: it reads on until all of them were met, or the queue ends. */
export const named = async (queue: Queue, keys: ReadonlySet<string>): Promise<readonly QueuedJob[]> => {
  const left = new Set(keys);
  const found: QueuedJob[] = [];
  if (left.size === 0) return found;
  for await (const job of queue) {
    if (!left.delete(keyOf(job))) continue;
    found.push(job);
    // The rest of a long queue need not be read.
    if (left.size === 0) break;
  }
  return found;
};

/** Its page as it was looked at, also with a question in between. */
export const queueAgain = (visit: Visit): string => {
  const own = path`/queues/${visit.params["name"] ?? ""}`;
  const came = visit.cameFrom("");
  const [from, query = ""] = came.split("?");
  // As in Sidekiq::Web the query of wherever one comes from is kept; a question sends that of its list.
  const kept = visit.form.get("from") ?? (`${from}/`.startsWith(`${own}/`) ? query : "");
  const text = new URLSearchParams(kept).toString();
  return text === "" ? own : `${own}?${text}`;
};

export const queueOf = (visit: Visit): Queue => new Queue(visit.params["name"] ?? "", visit.api);
