/** Jobs that a worker of tsq has taken: they are there from the fetch on, and not only from the next heartbeat. */
import { identityOf } from "../../wire/owner.ts";
import { LANE_FIELDS, MOVED, withoutQueue } from "../../wire/in-flight.ts";
import { inFlightKey, OWNERS } from "../../wire/keys.ts";
import type { Redis } from "../../redis/connect.ts";
import { JobRecord } from "../job-record.ts";
import { askEach, repliesOf } from "../replies.ts";
import { matchOf } from "../jid-match.ts";

/** A job in flight, and the process that has it. */
export interface InFlightJob {
  readonly identity: string;
  readonly job: JobRecord;
}

/** The job with this id; undefined when no worker of tsq has it. */
export const findInFlight = async (redis: Redis, jid: string): Promise<InFlightJob | undefined> => {
  const [found] = await repliesOf(redis.pipeline().hgetall(OWNERS));
  // Owner by owner: what is no hash there is absent.
  const owners = Object.keys(found ?? {});
  const slots = await askEach(redis, owners, (pipeline, owner) => pipeline.hgetallBuffer(inFlightKey(owner)));
  const isIt = matchOf(jid);
  for (const [i, owner] of owners.entries()) {
    for (const [slot, value] of Object.entries((slots[i]?.[0] ?? {}) as Readonly<Record<string, Buffer>>)) {
      if (LANE_FIELDS.some((lane) => lane === slot) || value.equals(MOVED_BYTES)) continue;
      const job = new JobRecord(withoutQueue(value));
      if (isIt(job)) return { identity: identityOf(owner), job };
    }
  }
  return undefined;
};

const MOVED_BYTES = Buffer.from(MOVED);
