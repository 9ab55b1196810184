/** The checks, in the order in which they are told. */
import type { Check } from "./check.ts";
import { CLASSES } from "./checks/classes.ts";
import { CRON } from "./checks/cron.ts";
import { ERROR_NOTIFICATIONS } from "./checks/error-notifications.ts";
import { FLEET } from "./checks/fleet.ts";
import { LONG_JOBS } from "./checks/long-jobs.ts";
import { NOT_WORTH_A_JOB } from "./checks/not-worth-a-job.ts";
import { PAYLOADS } from "./checks/payloads.ts";
import { PROCFILE_WORKER } from "./checks/procfile-worker.ts";
import { QUEUE_PRIORITIES } from "./checks/queue-priorities.ts";
import { RECORDS_IN_ARGUMENTS } from "./checks/records-in-arguments.ts";
import { REDIS_CONNECTION } from "./checks/redis-connection.ts";
import { REDIS_DURABILITY } from "./checks/redis-durability.ts";
import { RETRY_STRATEGY } from "./checks/retry-strategy.ts";
import { WEB_UI_GUARDED } from "./checks/web-ui-guarded.ts";

export const ALL_CHECKS: readonly Check[] = [
  REDIS_CONNECTION,
  REDIS_DURABILITY,
  QUEUE_PRIORITIES,
  CLASSES,
  FLEET,
  PAYLOADS,
  RECORDS_IN_ARGUMENTS,
  RETRY_STRATEGY,
  WEB_UI_GUARDED,
  PROCFILE_WORKER,
  ERROR_NOTIFICATIONS,
  LONG_JOBS,
  NOT_WORTH_A_JOB,
  CRON,
];
