# A template message over Zalo. In TypeScript: workers/zalo-message.ts.
class ZaloMessageJob < ApplicationJob
  queue_as :critical

  retry_on Zalo::RateLimitError, wait: GROWING, attempts: 5
  discard_on Zalo::InvalidTokenError

  def perform(contact_id, template_id, params = {})
    contact = Contact.find(contact_id)
    Zalo.deliver(contact.zalo_id, template: template_id, params: params)
    ActivityLog.create!(kind: "zalo_template", contact: contact, metadata: { template: template_id, language: "ruby" })
  end
end
