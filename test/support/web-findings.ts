/** Findings of every level, with names that an attacker chose. */
import type { Finding } from "@tsq/core/api";

const HOSTILE = "<img src=x onerror=alert(1)>\u202eJob";

export const FINDINGS: readonly Finding[] = [
  {
    id: "a",
    kind: "queue-late",
    level: "critical",
    cause: "",
    evidence: { queue: HOSTILE, size: 1_284, latency: 252, goal: 30 },
    where: { page: "queue", name: HOSTILE },
  },
  {
    id: "b",
    kind: "class-unrunnable",
    level: "critical",
    cause: "",
    evidence: { queue: "critical", class: HOSTILE, count: 7 },
    where: { page: "queue", name: "critical", filter: `class:"${HOSTILE}"` },
  },
  {
    id: "c",
    kind: "error-growing",
    level: "warning",
    cause: "",
    evidence: { group: "5f0c", class: HOSTILE, error: HOSTILE, recent: 40, before: 2, sample: 400 },
    where: { page: "errors", name: "5f0c", filter: "group:5f0c" },
  },
  {
    id: "d",
    kind: "redis-evicts",
    level: "note",
    cause: "",
    evidence: { evictionPolicy: HOSTILE, maxBytes: 0, evictedKeys: 0 },
    where: { page: "redis" },
  },
];
