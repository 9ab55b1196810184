class CrmMailer < ApplicationMailer
  def welcome(user)
    tell user.email, "Welcome, #{user.name}", "Good that you are here."
  end

  def contact_assigned(user, contact_id)
    contact = Contact.find(contact_id)
    tell user.email, "#{contact.name} is yours", "Call #{contact.name} today."
  end

  def digest(user)
    tell user.email, "Your week", "#{Contact.count} contacts."
  end

  def alert(text)
    tell "admin@example.com", "A job needs you", text
  end

  private

  def tell(to, subject, text)
    mail(to: to, subject: subject, body: text, content_type: "text/plain")
  end
end
