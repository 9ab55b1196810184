/** What every answer carries, whatever it is. */

/**
 * Nothing inline, and nothing from anywhere else: markup that got through would have no script to run and nowhere to
 * send anything. No nonce is needed, for no page has a script or a style of its own.
 */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
  "base-uri 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  // Jobs hold what a company knows of people: no page of theirs stays in a cache. Assets say otherwise themselves.
  "cache-control": "no-store",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "x-robots-tag": "noindex",
};

/** Adds them, except where the answer says something else. */
export const withSecurityHeaders = (response: Response): Response => {
  // A copy: nothing can be added to what `Response.redirect()` or `fetch()` has answered, which an `auth` may hand on.
  const sent = new Response(response.body, response);
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!sent.headers.has(name)) sent.headers.set(name, value);
  }
  return sent;
};
