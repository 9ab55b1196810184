/** Writes down who did what by this dashboard, and what was refused to whom. */
import { AuditTrail } from "@tsq/core/api";
import type { ApiConnection, ApiOptions, AuditLimits, AuditRecord } from "@tsq/core/api";
import { loggedError } from "@tsq/core/config";
import type { Asked, Subject } from "../security/permissions.ts";
import { classesIn } from "../security/sight.ts";
import type { User } from "../security/roles.ts";
import { Nothings } from "./nothings.ts";

/** What a request has come to. */
export interface Deed {
  readonly user: User;
  readonly asked: readonly Asked[];
  readonly outcome: AuditRecord["outcome"];
  /** To how many it was done; undefined where that is as many as were asked for. */
  readonly count?: number | undefined;
  /** Whether it is a step, such as a beginning, of what is written down with its count when it has ended. @default false */
  readonly isStep?: boolean;
  readonly reason: string;
  readonly note?: string | undefined;
  /** Which jobs it was asked of all of, as the note says it. */
  readonly filter?: string | undefined;
}

const MOST_NAMED = 5;

/** The one who writes, for all visits of a dashboard. */
export class Recorder {
  readonly #trail: AuditTrail;
  readonly #limits: Required<AuditLimits>;
  readonly #logger: ApiOptions["logger"];
  readonly #nothings: Nothings;
  readonly #isReplica: () => Promise<boolean>;

  constructor(
    api: ApiConnection,
    limits: Required<AuditLimits>,
    logger: ApiOptions["logger"],
    isReplica: () => Promise<boolean>,
  ) {
    this.#isReplica = isReplica;
    this.#trail = new AuditTrail(api);
    this.#limits = limits;
    this.#logger = logger;
    this.#nothings = new Nothings(limits.most);
  }

  /** Never rejects. False when it could not be written: what was done is done, and that is to be said. */
  async write({
    user,
    asked,
    outcome,
    count,
    isStep = false,
    reason,
    note = "",
    filter = "",
  }: Deed): Promise<boolean> {
    const [first] = asked;
    if (!first || this.#limits.most === 0) return true;
    const isNothing = outcome === "refused" || (count === 0 && !isStep);
    // A replica refuses the entry, upon which the connection is made anew, under whatever others have asked of it.
    if (outcome === "refused" && (await this.#isReplica().catch(() => false))) return true;
    if (isNothing && !this.#nothings.takes(user, outcome, Date.now())) return true;
    await this.#writeUntold();
    return this.#write({
      user: user.name,
      role: user.role,
      action: first.action,
      outcome,
      count: count ?? asked.length,
      subject: subjectText(asked.map(({ subject }) => subject)),
      reason,
      note,
      classes: [...new Set([...asked.flatMap(({ subject }) => subject.class ?? []), ...classesIn(filter)])],
    });
  }

  /** Writes how many were not written down by then. Never rejects. */
  async close(): Promise<void> {
    if (this.#limits.most > 0) await this.#writeUntold(true);
  }

  async #writeUntold(isLast = false): Promise<void> {
    for (const { user, outcome, count } of this.#nothings.untold(Date.now(), isLast)) {
      await this.#write({
        user: user.name,
        role: user.role,
        action: "request",
        outcome,
        count: 0,
        subject: "",
        reason: "",
        note: `${count} more like these were not written down`,
      });
    }
  }

  async #write(record: AuditRecord): Promise<boolean> {
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
