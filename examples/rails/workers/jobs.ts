/** What `tsq work -r workers/jobs.ts` runs: the classes that TypeScript took over, and its own. */
import { configure } from "tsq";
import { findRecords } from "./crm.ts";

export { bulkNotify } from "./bulk-notify.ts";
export { importContacts } from "./import-contacts.ts";
export { retryDeadJobs } from "./dead-jobs.ts";
export { sendZaloMessage } from "./send-zalo-message.ts";
export { zaloMessage } from "./zalo-message.ts";

// `gid://crm/Contact/7` in the arguments becomes the contact.
configure({ globalId: { crm: findRecords } });
