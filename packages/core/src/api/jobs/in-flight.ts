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

/** What workers of tsq had taken at one reading, by owner. */
export type InFlightReading = ReadonlyMap<string, readonly JobRecord[]>;

/** Of the whole fleet: all that is in flight, byte for byte. */
export const readInFlight = async (redis: Redis): Promise<InFlightReading> =>
  readHeldBy(redis, await readOwners(redis));

/**
 * The job with this id; undefined when no worker of tsq has it.
 *
 * @param reading of whoever has just read all: then only its owner is asked, whether it has it still
 */
export const findInFlight = async (
  redis: Redis,
  jid: string,
  reading?: InFlightReading,
): Promise<InFlightJob | undefined> => {
  if (!reading) return foundIn(await readInFlight(redis), jid);
  const before = foundIn(reading, jid);
  return before && foundIn(await readHeldBy(redis, [before.owner]), jid);
};

const readHeldBy = async (redis: Redis, owners: readonly string[]): Promise<InFlightReading> => {
  const hashes = await askEach(redis, owners, (pipeline, owner) =>
    pipeline.hgetallBuffer(inFlightKey(owner)),
  );
  return new Map(owners.map((owner, i) => [owner, jobsHeld(hashes[i]?.[0])]));
};

const foundIn = (
  reading: InFlightReading,
  jid: string,
): (InFlightJob & { readonly owner: string }) | undefined => {
  const isIt = matchOf(jid);
  for (const [owner, jobs] of reading) {
    const job = jobs.find(isIt);
    if (job) return { identity: identityOf(owner), job, owner };
  }
  return undefined;
};
