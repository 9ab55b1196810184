/** Whether a page still shows the same: its ETag, for those that ask again every few seconds. */
import { createHash } from "node:crypto";

/** What the page's script sends with its looks. */
export const LIVE_HEADER = "x-tsq-live";

// The script keeps words such as "6 min ago" fresh by itself, and the clock of the frame is in no region that it renews.
// Text from Redis has no `<` in a page, so nothing that looks like these can come from there.
const NOW = / data-now="[^"]*"/;
const FRAME_CLOCK = /<time datetime="[^"]*" title="[^"]*">\d\d:\d\d UTC[^<]*<\/time>/;
const RELATIVE = /(<time datetime="[^"]*"[^>]*data-rel>)[^<]*/g;

/** The same for two pages that differ only in what the script knows better. */
export const pageTag = (text: string): string => {
  // Both of the frame stand before all else: the rest of a long page is not copied for them.
  const main = Math.max(0, text.indexOf("<main "));
  const frame = text.slice(0, main).replace(NOW, "").replace(FRAME_CLOCK, "");
  const still = text.slice(main).replace(RELATIVE, "$1");
  return `W/"${createHash("sha1").update(frame).update(still).digest("base64url").slice(0, 20)}"`;
};

/** A page for whoever looks again: nothing but the tag, when it is what they have. */
export const answerLive = (
  text: string,
  request: Request,
  headers: Readonly<Record<string, string>>,
): Response => {
  if (!request.headers.has(LIVE_HEADER)) return new Response(bytesOf(text), { headers });
  const etag = pageTag(text);
  if (request.headers.get("if-none-match") === etag)
    return new Response(null, { status: 304, headers: { etag } });
  return new Response(bytesOf(text), { headers: { ...headers, etag } });
};

/** Of a text a Response makes another one first, character by character: of a page of half a megabyte that is a tenth of its time. */
const bytesOf = (text: string) => new TextEncoder().encode(text);
