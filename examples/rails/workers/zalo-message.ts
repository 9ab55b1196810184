/** A template message over Zalo. In Ruby: app/jobs/zalo_message_job.rb. */
import { defineActiveJob } from "tsq";
import { findContact, writeActivityLog } from "./crm.ts";
import { deliver, InvalidTokenError, RateLimitError } from "./zalo.ts";

export const zaloMessage = defineActiveJob(
  "ZaloMessageJob",
  {
    queue: "ts_critical",
    // Under Ruby's name for the error, so that an attempt in either language counts on what the other has counted.
    retryOn: [
      {
        error: RateLimitError,
        rubyName: "Zalo::RateLimitError",
        wait: "polynomially_longer",
        attempts: 5,
        jitter: 0.15,
      },
    ],
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
