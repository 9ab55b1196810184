/** The cookies of a request, and those of its answer. */

/** The values by their names; the first of two of one name, as servers read them. */
export const readCookies = (header: string | null): ReadonlyMap<string, string> => {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? "").split(";")) {
    const equals = pair.indexOf("=");
    if (equals < 0) continue;
    const name = pair.slice(0, equals).trim();
    if (!cookies.has(name)) cookies.set(name, decode(pair.slice(equals + 1).trim()));
  }
  return cookies;
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** How long a cookie stays, and where it is sent. */
export interface CookieOptions {
  /** Where the dashboard is mounted. */
  readonly base: string;
  readonly isSecure: boolean;
  /** In seconds; 0 removes it, and without it the cookie goes with the browser. */
  readonly maxAge?: number;
}

/** The header that sets one. No script reads it, and no other site sends it. */
export const cookieHeader = (
  name: string,
  value: string,
  { base, isSecure, maxAge }: CookieOptions,
): string => {
  // Half a pair, as where a text was cut, cannot be encoded.
  const written = encodeURIComponent(value.toWellFormed());
  const parts = [`${name}=${written}`, `Path=${base || "/"}`, "HttpOnly", "SameSite=Lax"];
  if (maxAge !== undefined) parts.push(`Max-Age=${maxAge}`);
  if (isSecure) parts.push("Secure");
  return parts.join("; ");
};
