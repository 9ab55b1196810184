require_relative "../test_helper"

class ReliableJobTest < ActiveSupport::TestCase
  test "any error is tried again" do
    perform_enqueued_jobs { ReliableJob.perform_later(contact, "flaky") }

    assert_equal 2, ActivityLog.last.metadata[:attempt]
  end

  test "a record that is gone discards the job" do
    gone = contact
    ReliableJob.perform_later(gone)
    gone.destroy!

    ActiveJob::Base.execute(enqueued_jobs.shift)

    assert_empty enqueued_jobs
    assert_empty ActivityLog.all
  end

  test "a custom error tells an admin, and ends the job" do
    perform_enqueued_jobs { ReliableJob.perform_later(contact, "custom") }

    mail = ActionMailer::Base.deliveries.last
    assert_equal [["admin@example.com"], "Ada needs an admin"], [mail.to, mail.body.to_s]
    assert_empty enqueued_jobs
  end
end
