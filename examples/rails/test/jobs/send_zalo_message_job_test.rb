require_relative "../test_helper"

class SendZaloMessageJobTest < ActiveSupport::TestCase
  test "what was sent is logged with its metadata" do
    ada = contact

    with_zalo("m1") { SendZaloMessageJob.perform_now(ada, "hi", { "campaign" => 3 }) }

    log = ActivityLog.last
    assert_equal ["zalo_message", ada.id], [log.kind, log.contact_id]
    assert_equal ["m1", 1, { "campaign" => 3 }], log.metadata.values_at(:message_id, :attempt, :params)
  end

  test "parameters are optional" do
    sent = with_zalo("m1") { SendZaloMessageJob.perform_now(contact, "hi") }

    assert_equal({}, sent.first[:params])
  end

  test "a timeout is tried again after five seconds" do
    with_zalo(Zalo::TimeoutError) { SendZaloMessageJob.perform_now(contact, "hi") }

    assert_in_delta 5, enqueued_jobs.last.fetch(:at) - Time.now.to_f, 2
  end

  test "a third timeout fails the job" do
    job = SendZaloMessageJob.new(contact, "hi")

    with_zalo(Zalo::TimeoutError) do
      2.times { job.perform_now }
      assert_raises(Zalo::TimeoutError) { job.perform_now }
    end
  end
end
