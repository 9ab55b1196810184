/** What a job in a list is known by while it stays there. */
import { createHash } from "node:crypto";
import type { JobPlace } from "@tsq/core/api";

export const keyOfJob = (at: JobPlace): string => {
  if (at.place === "running") return `${at.identity} ${at.work?.tid ?? ""} ${at.job.jid ?? ""}`;
  if (at.place === "queue") return at.job.jid ?? createHash("sha1").update(at.job.bytes).digest("hex");
  return at.job.id;
};
