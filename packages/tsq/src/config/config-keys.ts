/** The keys of a sidekiq.yml: those tsq follows, those it leaves to Ruby, and what was probably meant. */
import type { Options } from "@tsq/core/config";
import { nearest } from "@tsq/core/protocol";

/** The keys that rows have. */
export const keysOf = (rows: Options): readonly string[] =>
  Object.values(rows).flatMap(({ yaml }) => yaml ?? []);

/**
 * What to say about a key that does nothing in tsq: it may work in the Ruby process that reads the
 * same file, so it is a warning, never an error. Null when there is nothing to say.
 */
export const warningAbout = (key: string, known: readonly string[]): string | null => {
  if (known.includes(key)) return null;
  const reason = UNUSED_KEYS.get(key) ?? UNUSED_FAMILIES.find(([family]) => family.test(key))?.[1];
  if (reason) return `\`${key}\` does nothing in tsq: ${reason}.`;
  const meant = nearest(key, known);
  const hint = meant ? `: did you mean \`${meant}\`?` : ".";
  return `\`${key.replace(/\s+/g, " ").slice(0, LONGEST_KEY)}\` is no key that tsq knows and is ignored${hint}`;
};

const LONGEST_KEY = 80;

/**
 * The same for a key that holds a mapping: it is most likely the section of another environment, or
 * an anchor to merge, unless its name says otherwise.
 */
export const warningAboutMapping = (key: string, known: readonly string[]): string | null => {
  const isUnused = UNUSED_KEYS.has(key) || UNUSED_FAMILIES.some(([family]) => family.test(key));
  return isUnused || nearest(key, HOLD_MAPPINGS) ? warningAbout(key, known) : null;
};

const HOLD_MAPPINGS = ["capsules", "queues"];

const SCHEDULER_GEM = "schedules of sidekiq-cron and sidekiq-scheduler are not read from this file";
const LIMIT_GEM = "it belongs to the gem sidekiq-limit_fetch";
const JOB_LOG = "what a job logs is set in code";

const UNUSED_KEYS: ReadonlyMap<string, string> = new Map([
  [
    "pidfile",
    "it writes no pid file, and Sidekiq has not since 6.0; let systemd or Docker watch the process",
  ],
  ["logfile", "it logs to standard output, as Sidekiq does since 6.0; redirect that"],
  ["daemon", "it stays in the foreground, as Sidekiq does since 6.0; let systemd or Docker start it"],
  ["strict", "queues without weights are worked strictly in order"],
  ["max_iteration_runtime", "iterations are not interrupted after a time"],
  ["logged_job_attributes", JOB_LOG],
  ["skip_default_job_logging", JOB_LOG],
  ["on_complex_arguments", "arguments are checked where a job is pushed"],
  ["redis_idle_timeout", "its few connections stay open"],
  ["reap_idle_redis_connections", "its few connections stay open"],
  ["redis", "name the server with --redis or REDIS_URL"],
  ["url", "name the server with --redis or REDIS_URL"],
  ["namespace", "Redis namespaces ended with Sidekiq 7"],
  ["health_check", "it belongs to Sidekiq Enterprise"],
  ["cron", SCHEDULER_GEM],
  ["schedule", SCHEDULER_GEM],
  ["scheduler", SCHEDULER_GEM],
  ["limits", LIMIT_GEM],
  ["process_limits", LIMIT_GEM],
]);

const UNUSED_FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^cron_/, SCHEDULER_GEM],
  [/^health_check_/, "it belongs to Sidekiq Enterprise"],
];
