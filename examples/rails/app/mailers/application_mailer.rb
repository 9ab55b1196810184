class ApplicationMailer < ActionMailer::Base
  default from: "crm@example.com"
end
