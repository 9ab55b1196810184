ENV["RAILS_ENV"] = "test"
require_relative "../config/environment"
require "rails/test_help"
require "sidekiq/testing"

Sidekiq.logger.level = Logger::WARN
ActiveRecord::Schema.verbose = false
load Rails.root.join("db/schema.rb")

class ActiveSupport::TestCase
  include ActiveJob::TestHelper

  setup do
    Sidekiq::Testing.fake!
    Sidekiq::Worker.clear_all
  end

  def user(name, role: "Sales")
    User.create!(name: name, email: "#{name.downcase}@example.com", role: role)
  end

  def contact(name = "Ada")
    Contact.create!(name: name, zalo_id: "z-#{name.downcase}")
  end

  # Zalo, while the block runs: each call takes the next answer, an error to raise or an id; answers what was sent.
  def with_zalo(*answers)
    sent = []
    original = Zalo.method(:deliver)
    Zalo.define_singleton_method(:deliver) do |zalo_id, message|
      sent << { to: zalo_id, **message }
      answer = answers.size > 1 ? answers.shift : answers.first
      answer.is_a?(Class) ? raise(answer, "from the test") : answer
    end
    yield
    sent
  ensure
    Zalo.define_singleton_method(:deliver, original)
  end
end
