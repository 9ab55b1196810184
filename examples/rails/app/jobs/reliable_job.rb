# Everything is retried, except what cannot get better.
class ReliableJob < ApplicationJob
  class CustomError < StandardError; end

  queue_as :low

  # The last line that fits an error wins: the general one comes first.
  retry_on StandardError, wait: 1.second, attempts: 3
  discard_on ActiveJob::DeserializationError
  rescue_from(CustomError) { |error| CrmMailer.alert(error.message).deliver_later }

  def perform(contact, mode = "ok")
    raise CustomError, "#{contact.name} needs an admin" if mode == "custom"
    raise "not the first time" if mode == "flaky" && executions == 1

    ActivityLog.create!(kind: "reliable", contact: contact, metadata: { mode: mode, attempt: executions })
  end
end
