/** The three doors to one Redis, for all tests of a file. */
import { ApiConnection } from "@tsq/core/api";
import { afterEach, beforeAll, vi } from "vitest";
import { serveDashboard } from "./dashboard.ts";
import type { Served } from "./dashboard.ts";
import { dashboardDoor, terminalDoor, topDoor } from "./doors.ts";
import type { Door } from "./doors.ts";
import { setRedis } from "./empty-redis.ts";
import type { EmptyRedis } from "./empty-redis.ts";

export const DOOR_NAMES = ["terminal", "top", "dashboard"] as const;
export type DoorName = (typeof DOOR_NAMES)[number];

/** What is refused on purpose is over with each test. */
export const setDoors = (): EmptyRedis & { readonly door: (name: DoorName) => Door } => {
  const stage = setRedis();
  let api: ApiConnection;
  let dashboard: Served;
  beforeAll(async () => {
    api = new ApiConnection({ redis: stage.server.client() });
    dashboard = await serveDashboard({ redis: stage.server.url });
    return async () => {
      await dashboard.stop();
      await api.close();
    };
  });
  afterEach(() => void vi.restoreAllMocks());
  const doors: Readonly<Record<DoorName, () => Door>> = {
    terminal: () => terminalDoor(stage.server.url),
    top: () => topDoor(api, stage.server.url),
    dashboard: () => dashboardDoor(dashboard),
  };
  return {
    get server() {
      return stage.server;
    },
    get redis() {
      return stage.redis;
    },
    door: (name) => doors[name](),
  };
};
