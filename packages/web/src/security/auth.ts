/** How the dashboard learns who sends a request. */
import { plain } from "../answers.ts";
import type { Arrival } from "../request/arrival.ts";
import { whyNotLoopback } from "./loopback.ts";
import { isUser } from "./roles.ts";
import type { User } from "./roles.ts";

/**
 * Says who sends a request: a user, or null for nobody who may see the dashboard. A Response is sent as it is, such as one
 * that leads to a login.
 */
export type Auth = (
  request: Request,
  arrival: Arrival,
) => User | Response | null | undefined | Promise<User | Response | null | undefined>;

/** Who sits at the machine itself may do everything: whoever can start processes there can do as much. */
const LOCAL: User = { name: "local", role: "admin" };

/** The user, or the answer to somebody who is none. */
export const admit = async (
  request: Request,
  arrival: Arrival,
  auth: Auth | undefined,
): Promise<User | Response> => {
  if (!auth) {
    const why = whyNotLoopback(request, arrival);
    if (why === undefined) return LOCAL;
    return plain(
      `This dashboard answers its own machine alone, for \`createWeb()\` was given no \`auth\`: ${why}.`,
      403,
    );
  }
  const found = await auth(request, arrival);
  if (found instanceof Response || isUser(found)) return found;
  if (found === null || found === undefined) return plain("You may not see this dashboard.", 401);
  // A promise that was forgotten, a role that does not exist: nobody is let in for it.
  throw new TypeError(
    "Expected `auth` to answer `{ name, role }` with the role viewer, operator or admin, or null; it answered something else.",
  );
};
