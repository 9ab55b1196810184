require "sidekiq/api"

# The dead set, walked and retried by code. In TypeScript: workers/dead-jobs.ts.
module DeadJobs
  # Retries the dead jobs of a class, ActiveJob's or Sidekiq's, and answers how many.
  def self.retry_all(job_class)
    Sidekiq::DeadSet.new.select { |job| job.display_class == job_class }.each(&:retry).size
  end
end
