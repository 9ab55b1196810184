if defined?(Devise)
  require "devise/orm/active_record"

  Devise.setup do |config|
    config.secret_key = Rails.application.secret_key_base
    config.stretches = 4
    config.sign_out_via = :delete
  end
end
