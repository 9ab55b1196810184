class SendEmailJob < ApplicationJob
  queue_as :mailers

  def perform(email_type, user_id, options = {})
    user = User.find(user_id)
    case email_type.to_sym
    when :welcome then CrmMailer.welcome(user).deliver_now
    when :contact_assigned then CrmMailer.contact_assigned(user, options.fetch(:contact_id)).deliver_now
    when :digest then CrmMailer.digest(user).deliver_later
    else raise ArgumentError, "unknown email type: #{email_type}"
    end
  end
end
