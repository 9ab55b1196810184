/** The cron schedule as a page of the dashboard: a tab like any other, joined here so that neither package knows the other. */
import type { Tab, TabRoute } from "@tsq/web";
import { entryActions } from "./cron-actions.ts";
import { allActions } from "./cron-all.ts";
import { listRoutes } from "./list-routes.ts";
import { Readings } from "./readings.ts";
import { ScheduleDoor } from "./schedule-door.ts";

/** With the paths of sidekiq-cron 1.x (`/cron/:name/enque`) and 2.x (`/cron/namespaces/:namespace/jobs/:name/enqueue`). */
export const cronTab = (): Tab => {
  const door = new ScheduleDoor();
  const routes: readonly TabRoute[] = [
    ...allActions(door),
    ...entryActions(door),
    ...listRoutes(door, new Readings()),
  ];
  return {
    name: "cron",
    path: "/cron",
    label: "nav.cron",
    count: async (api) => (await door.entries(api)).length,
    actions: {
      run: "operator",
      enable: "operator",
      disable: "operator",
      delete: "admin",
      run_all: "admin",
      enable_all: "admin",
      disable_all: "admin",
      delete_all: "admin",
    },
    routes,
  };
};
