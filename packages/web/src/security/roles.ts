/** Who may do what: the one table of the dashboard's actions. */

/** What a user may do: look, repair jobs one by one and by filter, or also what ends or empties things for all. */
export type Role = "viewer" | "operator" | "admin";

/** From the least to the most. */
export const ROLES: readonly Role[] = ["viewer", "operator", "admin"];

/** Who looks at the dashboard. */
export interface User {
  /** As it stands in the corner of the page. */
  readonly name: string;
  /** What the user may do. */
  readonly role: Role;
}

/** The least role that may do it. `job` is one job or several that were ticked, `set` and `fleet` are all there are. */
export const ACTIONS = {
  look: "viewer",
  audit: "viewer",
  "job.retry": "operator",
  "job.edit": "operator",
  "job.add_to_queue": "operator",
  "job.kill": "operator",
  "job.delete": "operator",
  "job.cancel": "operator",
  "job.reschedule": "operator",
  "job.move": "operator",
  "set.retry": "operator",
  "set.add_to_queue": "operator",
  "set.reschedule": "operator",
  "set.move": "operator",
  "set.kill": "admin",
  "set.delete": "admin",
  "queue.pause": "operator",
  "queue.move": "operator",
  "queue.kill": "admin",
  "queue.clear": "admin",
  "process.quiet": "operator",
  "process.stop": "operator",
  "fleet.quiet": "admin",
  "fleet.stop": "admin",
} as const satisfies Readonly<Record<string, Role>>;

/** An action of the dashboard itself. */
export type Action = keyof typeof ACTIONS;

/** The same, or one of a tab, such as `cron.run`. */
export type AnyAction = Action | `${string}.${string}`;

/** Whether a role reaches as far as another. */
export const reaches = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);

/** Whether somebody's answer is a user. */
export const isUser = (value: unknown): value is User => {
  if (typeof value !== "object" || value === null) return false;
  const { name, role } = value as Partial<Record<keyof User, unknown>>;
  return typeof name === "string" && name !== "" && ROLES.some((one) => one === role);
};
