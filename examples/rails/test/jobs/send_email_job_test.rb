require_relative "../test_helper"

class SendEmailJobTest < ActiveSupport::TestCase
  test "a welcome is sent at once" do
    SendEmailJob.perform_now("welcome", user("Ann").id)

    assert_equal ["Welcome, Ann"], ActionMailer::Base.deliveries.last(1).map(&:subject)
  end

  test "an assignment names the contact of its options" do
    SendEmailJob.perform_now(:contact_assigned, user("Ann").id, { contact_id: contact.id })

    assert_equal "Ada is yours", ActionMailer::Base.deliveries.last.subject
  end

  test "a digest is a mailer job of its own, on mailers" do
    SendEmailJob.perform_now("digest", user("Ann").id)

    assert_equal ["ActionMailer::MailDeliveryJob", "mailers"], enqueued_jobs.last.values_at("job_class", "queue_name")
  end

  test "a type that nobody knows fails the job" do
    error = assert_raises(ArgumentError) { SendEmailJob.perform_now("nonsense", user("Ann").id) }

    assert_equal "unknown email type: nonsense", error.message
  end
end
