# Enqueues each class, as an app does in its controllers and models. What is set to a queue of TypeScript runs there:
# the class is the same, and so are its arguments.
ada, bob = %w[Ada Bob].map { |name| Contact.create!(name: name, zalo_id: "z-#{name.downcase}") }
ann = User.find_by!(name: "Ann")

{ "ruby" => :critical, "ts" => :ts_critical }.each do |side, queue|
  zalo = ZaloMessageJob.set(queue: queue)
  zalo.perform_later(ada.id, "hello", { name: ada.name })
  zalo.perform_later(ada.id, "hello", { trouble: "busy once", key: side })
  zalo.perform_later(ada.id, "hello", { trouble: "bad token" })

  send_zalo = SendZaloMessageJob.set(queue: queue)
  send_zalo.perform_later(bob, "hi")
  send_zalo.perform_later(bob, "hi", { trouble: "slow once", key: side })
end

SendEmailJob.perform_later("welcome", ann.id)
SendEmailJob.perform_later("contact_assigned", ann.id, { contact_id: ada.id })
SendEmailJob.perform_later("digest", ann.id)

BulkNotifyJob.perform_later((1..120).to_a, "news from Ruby")
BulkNotifyJob.set(queue: :ts_low).perform_later((1..120).to_a, "news from TypeScript")

ReliableJob.perform_later(ada)
ReliableJob.perform_later(ada, "flaky")
ReliableJob.perform_later(ada, "custom")
# Its commit would push a broadcast for a contact that is gone by then.
gone = Contact.insert!({ name: "Gone", created_at: Time.current, updated_at: Time.current }).then { Contact.find_by!(name: "Gone") }
ReliableJob.perform_later(gone)
gone.delete

# A contact that is not there, and no retries: dead at once.
BroadcastContactCreatedWorker.set(retry: 0).perform_async(1001)
