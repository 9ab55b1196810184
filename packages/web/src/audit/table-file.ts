/** The audit trail as a file: CSV for a spreadsheet, JSON for a program. */
import type { AuditEntry } from "@tsq/core/api";
import { visible } from "../html/html.ts";

const COLUMNS = ["at", "user", "role", "action", "outcome", "count", "subject", "reason", "note"] as const;

/** A spreadsheet takes what begins so for a formula, and runs it: an apostrophe in front makes it text. */
const FORMULA = /^[=+\-@\t\r]/;

const cell = (value: string | number): string => {
  if (typeof value === "number") return String(value);
  const text = visible(value);
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
};

/** By RFC 4180, with a line of names. */
export const auditCsv = (entries: readonly AuditEntry[]): string =>
  [
    COLUMNS.join(","),
    ...entries.map((entry) =>
      COLUMNS.map((name) => cell(name === "at" ? entry.at.toISOString() : entry[name])).join(","),
    ),
    "",
  ].join("\r\n");

/** A list of objects. */
export const auditJson = (entries: readonly AuditEntry[]): string =>
  JSON.stringify(
    entries.map((entry) =>
      Object.fromEntries(COLUMNS.map((name) => [name, name === "at" ? entry.at.toISOString() : entry[name]])),
    ),
    undefined,
    1,
  );
