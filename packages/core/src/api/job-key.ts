/** What names a job in links and forms: its jid, or a digest of its bytes where it has none that anybody would write down. */
import { createHash } from "node:crypto";
import type { JobRecord } from "./job-record.ts";

/** Sidekiq's have 24 characters. One of megabytes would stand in a page several times a row. */
export const LONGEST_JID = 255;

export const keyOf = ({ jid, bytes }: Pick<JobRecord, "jid" | "bytes">): string =>
  jid !== undefined && jid.length <= LONGEST_JID ? jid : createHash("sha1").update(bytes).digest("hex");
