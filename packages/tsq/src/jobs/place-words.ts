/** Where jobs are, in sentences. */
import type { JobPlace } from "@tsq/core/api";
import type { SetName } from "./open-set.ts";

export const inSet = (name: SetName): string => `in the ${name} set`;

export const onQueue = (name: string): string => `on the queue ${name}`;

const PLACES: Readonly<Record<JobPlace["place"], readonly [one: string, many: string]>> = {
  running: ["running", "running"],
  queue: ["on its queue", "on queues"],
  retry: [inSet("retry"), inSet("retry")],
  scheduled: [inSet("scheduled"), inSet("scheduled")],
  dead: [inSet("dead"), inSet("dead")],
};

/** Of one job. */
export const whereIs = (place: JobPlace["place"]): string => PLACES[place][0];

/** Of several. */
export const whereAre = (place: JobPlace["place"]): string => PLACES[place][1];
