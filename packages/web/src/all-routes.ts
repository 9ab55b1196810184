/** What the dashboard answers to. */
import { BUSY_ACTIONS } from "./actions/busy-actions.ts";
import { JOB_ACTIONS } from "./actions/job-actions.ts";
import { QUEUE_ACTIONS } from "./actions/queue-actions.ts";
import { SET_ACTIONS } from "./actions/set-actions.ts";
import { AUDIT_ROUTES } from "./routes/audit.ts";
import { BULK_WORK_ROUTES } from "./routes/bulk-works.ts";
import { BULK_ROUTES } from "./routes/bulk.ts";
import { BUSY_ROUTES } from "./routes/busy.ts";
import { DASHBOARD_ROUTES } from "./routes/dashboard.ts";
import { EDIT_ROUTES } from "./routes/edit.ts";
import { ENDED_ROUTES } from "./routes/ended.ts";
import { ERROR_ROUTES } from "./routes/errors.ts";
import { JOB_ROUTES } from "./routes/jobs.ts";
import { METRICS_ROUTES } from "./routes/metrics.ts";
import { PAYLOAD_ROUTES } from "./routes/payload.ts";
import { PREFERENCE_ROUTES } from "./routes/preferences.ts";
import { QUEUE_JOB_ROUTES } from "./routes/queue-jobs.ts";
import { QUEUE_ROUTES } from "./routes/queues.ts";
import { RETARGET_ROUTES } from "./routes/retarget.ts";
import { SEARCH_ROUTES } from "./routes/search.ts";
import { SET_ROUTES } from "./routes/sets.ts";
import { STATS_ROUTES } from "./routes/stats.ts";
import type { Route } from "./route.ts";

/** Every route; of two that fit, the first answers. */
export const ROUTES: readonly Route[] = [
  ...DASHBOARD_ROUTES,
  ...BUSY_ROUTES,
  ...QUEUE_ROUTES,
  ...QUEUE_JOB_ROUTES,
  ...SET_ROUTES,
  ...JOB_ROUTES,
  ...PAYLOAD_ROUTES,
  ...BULK_ROUTES,
  ...BULK_WORK_ROUTES,
  ...EDIT_ROUTES,
  ...RETARGET_ROUTES,
  ...ENDED_ROUTES,
  ...ERROR_ROUTES,
  ...SEARCH_ROUTES,
  ...METRICS_ROUTES,
  ...STATS_ROUTES,
  ...AUDIT_ROUTES,
  ...PREFERENCE_ROUTES,
  ...SET_ACTIONS,
  ...JOB_ACTIONS,
  ...QUEUE_ACTIONS,
  ...BUSY_ACTIONS,
];
