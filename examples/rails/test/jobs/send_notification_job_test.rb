require_relative "../test_helper"

class SendNotificationJobTest < ActiveSupport::TestCase
  test "a notification is in the user's log" do
    SendNotificationJob.perform_now(7, "hello")

    log = ActivityLog.last
    assert_equal ["notification", 7, "hello"], [log.kind, log.user_id, log.metadata[:message]]
  end

  test "it is enqueued to default" do
    assert_enqueued_with(job: SendNotificationJob, args: [7, "hello"], queue: "default") do
      SendNotificationJob.perform_later(7, "hello")
    end
  end
end
