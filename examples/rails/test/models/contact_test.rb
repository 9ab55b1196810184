require_relative "../test_helper"

class ContactTest < ActiveSupport::TestCase
  # The job is pushed by the commit: a transaction around the test would keep it from coming.
  self.use_transactional_tests = false
  teardown { Contact.delete_all }

  test "a contact that is created is broadcast once it is committed" do
    pushed_within = nil
    created = Contact.transaction do
      made = contact
      pushed_within = BroadcastContactCreatedWorker.jobs.size
      made
    end

    assert_equal 0, pushed_within
    assert_equal [[created.id]], BroadcastContactCreatedWorker.jobs.map { |job| job["args"] }
  end

  test "a change of a contact is not broadcast" do
    ada = contact
    BroadcastContactCreatedWorker.clear

    ada.update!(name: "Ada L.")

    assert_empty BroadcastContactCreatedWorker.jobs
  end
end
