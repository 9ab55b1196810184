/** What the buttons of queues do, with the paths and fields of Sidekiq::Web. */
import { JobRecord } from "@tsq/core/api";
import type { Queue } from "@tsq/core/api";
import { needsTyping } from "@tsq/core/config";
import { plain } from "../answers.ts";
import { listOfQueue } from "../bulk/bulk-list.ts";
import { FAR_LOOK_COST } from "../request/cost.ts";
import { valuesOf } from "../request/form.ts";
import { keysIn, whyTooMany } from "../request/keys.ts";
import type { Route } from "../route.ts";
import { digestsIn, isTypedIn, startBulk } from "../routes/bulk.ts";
import { named, queueAgain, queueOf } from "../routes/named-jobs.ts";
import { saidOf } from "../routes/said.ts";
import { tallied } from "../routes/set-entries.ts";
import { subjectOnQueue } from "../security/subject-of.ts";

/**
 * Pauses, resumes, or clears. Sidekiq::Web without Pro clears a queue that it was asked to pause: here each field does what it
 * says, and only a form without any of them clears.
 */
const change: Route = {
  method: "POST",
  path: "/queues/:name",
  subject: ({ name = "" }) => ({ queue: name }),
  asks: ({ form, params }) => ({
    action: isSwitch(form) ? "queue.pause" : "queue.clear",
    subject: { queue: params["name"] ?? "" },
  }),
  answer: async (visit) => {
    const queue = queueOf(visit);
    if (isSwitch(visit.form)) {
      const why = await visit.permissions.why("queue.pause", { queue: queue.name });
      if (why !== undefined) return plain(why, 403);
      const isPause = visit.form.has("pause");
      const isChange = (await queue.isPaused()) !== isPause;
      await (isPause ? queue.pause() : queue.resume());
      // Both are one right, and the trail tells them apart, as of `tsq resume`.
      visit.counts(isChange ? 1 : 0, isPause ? undefined : "resumed");
      const said = isPause ? "said.paused" : "said.resumed";
      return visit.done("/queues", visit.words.text(said, { name: queue.name }));
    }
    const why = await visit.permissions.why("queue.clear", { queue: queue.name });
    if (why !== undefined) return plain(why, 403);
    const counted = countedIn(visit.form);
    if (counted && needsTyping("clear", counted.count) && !isTypedIn(visit.form, counted.count))
      return plain(visit.words.text("refuse.typed", { text: String(counted.count) }), 422);
    // Where somebody has to be asked for each job, they are gone through.
    if (visit.permissions.isSelective)
      return startBulk(visit, listOfQueue(visit.api, queue.name), "delete", true);
    const count = await queue.clear(counted);
    visit.counts(count);
    const said = [visit.words.text("said.cleared", { name: queue.name, count })];
    // What was deleted must be told also where Redis does not say what is there now.
    const left = counted ? await queue.size().catch(() => 0) : 0;
    if (left > 0) said.push(`${visit.words.text("queues.waiting")}: ${visit.words.number(left)}`);
    return visit.done("/queues", said.join(" "));
  },
};

/** Whether it pauses a queue or lets it go on. */
const isSwitch = (form: URLSearchParams): boolean => form.has("pause") || form.has("unpause");

/** What the question has counted: no more is thrown away. A form of Sidekiq::Web has asked nothing, and means all. */
const countedIn = (
  form: URLSearchParams,
): { readonly count: number; readonly newest?: readonly string[] } | undefined => {
  if (!form.has("expected")) return undefined;
  const count = Number(form.get("expected") ?? Number.NaN);
  const newest = digestsIn(form, "newest");
  return {
    count: Number.isSafeInteger(count) && count >= 0 ? count : 0,
    ...(newest && { newest }),
  };
};

/**
 * Deletes jobs, or moves them to the dead set, by what the pages name them by (`key[]`).
 *
 * @param byPayload deletes one that Sidekiq::Web names by its payload (`key_val`)
 */
const jobsAction = (
  verb: "delete" | "kill",
  byPayload?: (queue: Queue, payload: string) => Promise<boolean>,
): Route => ({
  method: "POST",
  path: `/queues/:name/${verb}`,
  action: `job.${verb}`,
  subject: ({ name = "" }) => ({ queue: name }),
  cost: FAR_LOOK_COST,
  answer: async (visit) => {
    const queue = queueOf(visit);
    const payloads = byPayload ? valuesOf(visit.form, "key_val") : [];
    const keys = new Set(keysIn(visit.form));
    const tooMany = whyTooMany(visit, payloads.length + keys.size);
    if (tooMany) return tooMany;
    const jobs = await named(queue, keys);
    for (const job of [...payloads.map((payload) => new JobRecord(payload)), ...jobs]) {
      const why = await visit.permissions.why(`job.${verb}`, subjectOnQueue(job, queue.name));
      if (why !== undefined) return plain(why, 403);
    }
    let done = 0;
    for (const payload of payloads) if (await byPayload?.(queue, payload)) visit.counts((done += 1));
    const before = done;
    const { malformed } = await tallied(
      jobs,
      (job) => job[verb](),
      (count) => visit.counts((done = before + count)),
    );
    const gone = payloads.length + keys.size - done - malformed;
    return visit.done(queueAgain(visit), saidOf(visit.words, verb, { done, gone, malformed }));
  },
});

export const QUEUE_ACTIONS: readonly Route[] = [
  change,
  jobsAction("delete", (queue, payload) => queue.deletePayload(payload)),
  jobsAction("kill"),
];
