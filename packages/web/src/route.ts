/** What answers a path. */
import type { Routed } from "./request/router.ts";
import type { Subject } from "./security/permissions.ts";
import type { Action, Role } from "./security/roles.ts";
import type { Visit } from "./visit.ts";

/** A path, the action that it is, and its answer. */
export interface Route extends Routed {
  /** What one must be allowed to do; of a route that does one of several things, it asks for itself. @default "look" */
  readonly action?: Action;
  /** The same of an action that is in no table of the dashboard, as those of tabs: its name, and the least role. */
  readonly access?: readonly [action: string, least: Role];
  /** How many ordinary requests it counts as, for the limit of a viewer. @default 1 */
  readonly cost?: number | ((visit: Visit) => number);
  /** What it is done to, by what stands in the path. */
  readonly subject?: (params: Readonly<Record<string, string>>) => Subject;
  readonly answer: (visit: Visit) => Promise<Response> | Response;
}
