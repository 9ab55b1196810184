# The jobs that the Ruby side of the interop suite runs, for Sidekiq 6.4 to 8.
#
# What a job did, it leaves in Redis for the test to read: `interop:started` and `interop:done`
# (lists of JSON), `interop:runs` and `interop:runners` (hashes: how often each number ran, and how many a process ran).
require "json"
require "sidekiq"

# redis-rb 4.8, under Sidekiq 6.4, warns of each call that 5.0 would refuse.
Redis.silence_deprecations = true if defined?(Redis) && Redis.respond_to?(:silence_deprecations=)

module Interop
  # A job learns only its jid from Sidekiq; these want to say the rest of their payload too.
  class KeepPayload
    def call(job, payload, _queue)
      job.payload = payload if job.respond_to?(:payload=)
      yield
    end
  end

  module Job
    def self.included(job)
      job.include Sidekiq::Job
      job.attr_accessor :payload
    end

    def note(list, args)
      entry = {
        jid: jid,
        args: args,
        args_json: JSON.generate(args),
        classes: args.map { |arg| arg.class.to_s },
        retry_count: payload && payload["retry_count"],
        by: "ruby",
        pid: Process.pid
      }
      Sidekiq.redis { |redis| redis.rpush("interop:#{list}", JSON.generate(entry)) }
    end

    def count(number)
      Sidekiq.redis do |redis|
        redis.multi do |both|
          both.hincrby("interop:runs", number.to_s, 1)
          both.hincrby("interop:runners", Process.pid.to_s, 1)
        end
      end
    end
  end
end

Sidekiq.configure_server do |config|
  config.average_scheduled_poll_interval = 1
  config.server_middleware { |chain| chain.add Interop::KeepPayload }
end

class EchoJob
  include Interop::Job

  def perform(*args)
    note("done", args)
  end
end

module Billing
  class ChargeJob < EchoJob
  end
end

# Ruby adds up to 10 × (count + 1) s to each delay: move the due time rather than wait for it.
class FailOnceInRubyJob
  include Interop::Job
  sidekiq_options retry: 5
  sidekiq_retry_in { 1 }

  def perform(*_args)
    raise ArgumentError, "ruby says no"
  end
end

class SlowJob
  include Interop::Job

  def perform(seconds)
    note("started", [seconds])
    sleep seconds
    note("done", [seconds])
  end
end

class DieJob
  include Interop::Job
  sidekiq_options retry: 0

  def perform(*_args)
    raise ArgumentError, "ruby gives up"
  end
end

class BacktraceJob
  include Interop::Job
  sidekiq_options retry: 5, backtrace: true

  def perform(*_args)
    raise ArgumentError, "ruby says where"
  end
end

class CountJob
  include Interop::Job

  def perform(number)
    count(number)
  end
end

# Long enough for another process to take the next one.
class SharedJob
  include Interop::Job

  def perform(number)
    sleep rand * 0.002
    count(number)
  end
end
