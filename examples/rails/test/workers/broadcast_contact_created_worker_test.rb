require_relative "../test_helper"

class BroadcastContactCreatedWorkerTest < ActiveSupport::TestCase
  test "each sales user is told, and nobody else" do
    told = [user("Ann"), user("Bob")]
    user("Root", role: "Super Admin")
    ada = contact

    BroadcastContactCreatedWorker.new.perform(ada.id)

    assert_equal told.map { |one| [one.id, "New contact: Ada"] }, enqueued_jobs.map { |job| job["arguments"] }
    assert_equal ["SendNotificationJob"], enqueued_jobs.map { |job| job["job_class"] }.uniq
  end

  test "it is pushed to critical, with three retries" do
    BroadcastContactCreatedWorker.perform_async(1)

    job = BroadcastContactCreatedWorker.jobs.last
    assert_equal ["critical", 3], [job["queue"].to_s, job["retry"]]
  end

  test "a contact that is not there fails the job" do
    assert_raises(ActiveRecord::RecordNotFound) { BroadcastContactCreatedWorker.new.perform(0) }
  end
end
