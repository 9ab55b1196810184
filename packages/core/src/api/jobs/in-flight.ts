/** Jobs that a worker of tsq has taken: they are there from the fetch on, and not only from the next heartbeat. */
import { identityOf } from "../../wire/owner.ts";
import { inFlightKey } from "../../wire/keys.ts";
import type { Redis } from "../../redis/connect.ts";
import type { JobRecord } from "../job-record.ts";
import { matchOf } from "../jid-match.ts";
import { jobsHeld, readOwners } from "../processes/held-runs.ts";
import { askEach } from "../replies.ts";

/** A job in flight, and the process that has it. */
export interface InFlightJob {
  readonly identity: string;
  readonly job: JobRecord;
}

/** The job with this id; undefined when no worker of tsq has it. */
export const findInFlight = async (redis: Redis, jid: string): Promise<InFlightJob | undefined> => {
  const owners = await readOwners(redis);
  const hashes = await askEach(redis, owners, (pipeline, owner) =>
    pipeline.hgetallBuffer(inFlightKey(owner)),
  );
  const isIt = matchOf(jid);
  for (const [i, owner] of owners.entries()) {
    const job = jobsHeld(hashes[i]?.[0]).find(isIt);
    if (job) return { identity: identityOf(owner), job };
  }
  return undefined;
};
