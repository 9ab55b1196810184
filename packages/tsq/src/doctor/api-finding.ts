/** What the data API finds by itself, as a finding of a check: its cause is not said twice. */
import type { Finding as ApiFinding } from "@tsq/core/api";
import type { Finding, Level, Place } from "./check.ts";

const LEVEL: Readonly<Record<ApiFinding["level"], Level>> = {
  critical: "error",
  warning: "warning",
  note: "note",
};

/** With why it matters and what to do, which the API leaves to its pages. */
export const fromApi = (
  found: ApiFinding,
  said: Pick<Finding, "why" | "remedy">,
  where: Place = { redis: placeOf(found) },
): Finding => ({ level: LEVEL[found.level], where, saw: found.cause, ...said });

/** As the other findings name places, and not by the pages of the dashboard. */
const placeOf = ({ kind, where: { page, name } }: ApiFinding): string => {
  if (page === "redis") return "";
  if (kind === "job-long") return `running job ${name ?? ""}`.trimEnd();
  const [one, all] = PLACES[page];
  return name === undefined ? all : `${one}${name}`;
};

const PLACES = {
  queues: ["queue ", "queues"],
  queue: ["queue ", "queues"],
  busy: ["process ", "processes"],
  retries: ["set retry ", "set retry"],
  scheduled: ["set schedule ", "set schedule"],
  dead: ["set dead ", "set dead"],
  // As `tsq retries` finds them.
  errors: ["errors group:", "errors"],
} as const;
