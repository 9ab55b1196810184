/** What the buttons of queues do, with the paths and fields of Sidekiq::Web. */
import { createHash } from "node:crypto";
import { MalformedPayloadError } from "@tsq/core";
import { Queue } from "@tsq/core/api";
import type { QueuedJob } from "@tsq/core/api";
import { plain } from "../answers.ts";
import { path } from "../html/path.ts";
import { valuesOf } from "../request/form.ts";
import type { Route } from "../route.ts";
import type { Visit } from "../visit.ts";
import { saidOf } from "./said.ts";
import type { Tally } from "./said.ts";

/**
 * Pauses, resumes, or clears. Sidekiq::Web without Pro clears a queue that it was asked to pause: here each field does what it
 * says, and only a form without any of them clears.
 */
const change: Route = {
  method: "POST",
  path: "/queues/:name",
  subject: ({ name = "" }) => ({ queue: name }),
  answer: async (visit) => {
    const queue = queueOf(visit);
    if (visit.form.has("pause") || visit.form.has("unpause")) {
      const why = await visit.permissions.why("queue.pause", { queue: queue.name });
      if (why !== undefined) return plain(why, 403);
      const isPause = visit.form.has("pause");
      await (isPause ? queue.pause() : queue.resume());
      const said = isPause ? "said.paused" : "said.resumed";
      return visit.done("/queues", visit.words.text(said, { name: queue.name }));
    }
    const why = await visit.permissions.why("queue.clear", { queue: queue.name });
    if (why !== undefined) return plain(why, 403);
    const count = await queue.clear();
    visit.counts(count);
    return visit.done("/queues", visit.words.text("said.cleared", { name: queue.name, count }));
  },
};

/** Deletes jobs by their payload (`key_val`, as Sidekiq::Web), or by what the pages name them by (`key[]`). */
const deleteJobs: Route = {
  method: "POST",
  path: "/queues/:name/delete",
  action: "job.delete",
  subject: ({ name = "" }) => ({ queue: name }),
  answer: async (visit) => {
    const queue = queueOf(visit);
    const payloads = valuesOf(visit.form, "key_val");
    const keys = new Set(valuesOf(visit.form, "key"));
    let done = 0;
    for (const payload of payloads) if (await queue.deletePayload(payload)) done += 1;
    if (keys.size > 0) done += (await named(queue, keys, (job) => job.delete())).done;
    visit.counts(done);
    const gone = payloads.length + keys.size - done;
    return visit.done(queueAgain(visit), saidOf(visit.words, "delete", { done, gone, malformed: 0 }));
  },
};

/** What a row of a queue's page is named by: a payload may hold what is masked on the page. */
export const keyOf = (job: QueuedJob): string =>
  job.jid ?? createHash("sha1").update(job.bytes).digest("hex");

/** Does something to those that are named so: as long as the queue is, or until all of them were met. */
export const named = async (
  queue: Queue,
  keys: ReadonlySet<string>,
  deed: (job: QueuedJob) => Promise<boolean>,
): Promise<Tally> => {
  const left = new Set(keys);
  let [done, malformed] = [0, 0];
  for await (const job of queue) {
    if (!left.delete(keyOf(job))) continue;
    try {
      if (await deed(job)) done += 1;
    } catch (error) {
      if (!(error instanceof MalformedPayloadError)) throw error;
      malformed += 1;
    }
    // The rest of a long queue need not be read.
    if (left.size === 0) break;
  }
  return { done, malformed, gone: keys.size - done - malformed };
};

/** Its page as it was looked at, also with a question in between. */
export const queueAgain = (visit: Visit): string => {
  const own = path`/queues/${visit.params["name"] ?? ""}`;
  const came = visit.cameFrom("");
  const [from, query = ""] = came.split("?");
  const kept = visit.form.get("from") ?? (from === own ? query : "");
  const text = new URLSearchParams(kept).toString();
  return text === "" ? own : `${own}?${text}`;
};

export const queueOf = (visit: Visit): Queue => new Queue(visit.params["name"] ?? "", visit.api);

export const QUEUE_ACTIONS: readonly Route[] = [change, deleteJobs];
