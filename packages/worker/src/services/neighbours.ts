/**
 * Who else is at work on this server, as far as it can go wrong: Ruby on the same queues, whose classes we do not know as
 * it does not know ours, and a fleet in another database while ours has none. Whatever may not be asked is passed over.
 */
import { databaseWithProcesses, describeTarget, readMembers, redisOptions } from "@tsq/core/protocol";
import type { Member, Redis } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";
import type { UnknownJobs } from "../run/hand-on.ts";
import { within } from "../within.ts";

// Of a start: a slow server is not looked at any further.
const LOOK_MS = 1_000;
// Of Ruby: enough to find the others.
const MOST_NAMED = 3;

export interface Neighbourhood {
  readonly redis: RedisTarget;
  readonly queues: readonly string[];
  readonly unknownJobs: UnknownJobs;
}

/** @returns what to warn of; nothing when all is well or may not be asked */
export const warningsOf = async (redis: Redis, hood: Neighbourhood): Promise<readonly string[]> => {
  try {
    const members = await readMembers(redis);
    if (members.length === 0) return await elsewhere(redis, hood.redis);
    const ruby = members.filter(({ isRuby, isQuiet }) => isRuby && !isQuiet);
    const shared = hood.queues.filter((queue) => ruby.some(({ queues }) => queues.includes(queue)));
    if (shared.length === 0) return [];
    const sharing = ruby.filter(({ queues }) => queues.some((queue) => shared.includes(queue)));
    return [besideRuby(sharing, shared, hood.unknownJobs)];
  } catch {
    // Refused by an ACL, say. What matters has been checked before this.
    return [];
  }
};

const besideRuby = (ruby: readonly Member[], shared: readonly string[], unknownJobs: UnknownJobs): string => {
  const queues = shared.map((queue) => `\`${queue}\``).join(", ");
  const named = ruby.slice(0, MOST_NAMED).map(({ identity }) => identity);
  const more = ruby.length > MOST_NAMED ? ` and ${ruby.length - MOST_NAMED} more` : "";
  return (
    `Ruby processes take jobs from ${queues} as well (${named.join(", ")}${more}), and of each class only one side has the code. ` +
    `Give this worker queues of its own. Else ${MEANWHILE[unknownJobs]}`
  );
};

/** Ruby drops a job without retries whose class it does not have; a worker keeps it. */
const MEANWHILE: Readonly<Record<UnknownJobs, string>> = {
  retry:
    "a job that the wrong side takes fails there and is retried; with `retry: false` it is lost where Ruby takes it, and dead where this worker does. " +
    'With `unknownJobs: "handBack"` (`--unknown-jobs handBack`) this worker hands on what it does not know; what Ruby does not know fails there all the same.',
  handBack:
    "a job that Ruby takes and does not know fails there and is retried, and with `retry: false` it is lost: " +
    "handing on helps only those that this worker does not know.",
};

const elsewhere = async (redis: Redis, target: RedisTarget): Promise<readonly string[]> => {
  const late = AbortSignal.timeout(LOOK_MS);
  const found = await within(LOOK_MS, databaseWithProcesses(redis, target, late));
  if (found === undefined) return [];
  const own = redisOptions(target).db ?? 0;
  return [
    `Redis at ${describeTarget(target)} has no Sidekiq process in database ${own}, and has some in database ${found}. ` +
      `Name that one if this worker belongs to them: end the URL with \`/${found}\`.`,
  ];
};
