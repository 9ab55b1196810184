/** What answers a path. */
import type { Routed } from "./request/router.ts";
import type { Subject } from "./security/permissions.ts";
import type { Action, Role } from "./security/roles.ts";
import type { Visit } from "./visit.ts";

interface Answering extends Routed {
  /** How many ordinary requests it counts as, for the limit of a viewer. @default 1 */
  readonly cost?: number | ((visit: Visit) => number);
  /** What it is done to, by what stands in the path. */
  readonly subject?: (params: Readonly<Record<string, string>>) => Subject;
  readonly answer: (visit: Visit) => Promise<Response> | Response;
}

/** An action of the dashboard's table. */
interface OfTable {
  readonly action: Action;
  readonly access?: undefined;
  readonly asks?: undefined;
}

/** An action that is in no table of the dashboard, as those of tabs: its name, and the least role. */
interface OfTab {
  readonly access: readonly [action: string, least: Role];
  readonly action?: undefined;
  readonly asks?: undefined;
}

/** One of several, as the form says; `undefined` is a form that asks for nothing, to which nothing may be done. */
interface OfForm {
  /** The role is held against it before the route answers; of the jobs that it reads the route asks `authorize` itself. */
  readonly asks: (visit: Visit) => Asking | undefined | Promise<Asking | undefined>;
  readonly action?: undefined;
  readonly access?: undefined;
}

interface Looking {
  readonly action?: undefined;
  readonly access?: undefined;
  readonly asks?: undefined;
}

/** What a form wants done, and to what as far as it says so. */
export interface Asking {
  readonly action: Action;
  readonly subject: Subject;
}

/** What shows something; it is the action `look` where it names no other. */
export type GetRoute = Answering & { readonly method: "GET" } & (OfTable | OfTab | Looking);

/** What may change something: it names the action that it is, for without one it would be open to whoever may look. */
export type PostRoute = Answering & { readonly method: "POST" } & (OfTable | OfTab | OfForm);

/** A path, what one must be allowed to do for it, and its answer. */
export type Route = GetRoute | PostRoute;
