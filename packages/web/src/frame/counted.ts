/** What was counted of a list at one time, for all who look. */
import type { Facets } from "@tsq/core/api";
import type { SetChart } from "../pages/set-chart.ts";

/** Its classes, queues, errors and tags, and of a set when its jobs are due or have died. */
export interface Counted {
  readonly facets: Facets;
  readonly chart: SetChart | undefined;
}
