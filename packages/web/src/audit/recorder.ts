/** Writes down who did what by this dashboard, and what was refused to whom. */
import { AuditTrail } from "@tsq/core/api";
import type { ApiConnection, ApiOptions, AuditLimits, AuditRecord } from "@tsq/core/api";
import { loggedError } from "@tsq/core/config";
import type { Asked, Subject } from "../security/permissions.ts";
import type { User } from "../security/roles.ts";

/** What a request has come to. */
export interface Deed {
  readonly user: User;
  readonly asked: readonly Asked[];
  readonly outcome: AuditRecord["outcome"];
  /** To how many it was done; undefined where that is as many as were asked for. */
  readonly count?: number | undefined;
  readonly reason: string;
  readonly note?: string | undefined;
}

// Another site in somebody's browser may have any number of requests refused, and anybody may ask for what does nothing:
// they must not drive out what was done.
const NOTHINGS_A_MINUTE = 60;
const MINUTE_MS = 60_000;
const MOST_NAMED = 5;

/** The one who writes, for all visits of a dashboard. */
export class Recorder {
  readonly #trail: AuditTrail;
  readonly #limits: Required<AuditLimits>;
  readonly #logger: ApiOptions["logger"];
  /** How often nothing was done in this minute, by outcome. */
  readonly #nothings = new Map<string, number>();
  #minute = 0;

  constructor(api: ApiConnection, limits: Required<AuditLimits>, logger: ApiOptions["logger"]) {
    this.#trail = new AuditTrail(api);
    this.#limits = limits;
    this.#logger = logger;
  }

  /** Never rejects. False when it could not be written: what was done is done, and that is to be said. */
  async write({ user, asked, outcome, count, reason, note = "" }: Deed): Promise<boolean> {
    const [first] = asked;
    if (!first || this.#limits.most === 0) return true;
    if ((outcome === "refused" || count === 0) && !this.#hasRoomFor(outcome, Date.now())) return true;
    const record: AuditRecord = {
      user: user.name,
      role: user.role,
      action: first.action,
      outcome,
      count: count ?? asked.length,
      subject: subjectText(asked.map(({ subject }) => subject)),
      reason,
      note,
    };
    try {
      await this.#trail.write(record, this.#limits);
      return true;
    } catch (error) {
      this.#logger?.error(
        { ...record, err: loggedError(error) },
        "What was done by the dashboard could not be written down",
      );
      return false;
    }
  }

  #hasRoomFor(outcome: string, nowMs: number): boolean {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#nothings.clear();
    }
    const count = (this.#nothings.get(outcome) ?? 0) + 1;
    this.#nothings.set(outcome, count);
    return count <= NOTHINGS_A_MINUTE;
  }
}

/** What all have in common, and the first few of what they have not. */
export const subjectText = (subjects: readonly Subject[]): string => {
  const fields = ["set", "queue", "class", "identity", "name", "jid"] as const;
  return fields
    .flatMap((field) => {
      const values = [...new Set(subjects.map((subject) => subject[field] ?? ""))].filter(
        (one) => one !== "",
      );
      return values.length > MOST_NAMED ? [...values.slice(0, MOST_NAMED), "…"] : values;
    })
    .join(" ");
};
