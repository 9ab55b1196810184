/** sidekiq-cron in a Ruby that stays, with a clock that tests set. */
import type { Ruby } from "./ruby.ts";

/** Whether the gem is there. It is loaded then, with its page and a class to fire. */
export const hasSidekiqCron = (ruby: Ruby, redisUrl: string): Promise<boolean> =>
  ruby.eval<boolean>(
    `begin
       require "sidekiq/cron/job"
       require "sidekiq/cron/web"
       class RubyCronJob; include Sidekiq::Worker; sidekiq_options queue: "ruby", retry: 3; def perform(*); end; end
       true
     rescue LoadError
       false
     end`,
    { redisUrl },
  );

/** A pass of Ruby's poller at an instant, as `Sidekiq::Cron::Poller` makes it. The clock alone is not Ruby's own. */
export const rubyPolls = (ruby: Ruby, redisUrl: string, at: string): Promise<unknown> =>
  ruby.eval(
    `require "time"
     require "sidekiq/cron/job"
     class << Time
       alias_method :now_by_the_clock, :now unless method_defined?(:now_by_the_clock)
       def now(...) = $stopped ? $stopped.dup : now_by_the_clock(...)
     end
     $stopped = Time.parse(args[0])
     begin
       Sidekiq::Cron::Job.all.each { |job| job.test_and_enque_for_time!(Time.now.utc) if job&.valid? }
     ensure
       $stopped = nil
     end
     nil`,
    { redisUrl, args: [at] },
  );
