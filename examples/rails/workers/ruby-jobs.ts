/** The classes that Ruby runs, as TypeScript enqueues them: each with its queue, as its class in app/ has it. */
import { activeJob, remoteJob, type GlobalID } from "tsq";

export const broadcast = remoteJob<[contactId: number]>("BroadcastContactCreatedWorker", {
  queue: "critical",
  retry: 3,
});
export const sendNotification = activeJob<[userId: number, message: string]>("SendNotificationJob", {
  queue: "default",
});
export const sendEmail = activeJob<[type: string, userId: number, options?: { contact_id: number }]>(
  "SendEmailJob",
  {
    queue: "mailers",
  },
);
export const reliable = activeJob<[contact: GlobalID, mode?: string]>("ReliableJob", { queue: "low" });
