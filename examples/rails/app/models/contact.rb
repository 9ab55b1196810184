class Contact < ApplicationRecord
  validates :name, presence: true

  # After the commit: a job that is pushed within the transaction may run before the row is there.
  after_create_commit { BroadcastContactCreatedWorker.perform_async(id) }
end
