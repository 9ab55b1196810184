redis = { url: ENV.fetch("REDIS_URL", "redis://127.0.0.1:6379/1") }

Sidekiq.configure_server do |config|
  config.redis = redis
  config.logger.formatter = Sidekiq::Logger::Formatters::JSON.new if ENV["LOG_JSON"]
  config.on(:startup) { config.logger.info "crm: sidekiq is up" }
end
Sidekiq.configure_client { |config| config.redis = redis }

# config/schedule.yml needs no line here: sidekiq-cron loads it when Sidekiq starts, and tsq work does.
