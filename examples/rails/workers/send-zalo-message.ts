/** A text over Zalo, and a line of what became of it. In Ruby: app/jobs/send_zalo_message_job.rb. */
import { defineActiveJob } from "tsq";
import { writeActivityLog, type Contact } from "./crm.ts";
import { deliver, TimeoutError } from "./zalo.ts";

export const sendZaloMessage = defineActiveJob(
  "SendZaloMessageJob",
  {
    queue: "ts_critical",
    retryOn: [{ error: TimeoutError, rubyName: "Zalo::TimeoutError", wait: 5, attempts: 3 }],
  },
  async (job, contact: Contact, text: string, params: Record<string, unknown> = {}) => {
    const messageId = await deliver(contact.zalo_id, { text, params }, job.signal);
    await writeActivityLog({
      kind: "zalo_message",
      contact_id: contact.id,
      metadata: { message_id: messageId, attempt: job.executions, params, language: "typescript" },
    });
  },
);
