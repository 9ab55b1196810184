Rails.application.config.to_prepare do
  Zalo.url = Rails.configuration.x.zalo_url
end
