/** What is wrong with a cron expression or an entry of a schedule. */
import { TsqError } from "@tsq/core";

/**
 * A cron expression that fugit, which reads them for sidekiq-cron, would not take, or that never fires.
 * The message says what is wrong with it, and the nearest that works.
 */
export class CronError extends TsqError {
  readonly code = "TSQ_CRON";
}
