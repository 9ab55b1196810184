Rails.application.configure do
  config.cache_classes = true
  config.eager_load = true
  config.consider_all_requests_local = true
  config.action_mailer.delivery_method = :file
  config.action_mailer.file_settings = { location: "#{ENV.fetch("CRM_TMP", Rails.root.join("tmp"))}/mails" }
end
