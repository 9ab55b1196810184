/** Enqueues many jobs at once, as Rails' `perform_all_later` (7.1) with Sidekiq's adapter. */
import { InvalidJobError } from "@tsq/core";
import type { BulkItem, JobClient } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { dumpJson } from "@tsq/core/protocol";
import { draw, envelopeOf, taken } from "../enqueue/enqueuer.ts";
import type { Drawn } from "../enqueue/enqueuer.ts";
import { generationsOf, wrapperFor } from "../enqueue/fleet.ts";
import type { Generations } from "../enqueue/fleet.ts";
import { wrapperOptions } from "../enqueue/wrapper-options.ts";
import { ActiveJobCall, targetOf } from "./setter.ts";

/** Jobs that go in one bulk push. */
interface Group {
  readonly client: JobClient;
  readonly drawn: Drawn[];
}

/**
 * Enqueues jobs with few round trips: those of one class, one queue and the same options together, immediate and scheduled
 * ones apart. As in Rails no callback of theirs is called.
 *
 * @example
 * await performAllLater([zalo.with(7, "tpl"), zalo.set({ wait: 60 }).with(8, "tpl")]);
 *
 * @returns how many were enqueued: all but those that a client middleware stopped
 * @throws SerializationError before anything is sent, when an argument cannot be serialized
 * @throws InvalidJobError when something among them is not what `with()` returns
 */
export const performAllLater = async (
  ...jobs: readonly (ActiveJobCall | readonly ActiveJobCall[])[]
): Promise<number> => {
  const nowMs = Date.now();
  const groups = new Map<JobClient, Map<string, Group>>();
  for (const job of jobs.flat()) {
    if (!(job instanceof ActiveJobCall)) throw notACall(job);
    const target = targetOf(job);
    const client = target.client();
    const drawn = taken(draw(target, client, job.arguments, nowMs));
    const ofClient = groups.get(client) ?? new Map<string, Group>();
    groups.set(client, ofClient);
    const key = dumpJson([target.class, drawn.queue, drawn.scheduledMs === undefined, target.options]);
    const group = ofClient.get(key) ?? { client, drawn: [] };
    ofClient.set(key, group);
    group.drawn.push(drawn);
  }
  let count = 0;
  for (const [client, ofClient] of groups) {
    const generations = await generationsOf(client);
    for (const { drawn } of ofClient.values()) count += await pushGroup(client, drawn, generations, nowMs);
  }
  return count;
};

const pushGroup = async (
  client: JobClient,
  drawn: readonly Drawn[],
  generations: Generations,
  nowMs: number,
): Promise<number> => {
  const [first] = drawn;
  if (!first) return 0;
  const { target, queue } = first;
  const item: BulkItem = {
    ...wrapperOptions(target, queue),
    class: wrapperFor(generations),
    args: drawn.map((one) => [envelopeOf(one, generations, nowMs)]),
  };
  // Also one that is past, which the next look at the schedule finds due: so do the adapters of Rails 7.2 and Sidekiq 8.1,
  // which ask no more than whether there is a time.
  if (first.scheduledMs !== undefined) item.at = drawn.map(({ scheduledMs = nowMs }) => scheduledMs / 1_000);
  const jids = await client.pushBulk(item);
  return jids.filter((jid) => jid !== null).length;
};

const notACall = (value: unknown): InvalidJobError =>
  new InvalidJobError(
    `Expected performAllLater() to get jobs with their arguments, got ${shown(value)}. Write performAllLater([zalo.with(7), zalo.with(8)]).`,
  );
