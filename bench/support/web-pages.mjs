/** The pages of bench/web.mjs. */
import { runIdOf } from "./process-beat.mjs";
import { quantile } from "./statistics.mjs";
import { CLASSES, FIRST_IDS, jidOf } from "./shop-jobs.mjs";

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
  // One that waits, with some thousands before it.
  `/jobs/${jidOf(FIRST_IDS.queue + 5_000)}`,
  "/cron",
  "/errors",
];
/** And those that one opens, and leaves. */
const OPENED = [
  "/audit",
  "/metrics?period=8h",
  `/metrics/${CLASSES[0]}`,
  `/retries?q=class:${CLASSES[1]}`,
  "/busy?count=100&processes=2",
];

const MOST_MS = 50;
/** Beyond a second whoever waits thinks of something else. */
const MOST_LOOKING_MS = 1_000;

const page = (path) => ({ name: path, pathOf: () => path, mostMs: MOST_MS, isLook: false });
const look = (name, pathOf) => ({ name, pathOf, mostMs: MOST_LOOKING_MS, isLook: true });

/** All that somebody clicks: pages that are read where one knows what lies, and those that look through everything there is. */
export const PAGES = [
  ...[...new Set(OPEN), ...OPENED].map(page),
  look("/search?q=ChargeJob", () => "/search?q=ChargeJob"),
  // By its jid alone, each time another one: of the same it is known where it is.
  look("/jobs/JID of a retry", (n, retries) => `/jobs/${jidOf((n * 7_919) % retries)}`),
];

/** Where a page is; of one that is another one each time, the next. */
export const pathsOver = (retries) => {
  const asked = new Map();
  return ({ name, pathOf }) => {
    const n = (asked.get(name) ?? 0) + 1;
    asked.set(name, n);
    return pathOf(n, retries);
  };
};

/** @param clicked by the name of a page how long each time took, in milliseconds */
export const measuredOf = (clicked) =>
  PAGES.map((one) => {
    const times = clicked.get(one.name);
    return { ...one, times, p95: quantile(times, 0.95) };
  });

export const slowestOf = (measured) => measured.toSorted((one, other) => other.p95 - one.p95)[0];
