/** Who did what, on how many, why and when: what Sidekiq does not keep. */
import { ConfigError } from "../../errors.ts";
import { firstRefusal } from "../../redis/first-refusal.ts";
import { shown } from "../../report/inspect.ts";
import { AUDIT } from "../../wire/keys.ts";
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import { LAST_MS } from "../dates.ts";
import { ANY_CLASS } from "./named-classes.ts";
import { numberOf, repliesOf } from "../replies.ts";

/** What somebody has done, or was not allowed to do. */
export interface AuditRecord {
  /** Who: the name by which a dashboard knows them. */
  readonly user: string;
  /** What they may do: `viewer`, `operator`, `admin`, or what a program says of itself. */
  readonly role: string;
  /** What was done, such as `job.retry`. */
  readonly action: string;
  /** `failed` is what broke off: part of it may be done. */
  readonly outcome: "done" | "refused" | "failed";
  /** To how many. */
  readonly count: number;
  /** To what, in words of Redis: `retry default HardJob 4f2…`. */
  readonly subject: string;
  /** Why, by whoever did it; may be empty. */
  readonly reason: string;
  /** Why it was refused, or what it failed with; may be empty. */
  readonly note: string;
  /** The classes of jobs that `subject` and `note` name, at most ten, and `*` for those that nobody can tell: who may not look at them is not to read these. @default none */
  readonly classes?: readonly string[] | undefined;
}

/** A record with its place in the trail. */
export interface AuditEntry extends AuditRecord {
  /** By which the next page begins. */
  readonly id: string;
  /** By the clock of Redis. */
  readonly at: Date;
}

/** How much is kept. */
export interface AuditLimits {
  /** So many entries, the newest. @default 10_000 */
  readonly most?: number;
  /** For so many days. @default 180 */
  readonly days?: number;
}

/** Which part of the trail to read. */
export interface AuditQuery {
  /** Only of this user. */
  readonly user?: string | undefined;
  /** Only this action, or all that begin with it and a dot. */
  readonly action?: string | undefined;
  /** Only with this outcome. */
  readonly outcome?: AuditRecord["outcome"] | undefined;
  /** What the page before answered as `cursor`. */
  readonly after?: string | undefined;
  /** From 1 to 1,000. @default 50 */
  readonly limit?: number;
  /** Ends it: it rejects with the signal's reason. @default nobody ends it */
  readonly signal?: AbortSignal | undefined;
}

/** A part of the trail, the newest first. */
export interface AuditPage {
  readonly items: readonly AuditEntry[];
  /** Where the next page begins; undefined at the end. */
  readonly cursor: string | undefined;
}

const SLICE = 500;
// As many as are kept where nobody asks for more. A page that is open asks for them every few seconds.
const MOST_SLICES = 20;
const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1_000;
/** What a dashboard may keep at most, by `auditMost`. */
const MOST = 1_000_000;
const LONGEST = 500;
const MOST_CLASSES = 10;
const FIELDS = ["user", "role", "action", "outcome", "count", "subject", "reason", "note"] as const;

/**
 * What was done by dashboards, in the stream `tsq:audit`.
 *
 * @example
 * const { items } = await new AuditTrail({ redis }).page({ user: "mira" });
 */
export class AuditTrail extends ApiObject {
  constructor(source: ApiSource = {}) {
    super(source);
  }

