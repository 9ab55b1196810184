require_relative "../test_helper"

# On Redis: runs where REDIS_URL names one whose database may be emptied.
class DeadJobsTest < ActiveSupport::TestCase
  setup do
    skip "CRM_TEST_REDIS=1 lets it empty the database of REDIS_URL" unless ENV["CRM_TEST_REDIS"]
    Sidekiq.redis { |redis| redis.flushdb }
  end

  test "the dead jobs of one class are back on their queues, and the others stay" do
    dead_set = Sidekiq::DeadSet.new
    dead_set.kill({ "class" => "SomeWorker", "args" => [1], "queue" => "low", "jid" => "a" * 24 }.to_json)
    dead_set.kill(
      { "class" => "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper", "wrapped" => "ReliableJob",
        "args" => [{ "job_class" => "ReliableJob", "arguments" => [] }], "queue" => "low", "jid" => "b" * 24 }.to_json
    )

    Sidekiq::Testing.disable! { assert_equal 1, DeadJobs.retry_all("ReliableJob") }

    assert_equal ["b" * 24], Sidekiq::Queue.new("low").map(&:jid)
    assert_equal ["a" * 24], dead_set.map(&:jid)
  end
end
