/** The three doors to one Redis, for all tests of a file. */
import { ApiConnection } from "@tsq/core/api";
import { afterEach, beforeAll, vi } from "vitest";
import { dashboardDoor } from "./dashboard-door.ts";
import { serveDashboard } from "./dashboard.ts";
import type { Door } from "./doors.ts";
import { setRedis } from "./empty-redis.ts";
import type { EmptyRedis } from "./empty-redis.ts";
import { terminalDoor } from "./terminal-door.ts";
import { topDoor } from "./top-door.ts";

export const DOOR_NAMES = ["terminal", "top", "dashboard"] as const;
export type DoorName = (typeof DOOR_NAMES)[number];

export interface Doors {
  readonly door: (name: DoorName) => Door;
  /** A page of the dashboard. */
  readonly page: (path: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** @param url of the Redis that all three go to */
export const openDoors = async (url: string): Promise<Doors> => {
  const api = new ApiConnection({ redis: url });
  const dashboard = await serveDashboard({ redis: url });
  const doors: Readonly<Record<DoorName, Door>> = {
    terminal: terminalDoor(url),
    top: topDoor(api, url),
    dashboard: dashboardDoor(dashboard),
  };
  return {
    door: (name) => doors[name],
    page: async (path) => (await dashboard.get(path)).text,
    close: async () => {
      await dashboard.stop();
      await api.close();
    },
  };
};

/** What is refused on purpose is over with each test. */
export const setDoors = (): EmptyRedis & Pick<Doors, "door"> => {
  const stage = setRedis();
  let doors: Doors;
  beforeAll(async () => {
    doors = await openDoors(stage.server.url);
    return () => doors.close();
  });
  afterEach(() => void vi.restoreAllMocks());
  return {
    get server() {
      return stage.server;
    },
    get redis() {
      return stage.redis;
    },
    door: (name) => doors.door(name),
  };
};
