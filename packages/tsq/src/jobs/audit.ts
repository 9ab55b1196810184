/** What a command has done, in the audit trail that the dashboard keeps. */
import { hostname, userInfo } from "node:os";
import { AuditTrail } from "@tsq/core/api";
import type { ApiConnection } from "@tsq/core/api";
import { terminalText } from "../cli/terminal-text.ts";

export interface Done {
  /** As the dashboard names it: `set.retry`, `queue.pause`. */
  readonly action: string;
  /** To what, in words of Redis. */
  readonly subject: string;
  readonly count: number;
  readonly outcome?: "done" | "failed";
  readonly reason?: string | undefined;
  readonly note?: string;
  /** Those that the note names. */
  readonly classes?: readonly string[];
}

interface Teller {
  /** What is so, and why. */
  readonly warn: (what: string, why: string) => void;
  /** In one line. */
  readonly problemOf: (error: unknown) => string;
}

/** What could not be written is said where something was done, and what was done stays done. */
export const writeAudit = async (
  api: ApiConnection,
  { action, subject, count, outcome = "done", reason = "", note = "", classes }: Done,
  { warn, problemOf }: Teller,
): Promise<void> => {
  const what = { action, outcome, count, subject, reason, note, classes };
  const record = { user: whoever(), role: "terminal", ...what };
  await new AuditTrail(api).write(record).catch((error: Error) => {
    // What refused the deed refuses its entry too. Told beside it, it would read as if the deed were done.
    if (outcome === "failed" && count === 0) return;
    // What Redis has answered is told as it is; of a connection ioredis has words of its own.
    const why = error.name === "ReplyError" ? error.message : problemOf(error);
    warn("It is not in the audit trail", terminalText(why));
  });
};

/** `ada@host`. */
const whoever = (): string => {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A user id without an entry in the system's list, as in containers.
    return `${String(process.getuid?.() ?? "somebody")}@${hostname()}`;
  }
};
