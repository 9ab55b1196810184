/** The tabs, in the order of Sidekiq's `kiq`, and the places that one can be at. */
import type { JobPlace } from "@tsq/core/api";

export const TABS = ["home", "busy", "queues", "scheduled", "retries", "dead", "metrics"] as const;

export type TabName = (typeof TABS)[number];

/** As they stand in the head. */
export const TITLES: Readonly<Record<TabName, string>> = {
  home: "Home",
  busy: "Busy",
  queues: "Queues",
  scheduled: "Scheduled",
  retries: "Retries",
  dead: "Dead",
  metrics: "Metrics",
};

/** Where one is. */
export interface Place {
  readonly tab: TabName;
  /** A queue that is opened. */
  readonly queue?: string;
  /** A job that is opened. */
  readonly job?: JobPlace;
}

/** The same for all that shows one list: a list keeps its row, its page and its filter while one is elsewhere. */
export const listKey = ({ tab, queue }: Place): string => (queue === undefined ? tab : `queue:${queue}`);

/** What the tabs of sets show, by the names of the commands. */
export const SET_OF = { scheduled: "scheduled", retries: "retry", dead: "dead" } as const;

export const setOf = (tab: TabName): "scheduled" | "retry" | "dead" | undefined =>
  tab === "scheduled" || tab === "retries" || tab === "dead" ? SET_OF[tab] : undefined;
