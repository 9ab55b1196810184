/** Asks an `auth` of the dashboard who sends a request. */
import type { Auth, User } from "tsq/web";

export const askAuth = (
  auth: Auth,
  headers: Readonly<Record<string, string>> = {},
  remoteAddress: string | undefined = "203.0.113.7",
): ReturnType<Auth> => auth(new Request("http://tsq.internal/", { headers }), { remoteAddress });

/** The status of an answer, or the user. */
export const outcomeOf = async (answer: ReturnType<Auth>): Promise<number | User | null | undefined> => {
  const found = await answer;
  return found instanceof Response ? found.status : found;
};
