/** What can be done to a cron entry, and what its paths call it. */

export type Verb = "run" | "enable" | "disable" | "delete";

export const VERBS: readonly Verb[] = ["run", "enable", "disable", "delete"];

/** What sidekiq-cron calls them in its paths: `enque` up to 1.x, `enqueue` from 2.x on. */
export const segmentsOf = (verb: Verb): readonly string[] => (verb === "run" ? ["enque", "enqueue"] : [verb]);
