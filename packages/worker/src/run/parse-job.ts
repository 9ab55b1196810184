/** Reads what was fetched as a job. */
import { MalformedPayloadError } from "@tsq/core";
import type { RawPayload } from "@tsq/core";
import { parsePayload, shown } from "@tsq/core/protocol";

/** @throws MalformedPayloadError when it is no JSON object, or its class is no text */
export const parseJob = (text: string): RawPayload => {
  const payload = parsePayload(text);
  if (typeof payload["class"] === "string") return payload;
  throw new MalformedPayloadError(
    `Expected a job's \`class\` to be a string, got ${shown(payload["class"])}.`,
  );
};
