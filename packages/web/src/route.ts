/** What answers a path. */
import type { Action } from "./security/roles.ts";
import type { Routed } from "./request/router.ts";
import type { Visit } from "./visit.ts";

/** A path, the action that it is, and its answer. */
export interface Route extends Routed {
  /** What one must be allowed to do. @default "look" */
  readonly action?: Action;
  readonly answer: (visit: Visit) => Promise<Response> | Response;
}
