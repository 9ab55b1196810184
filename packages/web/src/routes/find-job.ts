/** Finds a job by its jid for whoever asks: where it was a moment ago, or by a look through all there is. */
import { Jobs } from "@tsq/core/api";
import type { FoundJob, JobLookup, JobLookupOptions, LastPlace, QueuedJob } from "@tsq/core/api";
import type { KnownPlaces } from "../readings/known-places.ts";
import type { Visit } from "../visit.ts";

/** So far for who wants to do something with it, or says that they want to look that far. */
export const MOST_EVER = 5_000_000;

/** @param most how many jobs on queues are looked at */
export const findJob = async (visit: Visit, jid: string, most = MOST_EVER): Promise<JobLookup> => {
  const { services, signal } = visit;
  const jobs = new Jobs(visit.api);
  const last = services.places.of(jid);
  const again = last && (await jobs.again(last));
  const lookup: JobLookup = again
    ? { found: again, looked: 0, isComplete: true }
    : await jobs.find(jid, { most, signal, ...(await runningAs(visit)) });
  note(services.places, jid, lookup.found);
  return lookup;
};

/** What runs as all who look at once are told of it; who does something asks anew, for by now it may have ended. */
const runningAs = async ({ request, services }: Visit): Promise<JobLookupOptions> =>
  request.method === "POST"
    ? {}
    : { fleet: await services.fleet.now(), inFlight: () => services.inFlight.now() };

/** Jobs of a list, each of which may be looked at next. */
export const noteQueued = ({ services }: Visit, jobs: readonly QueuedJob[]): void => {
  for (const { jid, bytes, queue, ahead } of jobs) {
    if (jid !== undefined && jid !== "" && ahead !== undefined)
      services.places.note(jid, { place: "queue", queue, bytes, ahead });
  }
};

const note = (places: KnownPlaces, jid: string, found: FoundJob | undefined): void => {
  const last = found && lastOf(found);
  if (last) places.note(jid, last);
  else places.forget(jid);
};

/** Of one that runs what the fleet tells is enough. */
const lastOf = (found: FoundJob): LastPlace | undefined => {
  if (found.place === "running") return undefined;
  const { bytes } = found.job;
  return found.place === "queue"
    ? { place: "queue", queue: found.job.queue, bytes, ahead: found.ahead }
    : { place: found.place, bytes, score: found.job.score };
};
