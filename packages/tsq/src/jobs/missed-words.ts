/** Why an instant of a cron entry was missed, wherever it is told of. */
import type { MissedReason } from "@tsq/cron";

export const MISSED: Readonly<Record<MissedReason, string>> = {
  // A process that was there, but frozen, has not looked either.
  nobody: "no process looked in time",
  died: "the process that took it died",
  redis: "Redis was away or refused it",
  left: "left to Ruby, which did not fire it",
};
