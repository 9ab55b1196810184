/** One message to many users, a hundred at a time; Ruby sends each. In Ruby: app/jobs/bulk_notify_job.rb. */
import { defineActiveJob, performAllLater } from "tsq";
import { sendNotification } from "./ruby-jobs.ts";

const SLICE = 100;

export const bulkNotify = defineActiveJob(
  "BulkNotifyJob",
  { queue: "ts_low" },
  async (_job, userIds: readonly number[], message: string) => {
    for (let from = 0; from < userIds.length; from += SLICE) {
      const slice = userIds.slice(from, from + SLICE);
      await performAllLater(slice.map((id) => sendNotification.with(id, message)));
    }
  },
);
