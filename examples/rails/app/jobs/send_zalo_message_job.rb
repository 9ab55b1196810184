# A text over Zalo, and a line of what became of it. In TypeScript: workers/send-zalo-message.ts.
class SendZaloMessageJob < ApplicationJob
  queue_as :critical

  retry_on Zalo::TimeoutError, wait: 5.seconds, attempts: 3

  def perform(contact, text, params = {})
    message_id = Zalo.deliver(contact.zalo_id, text: text, params: params)
    ActivityLog.create!(
      kind: "zalo_message",
      contact: contact,
      metadata: { message_id: message_id, attempt: executions, params: params, language: "ruby" }
    )
  end
end
