/** The audit trail as a page and as files. */
import { AuditTrail } from "@tsq/core/api";
import type { AuditEntry, AuditQuery } from "@tsq/core/api";
import { ANY_CLASS } from "@tsq/core/config";
import { auditCsv, auditJson } from "../audit/table-file.ts";
import { answerPage } from "../frame-of.ts";
import { auditPage } from "../pages/audit.ts";
import { LOOK_COST } from "../request/cost.ts";
import type { Route } from "../route.ts";
import { hiddenClassesOf } from "../security/sight.ts";
import type { Visit } from "../visit.ts";

const PAGE = 50;
// What a spreadsheet takes; whoever keeps more narrows it by the filter.
const MOST_IN_FILE = 100_000;
const CURSOR = /^\d{1,16}-\d{1,20}$/;

const audit: Route = {
  method: "GET",
  path: "/audit",
  action: "audit",
  cost: LOOK_COST,
  answer: async (visit) => {
    const as = visit.query.get("as");
    if (as === "csv" || as === "json") return fileOf(visit, as);
    const { query } = visit;
    const after = query.get("after") ?? "";
    const wanted = wantedBy(query);
    const trail = new AuditTrail(visit.api);
    const isFirst = !CURSOR.test(after);
    const { items, cursor } = await trail.page({
      ...wanted,
      limit: PAGE,
      after: isFirst ? undefined : after,
    });
    const view = {
      entries: await seenBy(visit, items),
      cursor,
      isFirst,
      user: wanted.user ?? "",
      action: wanted.action ?? "",
      outcome: wanted.outcome ?? "",
      ...visit.services.auditLimits,
    };
    return answerPage(visit, (frame) => auditPage(view, frame));
  },
};

const wantedBy = (query: URLSearchParams): Pick<AuditQuery, "user" | "action" | "outcome"> => ({
  user: query.get("user")?.trim() || undefined,
  action: query.get("action") || undefined,
  outcome: (["done", "refused", "failed"] as const).find((one) => one === query.get("outcome")),
});

/** Of what was done to jobs that one may not look at: who, what, how it went and when. */
const seenBy = async (
  { permissions, words, user }: Visit,
  entries: readonly AuditEntry[],
): Promise<readonly AuditEntry[]> => {
  const hidden = await hiddenClassesOf(permissions, entries.flatMap(classesOf));
  if (hidden.size === 0) return entries;
  const subject = words.text("job.hidden");
  const isHidden = (entry: AuditEntry): boolean =>
    classesOf(entry).some((name) => hidden.has(name) && !(name === ANY_CLASS && entry.user === user.name));
  return entries.map((entry) => (isHidden(entry) ? { ...entry, subject, reason: "", note: "" } : entry));
};

/** Also of whoever writes down a filter, and not what it names. */
const classesOf = ({ classes = [], note }: AuditEntry): readonly string[] =>
  classes.length === 0 && /\bclass:/i.test(note) ? [ANY_CLASS] : classes;

const fileOf = async (visit: Visit, as: "csv" | "json"): Promise<Response> => {
  const trail = new AuditTrail(visit.api);
  const wanted = { ...wantedBy(visit.query), signal: visit.signal };
  const entries: AuditEntry[] = [];
  let after: string | undefined;
  do {
    const { items, cursor } = await trail.page({ ...wanted, after, limit: 1_000 });
    entries.push(...items);
    after = cursor;
  } while (after !== undefined && entries.length < MOST_IN_FILE);
  const type = as === "csv" ? "text/csv" : "application/json";
  const seen = await seenBy(visit, entries);
  return new Response(as === "csv" ? auditCsv(seen) : auditJson(seen), {
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "content-disposition": `attachment; filename="tsq-audit.${as}"`,
    },
  });
};

export const AUDIT_ROUTES: readonly Route[] = [audit];