  /**
   * Adds a record, its texts up to 500 characters each, and forgets what is beyond the limits. Who names none forgets nothing
   * that others want to keep, up to a million entries: how much that is the dashboards decide.
   *
   * @throws what Redis refuses it with
   */
  async write(record: AuditRecord, limits?: AuditLimits): Promise<void> {
    const { most = limits ? 10_000 : MOST, days = 180 } = limits ?? {};
    const fields = FIELDS.flatMap((name) => [name, String(record[name]).slice(0, LONGEST).toWellFormed()]);
    const { classes = [] } = record;
    const told = classes.filter((name) => name.length <= LONGEST).slice(0, MOST_CLASSES);
    // What was cut would name another one, and of more nobody could say that they are named.
    if (told.length < classes.length) told.splice(MOST_CLASSES - 1, 1, ANY_CLASS);
    const named = told.map((name) => name.toWellFormed());
    if (named.length > 0) fields.push("classes", JSON.stringify(named));
    const writing = this.api.redis.multi().xadd(AUDIT, "MAXLEN", "=", most, "*", ...fields);
    if (limits) writing.xtrim(AUDIT, "MINID", "=", Math.max(0, Date.now() - days * DAY_MS));
    const isToLast = limits !== undefined || (await this.api.redis.ttl(AUDIT)) < days * DAY_SECONDS;
    if (isToLast) writing.expire(AUDIT, days * DAY_SECONDS);
    const replies = await writing.exec().catch(firstRefusal);
    // A key that is no stream as well: what was not written must not seem to be.
    const refused = replies?.find(([error]) => error)?.[0];
    if (refused) throw refused;
  }

  /**
   * Reads a part, the newest first. It looks at 10,000 entries at most: where few are meant there may be fewer than `limit`, or
   * none, and a cursor to go on from.
   *
   * @throws ConfigError when the limit is out of range, or `after` is no cursor. The signal's reason once it is aborted
   */
  async page({ after, limit = 50, signal, ...wanted }: AuditQuery = {}): Promise<AuditPage> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
      throw new ConfigError(`Expected \`limit\` to be an integer from 1 to 1000, got ${shown(limit)}.`);
    }
    if (after !== undefined && !/^\d{1,16}-\d{1,20}$/.test(after)) {
      throw new ConfigError(`Expected \`after\` to be a cursor of the page before, got ${shown(after)}.`);
    }
    const items: AuditEntry[] = [];
    let cursor = after;
    for (let slices = 1; ; slices++) {
      signal?.throwIfAborted();
      const slice = await this.#slice(cursor);
      for (const entry of slice) {
        if (items.length === limit) return { items, cursor: items.at(-1)?.id };
        if (isMeant(entry, wanted)) items.push(entry);
      }
      cursor = slice.at(-1)?.id;
      if (slice.length < SLICE || cursor === undefined) return { items, cursor: undefined };
      if (slices === MOST_SLICES) return { items, cursor };
    }
  }

  async #slice(after: string | undefined): Promise<readonly AuditEntry[]> {
    const end = after === undefined ? "+" : `(${after}`;
    const [reply] = await repliesOf(this.api.redis.pipeline().xrevrange(AUDIT, end, "-", "COUNT", SLICE));
    // A list of pairs, or nothing where the key is none of ours.
    return ((reply ?? []) as readonly (readonly [string, readonly string[]])[]).map(entryOf);
  }
}

const entryOf = ([id, flat]: readonly [string, readonly string[]]): AuditEntry => {
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(flat[i] ?? "", flat[i + 1] ?? "");
  const text = (name: string): string => fields.get(name) ?? "";
  const outcome = text("outcome");
  return {
    id,
    at: new Date(Math.min(numberOf(id.split("-")[0]), LAST_MS)),
    user: text("user"),
    role: text("role"),
    action: text("action"),
    outcome: outcome === "refused" || outcome === "failed" ? outcome : "done",
    count: numberOf(text("count")),
    subject: text("subject"),
    reason: text("reason"),
    note: text("note"),
    classes: classesIn(text("classes")),
  };
};

/** What others have written may be anything. */
const classesIn = (text: string): readonly string[] => {
  try {
    const list: unknown = JSON.parse(text === "" ? "[]" : text);
    return Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
};

const isMeant = (
  entry: AuditEntry,
  { user, action, outcome }: Pick<AuditQuery, "user" | "action" | "outcome">,
): boolean =>
  (user === undefined || entry.user === user) &&
  (action === undefined || entry.action === action || entry.action.startsWith(`${action}.`)) &&
  (outcome === undefined || entry.outcome === outcome);
