require_relative "test_helper"

class ScheduleTest < ActiveSupport::TestCase
  SCHEDULE = YAML.load_file(Rails.root.join("config/schedule.yml"))

  test "three jobs are periodic, and those that ActiveJob enqueues say so" do
    assert_equal %w[daily_digest weekday_news weekly_repair], SCHEDULE.keys.sort
    SCHEDULE.each do |name, entry|
      job = entry["class"].safe_constantize
      assert_equal !!(job && job < ActiveJob::Base), !!entry["active_job"], name
    end
  end

  test "sidekiq-cron takes each of them" do
    skip "sidekiq-cron is not here" unless defined?(Sidekiq::Cron)

    SCHEDULE.each do |name, entry|
      # Its last time would be asked of Redis.
      job = Sidekiq::Cron::Job.new(entry.merge("name" => name, "status" => "enabled", "fetch_missing_args" => false))
      assert job.valid?, "#{name}: #{job.errors}"
    end
  end
end
