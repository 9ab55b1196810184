/** The processes that share this Redis: what each takes jobs from, and what it says it can run. */
import { readClassList } from "../wire/class-list.ts";
import type { ClassList } from "../wire/class-list.ts";
import { classesKey, PROCESSES } from "../wire/keys.ts";
import type { Redis } from "./connect.ts";
import { isRubyVersion, serves } from "./serving.ts";

/** A process that is alive. */
export interface Member {
  readonly identity: string;
  /** A process of Ruby, which does not say what it can run. */
  readonly isRuby: boolean;
  readonly queues: readonly string[];
  /** It takes no more jobs. */
  readonly isQuiet: boolean;
  /** Undefined of Ruby, and of a process whose list is not there. */
  readonly classes: ClassList | undefined;
}

/** Who can run a class that is in a queue. */
export type Runners =
  /** These say so. */
  | { readonly kind: "yes"; readonly identities: readonly string[] }
  /** Every process that serves the queue says what it can run, and this is not among it; also when there is no process. */
  | { readonly kind: "nobody" }
  /** Nobody says so, and not all tell. */
  | {
      readonly kind: "unknown";
      /** Processes of Ruby that serve the queue: what they can run they do not say. */
      readonly ruby: readonly string[];
    };

/**
 * Those whose record is there; what is no record of a process is nobody.
 *
 * @throws what Redis refuses: who may not look must not take others for nobody
 */
export const readMembers = async (redis: Redis): Promise<readonly Member[]> => {
  const identities = await redis.smembers(PROCESSES);
  if (identities.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const identity of identities) pipeline.hmget(identity, "info", "quiet");
  pipeline.mget(identities.map(classesKey));
  const replies = (await pipeline.exec()) ?? [];
  const refused = replies.find(([error]) => error && !error.message.startsWith("WRONGTYPE"))?.[0];
  if (refused) throw refused;
  const lists = (replies[identities.length]?.[1] ?? []) as readonly (string | null)[];
  return identities.flatMap((identity, i) => {
    const [info, quiet] = (replies[i]?.[1] ?? []) as readonly (string | null)[];
    const record = recordOf(info);
    if (!record) return [];
    const isRuby = isRubyVersion(record.version);
    const classes = isRuby ? undefined : readClassList(lists[i]);
    return [{ identity, isRuby, queues: record.queues, isQuiet: quiet === "true", classes }];
  });
};

/**
 * Who can run jobs of a class: `nobody` is only said when no process of Ruby serves the queue, and no list is cut or
 * missing.
 *
 * @param classes the job's class, and what it wraps if it wraps another
 */
export const runnersOf = (members: readonly Member[], classes: readonly string[], queue: string): Runners => {
  const serving = members.filter((member) => serves(member, queue));
  const able = serving.filter(({ classes: list }) => list?.names.some((name) => classes.includes(name)));
  if (able.length > 0) return { kind: "yes", identities: able.map(({ identity }) => identity) };
  if (serving.every((member) => member.classes?.isCut === false)) return { kind: "nobody" };
  return { kind: "unknown", ruby: serving.filter(({ isRuby }) => isRuby).map(({ identity }) => identity) };
};

const recordOf = (
  info: string | null | undefined,
): { readonly version: string; readonly queues: readonly string[] } | undefined => {
  if (typeof info !== "string") return undefined;
  try {
    const { version, queues } = JSON.parse(info) as Readonly<Record<string, unknown>>;
    return {
      version: typeof version === "string" ? version : "",
      queues: Array.isArray(queues) ? queues.filter((name) => typeof name === "string") : [],
    };
  } catch {
    // A process record that is no JSON says nothing.
    return undefined;
  }
};
