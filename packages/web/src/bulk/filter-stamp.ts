/** Whether a form brings back the filter that its question was asked with. */
import { createHash } from "node:crypto";

/** Goes with the form. A browser, or what stands between, may change a character: whoever was asked about some must not get others. */
export const stampOf = (filter: string): string =>
  createHash("sha1").update(filter).digest("base64url").slice(0, 16);
