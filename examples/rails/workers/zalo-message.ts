/** A template message over Zalo. In Ruby: app/jobs/zalo_message_job.rb. */
import { defineActiveJob } from "tsq";
import { findContact, writeActivityLog } from "./crm.ts";
import { deliver, InvalidTokenError, RateLimitError } from "./zalo.ts";

export const zaloMessage = defineActiveJob(
  "ZaloMessageJob",
  {
    queue: "ts_critical",
    retryOn: [{ error: RateLimitError, wait: "polynomially_longer", attempts: 5 }],
    discardOn: [InvalidTokenError],
  },
  async (job, contactId: number, template: string, params: Record<string, unknown> = {}) => {
    const contact = await findContact(contactId);
    await deliver(contact.zalo_id, { template, params }, job.signal);
    await writeActivityLog({
      kind: "zalo_template",
      contact_id: contact.id,
      metadata: { template, language: "typescript" },
    });
  },
);
