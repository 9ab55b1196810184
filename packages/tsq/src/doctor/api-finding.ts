/** What the data API finds by itself, as a finding of a check: its cause is not said twice. */
import type { Finding as ApiFinding, FindingPlace } from "@tsq/core/api";
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
  where: Place = { redis: placeOf(found.where) },
): Finding => ({ level: LEVEL[found.level], where, saw: found.cause, ...said });

const placeOf = ({ page, name }: FindingPlace): string => {
  if (page === "redis") return "";
  return name === undefined ? page : `${page} ${name}`;
};
