require_relative "../test_helper"

class ZaloMessageJobTest < ActiveSupport::TestCase
  test "the template and its parameters are sent" do
    ada = contact

    sent = with_zalo("m1") { ZaloMessageJob.perform_now(ada.id, "hello", { "name" => "Ada" }) }

    assert_equal [{ to: "z-ada", template: "hello", params: { "name" => "Ada" } }], sent
    assert_equal "zalo_template", ActivityLog.last.kind
  end

  test "a rate limit is tried five times, after waits that grow" do
    ada = contact
    waits = []

    error = assert_raises(Zalo::RateLimitError) do
      with_zalo(Zalo::RateLimitError) do
        job = ZaloMessageJob.new(ada.id, "hello")
        5.times do
          enqueued_jobs.clear
          job.perform_now
          waits << enqueued_jobs.last.fetch(:at) - Time.now.to_f
        end
      end
    end

    assert_equal "from the test", error.message
    assert_equal 4, waits.size
    # executions ** 4 + 2, and up to 15 % more by chance.
    [3, 18, 83, 258].zip(waits) { |least, wait| assert_includes (least - 1)..(least * 1.15 + 1), wait }
  end

  test "a token that is not valid discards the job" do
    ada = contact

    with_zalo(Zalo::InvalidTokenError) { ZaloMessageJob.perform_now(ada.id, "hello") }

    assert_empty enqueued_jobs
    assert_empty ActivityLog.all
  end

  test "it is enqueued to critical" do
    assert_enqueued_with(job: ZaloMessageJob, queue: "critical") { ZaloMessageJob.perform_later(1, "hello") }
  end
end
