/** What a snapshot tells that needs a person. Pure: the same snapshot has the same findings. */
import { refuseUnknown } from "../../config/nearest.ts";
import { ConfigError } from "../../errors.ts";
import { evicts } from "../../redis/server-info.ts";
import { shown } from "../../report/inspect.ts";
import { byUrgency, LIMITS } from "./finding.ts";
import type { Finding, FindingLimits } from "./finding.ts";
import { failureFindings } from "./failure-rules.ts";
import { queueFindings } from "./queue-rules.ts";
import { runningFindings } from "./running-rules.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * The findings of a snapshot, the most urgent first.
 *
 * @throws ConfigError when a limit is unknown or no number above 0
 */
export const findingsOf = (snapshot: Snapshot, limits: FindingLimits = {}): readonly Finding[] => {
  const all = { ...LIMITS, ...checked(limits) };
  return [
    ...queueFindings(snapshot, all),
    ...failureFindings(snapshot, all),
    ...runningFindings(snapshot, all),
    ...redisFindings(snapshot),
  ].sort(byUrgency);
};

const checked = (limits: FindingLimits): FindingLimits => {
  refuseUnknown("findings", limits, Object.keys(LIMITS));
  const { goals = {}, ...numbers } = limits;
  for (const [name, value] of [...Object.entries(numbers), ...Object.entries(goals)]) {
    if (typeof value === "number" && value > 0) continue;
    throw new ConfigError(`Expected \`${name}\` to be a number above 0, got ${shown(value)}.`);
  }
  return limits;
};

const SHARE_OF_MEMORY = { warning: 0.8, critical: 0.95 };

function* redisFindings({ redis }: Snapshot): Generator<Finding> {
  const { usedBytes, maxBytes, evictionPolicy, evictedKeys } = redis;
  const where = { page: "redis" } as const;
  const when = evicts({ policy: evictionPolicy, maxBytes, evictedKeys });
  if (when !== "never") {
    const level = when === "now" ? "critical" : "note";
    const cause =
      `Redis throws keys away when its memory is full (\`maxmemory-policy ${evictionPolicy}\`): jobs would be lost. ` +
      "Set it to `noeviction`.";
    const evidence = { evictionPolicy, maxBytes, evictedKeys };
    yield { id: "redis-evicts", kind: "redis-evicts", level, cause, evidence, where };
  }
  const share = maxBytes > 0 ? usedBytes / maxBytes : 0;
  if (share < SHARE_OF_MEMORY.warning) return;
  const percent = Math.floor(share * 100);
  // One that throws keys away makes room for the next.
  const isFull = share >= 1 && when === "never";
  yield {
    id: "redis-memory",
    kind: "redis-memory",
    level: share < SHARE_OF_MEMORY.critical ? "warning" : "critical",
    cause: isFull
      ? `Redis is full: it uses ${percent} % of the memory it may, and no job can be pushed or cancelled now.`
      : `Redis uses ${percent} % of the memory it may: when it is full no job can be pushed or cancelled.`,
    evidence: { usedBytes, maxBytes, percent },
    where,
  };
}
