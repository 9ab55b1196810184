/** What gems beside Sidekiq mean beside tsq, which shares their Redis and not their code. */
import type { Level } from "../check.ts";

export interface KnownGem {
  readonly level: Level;
  readonly means: string;
  readonly remedy: string;
}

const note = (means: string, remedy: string): KnownGem => ({ level: "note", means, remedy });

export const KNOWN_GEMS: ReadonlyMap<string, KnownGem> = new Map([
  [
    "redis-namespace",
    {
      level: "warning",
      means: "if Sidekiq uses it, all its keys have a prefix, and tsq sees none of them.",
      remedy: "move Sidekiq to a database of its own without a namespace, as Sidekiq 7 demands as well.",
    },
  ],
  [
    "sidekiq-pro",
    note(
      "a batch is only told of what Ruby runs: a job of one that TypeScript runs leaves it open for ever. `expires_in` is heard by Ruby alone.",
      "keep jobs of batches on queues that Ruby serves.",
    ),
  ],
  [
    "sidekiq-ent",
    note(
      "unique jobs, rate limits, encryption and periodic jobs are Ruby's: TypeScript neither sets nor keeps them.",
      "keep such classes in Ruby; periodic jobs for TypeScript are in config/schedule.yml.",
    ),
  ],
  [
    "sidekiq-unique-jobs",
    note(
      "its locks are taken by Ruby's push and freed by Ruby's run: a job that TypeScript runs keeps its lock until that expires.",
      "keep classes with a lock in Ruby.",
    ),
  ],
  [
    "activejob-uniqueness",
    note(
      "its locks are freed by Ruby's run: a job that TypeScript runs keeps its lock until that expires.",
      "keep classes with a lock in Ruby.",
    ),
  ],
  [
    "sidekiq-scheduler",
    note(
      "its schedule is its own: tsq neither shows nor fires it; Ruby does as before.",
      "leave it, or move the entries to sidekiq-cron, which both languages fire.",
    ),
  ],
  [
    "sidekiq-limit_fetch",
    note(
      "its limits of queues bind Ruby's processes alone, and its pauses are not those that tsq heeds.",
      "give a queue that needs a limit in TypeScript a capsule with that concurrency.",
    ),
  ],
  [
    "sidekiq-throttled",
    note("what it throttles, it throttles in Ruby alone.", "keep throttled classes in Ruby."),
  ],
  [
    "sidekiq-batch",
    note(
      "a batch is only told of what Ruby runs: a job of one that TypeScript runs leaves it open for ever.",
      "keep jobs of batches on queues that Ruby serves.",
    ),
  ],
  [
    "sidekiq-status",
    note(
      "a job that TypeScript runs never changes its status.",
      "keep classes whose status is asked for in Ruby.",
    ),
  ],
  ["sidekiq-grouping", note("jobs are gathered by Ruby's push alone.", "push such classes from Ruby.")],
]);
