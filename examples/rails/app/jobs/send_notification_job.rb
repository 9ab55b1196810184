class SendNotificationJob < ApplicationJob
  queue_as :default

  def perform(user_id, message)
    ActivityLog.create!(kind: "notification", user_id: user_id, metadata: { message: message })
  end
end
