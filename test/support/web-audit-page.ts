/** The audit trail with names that an attacker chose. */
import { auditPage } from "./inside-web.ts";
import type { Frame, Page } from "./inside-web.ts";

const NOW = Date.UTC(2026, 10, 27, 14, 32, 8);
const HOSTILE = "<img src=x onerror=alert(1)>\u202eJob";

/** `/audit`, with what was done, refused and what failed. */
export const AUDIT_PAGE = (frame: Frame): Page =>
  auditPage(
    {
      entries: (["done", "refused", "failed"] as const).map((outcome, i) => ({
        id: `1-${i}`,
        at: new Date(NOW - i * 60_000),
        user: HOSTILE,
        role: "operator",
        action: i === 0 ? HOSTILE : "job.retry",
        outcome,
        count: 1_300,
        subject: HOSTILE,
        reason: HOSTILE,
        note: HOSTILE,
      })),
      user: HOSTILE,
      action: "job.retry",
      outcome: "",
      cursor: "1-0",
      isFirst: true,
      most: 10_000,
      days: 180,
    },
    frame,
  );
