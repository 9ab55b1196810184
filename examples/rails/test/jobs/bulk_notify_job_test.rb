require_relative "../test_helper"

class BulkNotifyJobTest < ActiveSupport::TestCase
  test "each user gets one notification" do
    BulkNotifyJob.perform_now((1..250).to_a, "news")

    assert_equal (1..250).map { |id| [id, "news"] }, enqueued_jobs.map { |job| job["arguments"] }
  end

  test "a hundred are enqueued at a time" do
    skip "Rails #{Rails.version} enqueues one by one" unless ActiveJob.respond_to?(:perform_all_later)
    sizes = []
    watch = ->(*, payload) { sizes << payload[:jobs].size }

    ActiveSupport::Notifications.subscribed(watch, "enqueue_all.active_job") do
      BulkNotifyJob.perform_now((1..250).to_a, "news")
    end

    assert_equal [100, 100, 50], sizes
  end
end
