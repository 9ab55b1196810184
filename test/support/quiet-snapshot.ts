/** What findings are drawn from where nothing is there: what a test is about is put into it. */
import type { Snapshot } from "@tsq/core/api";

export const quietSnapshot = (at: Date): Snapshot => ({
  at,
  queues: [],
  processes: [],
  running: [],
  sets: {
    retries: 0,
    scheduled: 0,
    dead: 0,
    retriesSoon: 0,
    lateRetries: 0,
    lateScheduled: 0,
    deadLastHour: 0,
    deadLastDay: 0,
  },
  failures: [],
  usual: new Map(),
  redis: { usedBytes: 100, maxBytes: 0, evictionPolicy: "noeviction", evictedKeys: 0 },
});
