/** Whether a job is the one that is looked for, among many. */
import type { JobRecord } from "./job-record.ts";

/** Most jobs are no match, and need not be parsed to see that: JSON writes these characters in one way only. */
const PLAIN = /^[\w.:~-]+$/;

/** By the job. */
export const matchOf = (jid: string): ((job: JobRecord) => boolean) =>
  PLAIN.test(jid) ? (job) => job.bytes.includes(jid) && job.jid === jid : (job) => job.jid === jid;

/** By text that has the job's payload in it, as JSON in JSON as well: `false` is certain, `true` is to be looked at. */
export const mayHold = (jid: string): ((text: string) => boolean) =>
  PLAIN.test(jid) ? (text) => text.includes(jid) : () => true;
