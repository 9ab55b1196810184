# Ruby Sidekiq 7 and 8 as they are used, by their own command line's code. support/peer.mjs says how it talks.
require "json"
require "sidekiq"
require "sidekiq/cli"
require "sidekiq/api"

MODE = ARGV.shift
OPTIONS = JSON.parse(ARGV.shift)
# The bench reads what is said here; standard output is the log's.
RESULTS = IO.for_fd(3, "w")
RESULTS.sync = true

def say(event, fields = {})
  RESULTS.write("#{JSON.generate({event: event, **fields})}\n")
end

# The clock of Node's hrtime.
def now_micros = Process.clock_gettime(Process::CLOCK_MONOTONIC, :microsecond)
def cpu_micros = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID, :microsecond)
def rss_mb = File.read("/proc/self/status")[/VmRSS:\s+(\d+)/, 1].to_i / 1024.0

# Returns when the bench says go.
def ready
  $boot_micros = cpu_micros
  say("booted")
  $stdin.gets or exit!(0)
end

# The end of the input is ours.
def leave
  say("ended", cpuMicros: cpu_micros - $boot_micros)
  exit!(0)
end

def hear_later
  Thread.new do
    while (word = $stdin.gets)
      yield word.strip
    end
    leave
  end
end

# The same figures as counter.mjs.
class Counter
  def initialize(jobs)
    @jobs = jobs
    @steady_from = [jobs / 4, 1].max
    @done = 0
    @lock = Mutex.new
  end

  def start
    @started_at = now_micros
    @cpu = cpu_micros
  end

  def count
    @lock.synchronize do
      @done += 1
      @first_at = now_micros if @done == 1
      @steady_at = now_micros if @done == @steady_from
      finish if @done == @jobs
    end
  end

  def finish
    ended_at = now_micros
    say("done", seconds: (ended_at - @started_at) / 1e6, firstAfterMs: (@first_at - @started_at) / 1e3,
      steadyRate: (@jobs - @steady_from) * 1e6 / (ended_at - @steady_at), cpuMicros: cpu_micros - @cpu, rssMB: rss_mb)
  end
end

COUNTER = Counter.new(OPTIONS["jobs"].to_i)
LATENCIES = Queue.new

class HardJob
  include Sidekiq::Job

  def perform(*) = COUNTER.count
end

class ProbeJob
  include Sidekiq::Job

  def perform(pushed_at) = LATENCIES << (now_micros - pushed_at)
end

class LoadJob
  include Sidekiq::Job

  def perform(ms) = sleep(ms / 1000.0)
end

def args_of(number)
  [number, "user@example.com", {"kind" => "welcome", "locale" => "en", "ids" => [1, 2, 3]}, "x" * 24]
end

# `sidekiq -q critical,3 …`. What it would require is loaded.
def run_worker
  Sidekiq.configure_server do |config|
    unless OPTIONS["isLogging"]
      config.logger.level = Logger::WARN
      config[:skip_default_job_logging] = true
    end
    config.on(:startup) { yield }
  end
  loaded = $LOADED_FEATURES.find { |file| file.end_with?("/sidekiq.rb") }
  cli = Sidekiq::CLI.instance
  count = OPTIONS["queueCount"]
  queues = count ? Array.new(count) { |i| "q#{i},#{1 + i % 3}" } : ["critical,3", "default,2", "low,1"]
  cli.parse(["-e", "production", "-r", loaded, "-c", OPTIONS["concurrency"].to_s, *queues.flat_map { |one| ["-q", one] }])
  cli.run
end

def drain
  ready
  hear_later {}
  run_worker { COUNTER.start }
end

# The same of ActiveJob, without a Rails app around it: no reloader and no executor of one.
def drain_active_job
  require "active_job"
  ActiveJob::Base.queue_adapter = :sidekiq
  ActiveJob::Base.logger = nil unless OPTIONS["isLogging"]
  Object.class_eval <<~RUBY
    class HardAj < ActiveJob::Base
      def perform(*) = COUNTER.count
    end
  RUBY
  drain
end

def listen
  ready
  hear_later do |word|
    case word
    when "collect"
      say("latencies", micros: Array.new(LATENCIES.size) { LATENCIES.pop })
    when "rest"
      before = cpu_micros
      sleep OPTIONS["restSeconds"]
      say("rested", cpuMicros: cpu_micros - before)
    end
  end
  run_worker { say("listening") }
end

def rate_of(step, at_most)
  20.times { yield }
  started_at = now_micros
  till = started_at + OPTIONS["seconds"] * 1e6
  pushed = 0
  while pushed < at_most && now_micros < till
    yield
    pushed += step
  end
  pushed * 1e6 / (now_micros - started_at)
end

def enqueue
  Sidekiq.redis { |redis| redis.call("PING") }
  number = 0
  ready
  single = rate_of(1, 20_000) { HardJob.perform_async(*args_of(number += 1)) }
  bulk = rate_of(1000, 300_000) { HardJob.perform_bulk(Array.new(1000) { args_of(number += 1) }) }
  say("done", single: single, bulk: bulk, cpuMicros: cpu_micros)
end

# As `pushInTurn` of pushing.mjs, without a load.
def push_in_turn
  Sidekiq.redis { |redis| redis.call("PING") }
  ProbeJob.sidekiq_options("queue" => "critical")
  ready
  while (line = $stdin.gets)
    before = cpu_micros
    micros = Array.new(JSON.parse(line)["probes"]) do
      pushed_at = now_micros
      ProbeJob.perform_async(pushed_at)
      took = now_micros - pushed_at
      sleep 0.005 + rand * 0.01
      took
    end
    say("done", micros: micros, cpuMicros: cpu_micros - before)
  end
end

def fill
  ready
  HardJob.perform_bulk(Array.new(OPTIONS["jobs"]) { |number| args_of(number) })
  say("done")
end

# What its poller does with what is due, in one pass.
def promote
  enq = Sidekiq::Scheduled::Enq.new(Sidekiq.default_configuration)
  Sidekiq.default_configuration.logger.level = Logger::WARN
  Sidekiq.redis { |redis| redis.call("PING") }
  ready
  started_at = now_micros
  enq.enqueue_jobs
  say("done", seconds: (now_micros - started_at) / 1e6, cpuMicros: cpu_micros)
end

MODES = {"drain" => :drain, "drainActiveJob" => :drain_active_job, "listen" => :listen, "enqueue" => :enqueue, "pushInTurn" => :push_in_turn, "fill" => :fill, "promote" => :promote}
send(MODES.fetch(MODE))
# A mode that is done waits for the end of its input.
$stdin.read
leave
