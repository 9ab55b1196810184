# Plain Sidekiq: tells each sales user of a new contact.
class BroadcastContactCreatedWorker
  include Sidekiq::Worker
  sidekiq_options queue: :critical, retry: 3

  def perform(contact_id)
    contact = Contact.find(contact_id)
    User.sales.find_each do |user|
      SendNotificationJob.perform_later(user.id, "New contact: #{contact.name}")
    end
  end
end
