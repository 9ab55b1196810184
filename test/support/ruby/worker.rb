# What `sidekiq -r` loads in a test: the jobs, a hurry, and a word when the process is up.
require_relative "jobs"
require "sidekiq/launcher"
require "sidekiq/scheduled"

module Interop
  # A first poll after 5 to 15 s is for fleets. The token ends the wait, so that what Sidekiq does after it is done.
  module PollAtOnce
    def initial_wait
      @sleeper << 0
      super
    end
  end

  # A test that wants to see the other side promote holds this one.
  module HoldPoller
    def enqueue_jobs(*)
      super unless Sidekiq.redis { |redis| redis.get("interop:hold-pollers") }
    end
  end

  def self.identity(config)
    # 6.4 keeps it in a module that its own classes include, later ones in the configuration.
    defined?(Sidekiq::Util) ? Object.new.extend(Sidekiq::Util).identity : config[:identity]
  end
end

Sidekiq::Scheduled::Poller.prepend(Interop::PollAtOnce)
Sidekiq::Scheduled::Enq.prepend(Interop::HoldPoller)

# 5 or 10 s: how long a test would wait for a signal sent through Redis, or to see what is running.
Sidekiq::Launcher.send(:remove_const, :BEAT_PAUSE)
Sidekiq::Launcher.const_set(:BEAT_PAUSE, 1)

Sidekiq.configure_server do |config|
  options = config.respond_to?(:[]=) ? config : config.options
  options[:poll_interval_average] = 1

  config.on(:heartbeat) do
    $stdout.write("interop: up as #{Interop.identity(config)}\n")
    $stdout.flush
  end
end

eval(ENV["INTEROP_RUBY"], TOPLEVEL_BINDING, "INTEROP_RUBY") if ENV["INTEROP_RUBY"]
