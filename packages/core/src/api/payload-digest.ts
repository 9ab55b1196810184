/** A payload by a few letters, for forms and questions that cannot carry all of its bytes. */
import { createHash } from "node:crypto";

export const payloadDigest = (bytes: Buffer): string =>
  createHash("sha1").update(bytes).digest("hex").slice(0, 16);
