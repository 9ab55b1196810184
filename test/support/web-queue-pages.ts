/** The pages of queues: one that is late, one that nobody serves, one that is paused. */
import { queuePage, queuesPage } from "./inside-web.ts";
import type { EntryView, Frame, Page } from "./inside-web.ts";

const NOW = Date.UTC(2026, 10, 27, 14, 32, 8);
const HOSTILE = "<img src=x onerror=alert(1)>\u202eJob";

type ListView = Parameters<typeof queuesPage>[0];
type View = Parameters<typeof queuePage>[0];

interface Parts {
  readonly queues: ListView["queues"];
  readonly processes: ListView["processes"];
  readonly entries: readonly EntryView[];
  readonly facets: View["facets"];
  readonly narrow: (path: string, text: string) => View["narrow"];
}

const trend = {
  spanMs: 600_000,
  change: -412,
  perSecond: -3.14,
  emptyInMs: 409_000,
  sizes: [1_696, 1_500, 1_284],
};

/** By their paths. */
export const QUEUE_PAGES = (
  frame: Frame,
  { queues, processes, entries, facets, narrow }: Parts,
): Readonly<Record<string, Page>> => ({
  "/queues": queuesPage(
    {
      queues,
      processes,
      shown: queues,
      paging: { from: 1, shown: queues.length, total: queues.length },
      order: "name",
      goals: { goals: { critical: 30 } },
      waits: new Map(),
      trends: new Map(queues.map(({ name }) => [name, trend])),
    },
    frame,
  ),
  "/queues/critical": queuePage(
    {
      goals: { goals: { critical: 30 } },
      trend,
      queue: queues[0] ?? { name: "", size: 0, latency: 0, paused: false },
      processes: processes.slice(0, 1),
      jobs: entries.map((one, i) => ({
        ...one,
        position: i + 1,
        enqueuedAt: new Date(NOW - 9_000),
        context: [[HOSTILE, HOSTILE]],
      })),
      order: "asc",
      paging: { from: 1, shown: 3, total: 1_284, next: "/queues/critical?page=2" },
      narrow: narrow("/queues/critical", HOSTILE),
      facets,
      works: [],
    },
    frame,
  ),
});
