require_relative "boot"
require "rails"
require "active_model/railtie"
require "active_job/railtie"
require "active_record/railtie"
require "action_controller/railtie"
require "action_mailer/railtie"
require "rails/test_unit/railtie"
require "sidekiq"
require "sidekiq/web"
require_relative "../lib/tsq_dashboard"

# Sign-in and periodic jobs are optional: the job classes also run where these gems are not installed.
%w[devise sidekiq-cron].each do |gem|
  require gem
rescue LoadError
  warn "crm: without #{gem}"
end

module Crm
  class Application < Rails::Application
    config.load_defaults 6.1
    config.active_job.queue_adapter = :sidekiq
    config.action_mailer.deliver_later_queue_name = :mailers
    config.session_store :cookie_store, key: "_crm_session"
    config.secret_key_base = ENV.fetch("SECRET_KEY_BASE", "only for the example: set SECRET_KEY_BASE in production")

    # What the app writes goes here, so that a run can leave the checkout as it found it.
    if (folder = ENV["CRM_TMP"])
      config.paths["tmp"] = "#{folder}/tmp"
      config.paths["log"] = "#{folder}/log/#{Rails.env}.log"
    end

    config.x.zalo_url = ENV.fetch("ZALO_URL", "http://127.0.0.1:4000")
    config.x.tsq_secret = ENV.fetch("TSQ_DASHBOARD_SECRET") do
      raise "Set TSQ_DASHBOARD_SECRET, here and for dashboard.mjs: whoever knows it is whom they like there." if Rails.env.production?

      "development"
    end
    config.x.internal_token = ENV.fetch("INTERNAL_TOKEN", "development")
  end
end
