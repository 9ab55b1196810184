/**
 * Whether a request that changes something comes from a page of this dashboard, and not from another site in the same browser.
 *
 * The browser says so: by `Sec-Fetch-Site` (the rule of Sidekiq 8.1), or by `Origin` where that is missing, as over plain
 * HTTP. A token is the last resort, for what sends neither.
 */
import { timingSafeEqual } from "node:crypto";

/** The field of a form that carries the token, as in Rails. */
export const TOKEN_FIELD = "authenticity_token";
/** The same for scripts. */
const TOKEN_HEADER = "x-csrf-token";

/** What is known of the request beside itself. */
export interface Sent {
  /** Origins beside its own: those by which browsers know the dashboard behind a proxy that changes the host. */
  readonly origins: readonly string[];
  /** The token in the browser's cookie. */
  readonly cookie: string | undefined;
  /** The token in the form. */
  readonly field: string | undefined;
}

/** Why a request is refused; undefined when it is from here. */
export const whyForged = (request: Request, { origins, cookie, field }: Sent): string | undefined => {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" ? undefined : `it comes from another site (${site})`;
  const origin = request.headers.get("origin");
  if (origin !== null) {
    return isOwn(origin, request, origins) ? undefined : `it comes from ${origin}`;
  }
  const token = field ?? request.headers.get(TOKEN_HEADER) ?? "";
  return cookie !== undefined && isSame(cookie, token)
    ? undefined
    : "nothing says that it comes from a page of this dashboard";
};

/** By the host alone: a proxy that ends TLS makes another scheme of it. */
const isOwn = (origin: string, request: Request, origins: readonly string[]): boolean => {
  if (origins.includes(origin)) return true;
  try {
    return new URL(origin).host === new URL(request.url).host;
  } catch {
    // `null`, which a sandboxed page sends.
    return false;
  }
};

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && a.length > 0 && timingSafeEqual(a, b);
};
