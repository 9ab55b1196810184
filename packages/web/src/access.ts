/** Whether whoever sends a request may take the route that it leads to. */
import type { Route } from "./route.ts";
import type { Reason } from "./security/permissions.ts";
import type { Visit } from "./visit.ts";

/** Why not, in a sentence; undefined when it may be answered. */
export const whyRefused = async (route: Route, visit: Visit): Promise<Reason> => {
  const { permissions, params } = visit;
  const subject = route.subject?.(params);
  if (route.access) {
    const [action, least] = route.access;
    return permissions.whyNeeding(least, action, subject);
  }
  const why = await permissions.why(route.action ?? "look", subject);
  if (why !== undefined) return why;
  const asked = await route.asks?.(visit);
  return asked && permissions.whyRole(asked.action, asked.subject);
};
