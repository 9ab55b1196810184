/** What can be done to a job on a queue. Taking it off is the claim; a job of a long queue is looked for from the nearer end. */
import { burialAt } from "../../moves/burial.ts";
import { editedPayload, queueName } from "../../moves/job-edit.ts";
import { cancelsOf, clearCancel, requestCancel, withdrawCancel } from "../../job/cancellation.ts";
import type { Redis } from "../../redis/connect.ts";
import { withdraw } from "../../redis/scripts.gen.ts";
import { DEAD, QUEUES, queueKey } from "../../wire/keys.ts";
import type { ApiConnection } from "../api-connection.ts";
import { claim } from "../claims.ts";
import type { JobRecord } from "../job-record.ts";
import { tellKilled } from "../sets/killing.ts";
import type { KillOptions } from "../sets/killing.ts";

/** Where a job lies: its queue, and the end that it is nearer to. */
export interface QueuePlace {
  readonly queue: string;
  /** As LREM counts: 1 from the new end, -1 from the old one. */
  readonly side: 1 | -1;
}

export const removeQueued = async (
  api: ApiConnection,
  job: JobRecord,
  { queue, side }: QueuePlace,
): Promise<boolean> => {
  const remove = (redis: Redis) => redis.lrem(queueKey(queue), side, job.bytes);
  const isOurs = (await claim(api.redis, remove, (count) => count > 0)) > 0;
  if (isOurs && job.jid) await clearCancel(api.redis, [job.jid]);
  return isOurs;
};

export const killQueued = async (
  api: ApiConnection,
  job: JobRecord,
  place: QueuePlace,
  options: KillOptions,
): Promise<boolean> => {
  const burial = burialAt(Date.now(), api);
  const isOurs = await taken(api, job, place, DEAD, { moved: job.bytes, ...burial });
  if (!isOurs) return false;
  if (job.jid) await clearCancel(api.redis, [job.jid]);
  await tellKilled(api, [job], options);
  return true;
};

/** @throws InvalidJobError when the name is none. MalformedPayloadError when the job is none: it can be deleted or killed */
export const moveQueued = async (
  api: ApiConnection,
  job: JobRecord,
  place: QueuePlace,
  to: string,
): Promise<boolean> => {
  const target = queueKey(queueName(to));
  if (job.error) throw job.error;
  const moved = editedPayload(job.bytes, { queue: to });
  const jids = job.jid ? [job.jid] : [];
  // The mark of a cancel goes before the job is where it may be started at once.
  const [since] = await cancelsOf(api.redis, jids);
  if (since !== undefined) await withdrawCancel(api.redis, jids);
  const burial = { moved, score: "", oldest: "", maxJobs: 0 };
  const again = async (): Promise<void> => {
    if (since !== undefined) await requestCancel(api.redis, job.jid ?? "", Number(since) * 1_000);
  };
  const isOurs = await taken(api, job, place, target, burial).catch(async (error: unknown) => {
    // It may be what refuses this, too: then what it has said first counts.
    await again().catch(() => {});
    throw error;
  });
  if (!isOurs) await again();
  return isOurs;
};

interface Landing {
  readonly moved: Buffer;
  readonly score: string;
  readonly oldest: string;
  readonly maxJobs: number;
}

const taken = async (
  api: ApiConnection,
  { bytes }: JobRecord,
  { queue, side }: QueuePlace,
  target: string,
  landing: Landing,
): Promise<boolean> => {
  const keys = { queue: queueKey(queue), queues: QUEUES, target };
  const ask = (redis: Redis) => withdraw(redis, keys, { payload: bytes, side, ...landing });
  return (await claim(api.redis, ask, (count) => count === 1)) === 1;
};
