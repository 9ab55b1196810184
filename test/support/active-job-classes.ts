/** Classes of ActiveJob for the interop tests, in Ruby: each says in `interop:done` what it saw. */
export const ACTIVE_JOBS = `
  require "active_job"
  ActiveJob::Base.queue_adapter = :sidekiq
  ActiveJob::Base.logger = nil
  # A Rails app encodes its jobs with the zone that it has.
  require "active_support/time"
  Time.zone = "Hanoi"

  class NotedJob < ActiveJob::Base
    def note(**more)
      entry = {by: "ruby", jid: provider_job_id, job_id: job_id, queue: queue_name, priority: priority,
        executions: executions, exception_executions: exception_executions, locale: locale.to_s, timezone: timezone}
      Sidekiq.redis { |redis| redis.rpush("interop:done", JSON.generate(entry.merge(more))) }
    end
  end

  class EchoAj < NotedJob
    sidekiq_options retry: 4, tags: ["aj"] if respond_to?(:sidekiq_options)
    def perform(*args, **keywords) = note(args: args, keywords: keywords)
  end

  class StrictAj < NotedJob
    def perform(contact_id, template, params:, retries: 1) = note(args: [contact_id, template, params, retries])
  end

  class ChainAj < NotedJob
    retry_on ArgumentError, wait: 0, attempts: 5, queue: "ts"
    def perform(*args)
      note(args: args)
      raise ArgumentError, "ruby says no"
    end
  end

  class DiscardAj < NotedJob
    discard_on(IOError) { |job, error| job.note(discarded: error.message) }
    def perform = raise(IOError, "gone")
  end

  begin
    require "action_mailer"
    ActionMailer::Base.delivery_method = :test
    ActionMailer::Base.logger = nil
    # As an app has it by the defaults of Rails 6.0 and later.
    ActionMailer::Base.delivery_job = ActionMailer::MailDeliveryJob
    class UserMailer < ActionMailer::Base
      def welcome(user_id, name: nil)
        entry = {by: "ruby", user_id: user_id, name: name, params: params}
        Sidekiq.redis { |redis| redis.rpush("interop:done", JSON.generate(entry)) }
        mail(to: "a@example.com", from: "b@example.com", subject: "Hello", body: "Hello", content_type: "text/plain")
      end
    end
  rescue LoadError
    # Its package is not installed.
  end
`;
