/** The pages of bench/web.mjs. */
import { runIdOf } from "./process-beat.mjs";
import { CLASSES, jidOf } from "./shop-jobs.mjs";

/** Those that are open all day, with what one looks at in them. */
export const OPEN = [
  "/",
  "/",
  "/busy",
  "/queues",
  "/queues/default",
  "/retries",
  "/morgue",
  "/scheduled",
  "/metrics",
  "/retries?page=7",
  // A thread that goes on with its job.
  `/jobs/${jidOf(runIdOf(0, 0, 0))}`,
  "/cron",
  "/errors",
];
/** And those that one opens, and leaves. */
export const PAGES = [
  ...new Set(OPEN),
  `/jobs/${jidOf(7)}`,
  "/search?q=ChargeJob",
  "/audit",
  "/metrics?period=8h",
  `/metrics/${CLASSES[0]}`,
  `/retries?q=class:${CLASSES[1]}`,
  "/busy?count=100&processes=2",
];
