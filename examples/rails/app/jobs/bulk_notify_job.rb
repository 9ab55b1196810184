# One message to many users, a hundred at a time. In TypeScript: workers/bulk-notify.ts.
class BulkNotifyJob < ApplicationJob
  queue_as :low

  SLICE = 100

  def perform(user_ids, message)
    user_ids.each_slice(SLICE) do |ids|
      jobs = ids.map { |id| SendNotificationJob.new(id, message) }
      # Rails 7.1 and newer push a slice in one round trip.
      ActiveJob.respond_to?(:perform_all_later) ? ActiveJob.perform_all_later(jobs) : jobs.each(&:enqueue)
    end
  end
end
