/** The sets by the names that commands have for them. */
import { DeadSet, RetrySet, ScheduledSet } from "@tsq/core/api";
import type { ApiConnection } from "@tsq/core/api";

export type SetName = "retry" | "dead" | "scheduled";

const OPEN = {
  retry: (api: ApiConnection) => new RetrySet(api),
  dead: (api: ApiConnection) => new DeadSet(api),
  scheduled: (api: ApiConnection) => new ScheduledSet(api),
} as const;

export const openSet = (api: ApiConnection, name: SetName): RetrySet | DeadSet | ScheduledSet =>
  OPEN[name](api);

/** As on the dashboard: what is due first, and who died last. */
export const orderOf = (name: SetName): "asc" | "desc" => (name === "dead" ? "desc" : "asc");
