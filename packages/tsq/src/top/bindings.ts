/** Which keys change something where one is. What looks is in `on-key.ts` and beside it, what changes something in `deeds.ts`. */
import { deedsAt } from "@tsq/core/config";
import type { JobPlace } from "@tsq/core/api";
import { CANCEL, CLEAR, DELETE, ENQUEUE, KILL, PAUSE, QUIET, RETRY, STOP } from "./key-list.ts";
import type { Binding } from "./key-list.ts";
import type { Target } from "./picture.ts";

/** Without those that need a queue or a time beside a yes: `tsq move` and the dashboard take them. */
const OF_JOBS = { retry: RETRY, add_to_queue: ENQUEUE, kill: KILL, delete: DELETE, cancel: CANCEL } as const;
const DEEDS = ["retry", "add_to_queue", "kill", "delete", "cancel"] as const;

/** What can be done to jobs of a list, whether or not there are any. */
export const verbsOfJobs = (place: JobPlace["place"]): readonly Binding[] =>
  deedsAt(place, DEEDS).map((deed) => OF_JOBS[deed]);

/** What can be done to it. */
export const verbsOf = (target: Target): readonly Binding[] => {
  if (target.kind === "job") return verbsOfJobs(target.at.place);
  if (target.kind === "process") return [QUIET, STOP];
  if (target.kind === "queue") return [PAUSE, CLEAR];
  return [];
};
